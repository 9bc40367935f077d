// A node's own key on real machines: made once, and with it one node is let in by another.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import type { NodeFile } from '../../../src/pool/files.ts';
import { octal } from '../../../src/pool/files.ts';
import { authorizedKeysFile, isPublicKey, SSH_KEY_TAG } from '../../../src/pool/keys.ts';
import { command } from '../../../src/pool/shell.ts';
import { tar } from '../../../src/world/tar.ts';
import { builtIn, factsOf, instance } from '../../unit/built-in.ts';
import { bootMachine, endMachines, type Machine } from './machine.ts';

const KEY = '/etc/poolparty/ssh/id_ed25519';
let master: Machine;
let member: Machine;

beforeAll(async () => {
  await buildImages(() => undefined);
  [master, member] = await Promise.all([bootMachine('a'), bootMachine('b')]);
  // Without a cloud the first boot asks for metadata in vain, and sshd waits for its end.
  const listens = () => member.read('systemctl is-active ssh');
  await vi.waitFor(listens, { timeout: 120_000, interval: 500 });
}, 600_000);
afterAll(endMachines);

/** Runs functions of the templates as the configure script does. */
const onNode = (machine: Machine, ...words: readonly string[]) =>
  machine.run([builtIn['node.sh'], builtIn['keys.sh'], ...words].join('\n'));

async function ownKeys(machine: Machine): Promise<{ ssh_key: string; host_key: string }> {
  const { code, stdout, stderr } = await onNode(machine, 'begin', 'make_key', 'echo "{$(own_keys)}"');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as { ssh_key: string; host_key: string };
}

async function place(machine: Machine, file: NodeFile) {
  const stdin = await tar([{ name: `files${file.path}`, content: file.content }]);
  const put = command('put', file.path, octal(file.mode), file.owner, file.reaction);
  return await machine.run([builtIn['node.sh'], 'begin', 'unpack', put, 'echo "$changed"'].join('\n'), stdin);
}

describe("the node's own key", () => {
  test('is made once, for root alone, and both public halves are told', async () => {
    const first = await ownKeys(master);
    expect(isPublicKey(first.ssh_key)).toBe(true);
    expect(await master.read('cut -d " " -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub')).toBe(first.host_key);
    expect(await ownKeys(master)).toEqual(first);
    expect(await master.read(`stat -c '%a %U' /etc/poolparty/ssh ${KEY}`)).toBe('700 root\n600 root');
  });

  test.for([
    ['an empty one', `: >${KEY}`],
    ['half of one', `head -c 100 ${KEY} >${KEY}.x; mv ${KEY}.x ${KEY}`],
    ['a folder that a killed run left', `mv /etc/poolparty/ssh /etc/poolparty/ssh.new; rm ${KEY}.pub || :`],
    ['one with a pass phrase', `ssh-keygen -q -p -P '' -N secret -f ${KEY} >/dev/null`],
  ])('is made anew in place of %s', async ([, spoil = '']) => {
    const before = await ownKeys(member);
    await member.run(spoil);
    const after = await ownKeys(member);
    expect(isPublicKey(after.ssh_key)).toBe(true);
    expect(after.ssh_key).not.toBe(before.ssh_key);
    expect(after.host_key).toBe(before.host_key);
    expect(await member.read('ls /etc/poolparty | grep ssh')).toBe('ssh');
  });

  test('a disk without room for it is named, and no part of a key stays', async () => {
    await member.run(`rm -rf /etc/poolparty/ssh; mount -t tmpfs -o size=4k none /etc/poolparty;
      dd if=/dev/zero of=/etc/poolparty/full bs=4k count=1 2>/dev/null`);
    try {
      const { code, stderr } = await onNode(member, 'begin', 'make_key');
      expect(code).toBe(1);
      expect(stderr).toContain('ssh-keygen cannot make a key in /etc/poolparty; is the disk full?');
    } finally {
      await member.run('umount /etc/poolparty');
    }
    expect(isPublicKey((await ownKeys(member)).ssh_key)).toBe(true);
  });
});

describe('what a node says of itself', () => {
  test('its host as uname says it, and the interface of the default route', async () => {
    const { stdout } = await onNode(master, 'own_host', 'own_device');
    const wanted = await master.read(
      'uname -n; ip -o route show default | sed "s/.* dev \\([^ ]*\\).*/\\1/"',
    );
    expect(stdout.trim()).toBe(wanted);
    expect(wanted).toMatch(/^\S+\n\S+$/);
  });

  test('without a default route it is the interface that has any, and without one nothing', async () => {
    const there = await master.read('ip route show default');
    try {
      const device = (await onNode(master, 'own_device')).stdout;
      await master.read('ip route del default');
      expect(await onNode(master, 'own_device')).toEqual({ code: 0, stdout: device, stderr: '' });
      const none = 'unshare --net /bin/sh -c "$script"';
      const script = [builtIn['node.sh'], builtIn['keys.sh'], 'own_device'].join('\n');
      expect(await master.run(`script=${command(script)}\n${none}`)).toEqual({
        code: 0,
        stdout: '\n',
        stderr: '',
      });
    } finally {
      await master.run(`ip route replace ${there}`);
    }
  });
});

describe('the file of trusted keys', () => {
  const login = (words: string) =>
    `ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i ${KEY} admin@${member.ip} ${words}`;
  const trusting = async () => {
    const { ssh_key } = await ownKeys(master);
    const { settings } = factsOf([instance(0)]);
    return authorizedKeysFile(settings, [instance(0, { tags: { [SSH_KEY_TAG]: ssh_key } })]);
  };

  test("is read by Debian's sshd beside the other one", async () => {
    expect(await member.read("$(command -v sshd) -T | grep '^authorizedkeysfile '")).toBe(
      'authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2',
    );
  });

  test('lets the node in, and its commands act as root without a terminal', async () => {
    await member.run('rm -rf /home/admin/.ssh');
    expect((await master.run(login('true'))).stderr).toContain('Permission denied');
    expect(await place(member, await trusting())).toMatchObject({
      code: 0,
      stdout: '"/home/admin/.ssh/authorized_keys2"\n',
    });
    expect(await master.read(login('sudo -n id -un'))).toBe('root');
    expect(await master.read(login('-tt tty'))).toMatch(/^\/dev\/pts\//);
  });

  test("its folder is the user's own and 700, and what stands there already stays", async () => {
    const look = "stat -c '%a %U' /home/admin/.ssh /home/admin/.ssh/*";
    expect(await member.read(look)).toBe('700 admin\n600 admin');
    expect(await place(member, await trusting())).toMatchObject({ code: 0, stdout: '\n' });
    await member.run('echo mine >/home/admin/.ssh/authorized_keys');
    await member.run('rm /home/admin/.ssh/authorized_keys2');
    expect((await place(member, await trusting())).code).toBe(0);
    expect(await member.read('cat /home/admin/.ssh/authorized_keys')).toBe('mine');
  });
});
