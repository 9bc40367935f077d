// The words of `instance` on real machines.
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Listing, party, visit } from './ground/party.ts';

const cloud = inject('cloud');
const hello = party(cloud, 'instance', { POOL_MINIMUM_INSTANCES: '2' });
let listing: Listing;

beforeAll(async () => {
  expect(await hello.pool('start')).toMatchObject({ code: 0 });
  listing = await hello.list();
});
afterAll(() => hello.end());

const idOf = (index: number): string => listing.instances[index]?.id ?? '';

describe('instance ssh', () => {
  const whoIs = 'echo "$(id -un) on $(. /etc/poolparty/node.env; echo $POOL_NODE $POOL_INSTANCE_ID)"\n';

  test.each(['', 'i=0', '-i 0', '0'])('row 6: `instance ssh %s` reaches node 0, as root', async (choice) => {
    const words = ['ssh', ...choice.split(' ').filter((word) => word !== '')];
    const { code, stdout } = await hello.begin('instance', words, whoIs).ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`-- Ssh'ing into ${listing.instances[0]?.public_dns}\n`);
    expect(stdout).toContain(`root on node0 ${idOf(0)}`);
  });

  test('on a terminal it is a shell with a terminal, and ends with its code', async () => {
    const { code, stdout } = await hello.onTerminal('"$NODE" "$INSTANCE" ssh i=1', 'tty; hostname; exit 7\n');
    expect(stdout).toMatch(/\/dev\/pts\/\d/);
    expect(code).toBe(7);
  });

  test('row 7: what names no node is refused with the valid choices', async () => {
    for (const choice of ['i=9', 'i=x']) {
      const { code, stdout, stderr } = await hello.instance('ssh', choice);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('names no node; valid are 0 to 1, node0 to node1, all');
    }
  });
});

describe('instance cmd', () => {
  test('row 8: prints what the command prints and ends with its code', async () => {
    const said = await hello.instance('cmd', 'i=1', 'cmd=echo out; echo err >&2; exit 3');
    expect(said).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  test.each(['i=1', 'num=1', 'inst=1', 'i=node1'])('row 7: %s is node 1', async (choice) => {
    const said = await hello.instance('cmd', choice, 'cmd=. /etc/poolparty/node.env; echo $POOL_NODE');
    expect(said).toEqual({ code: 0, stdout: 'node1\n', stderr: '' });
  });

  test('i=all runs everywhere at once, each line with its node', async () => {
    const said = await hello.instance('cmd', 'i=all', 'cmd=echo one; echo two');
    expect(said.code).toBe(0);
    const lines = said.stdout.trimEnd().split('\n').sort();
    expect(lines).toEqual(['node0: one', 'node0: two', 'node1: one', 'node1: two']);
    expect(said.stderr).toContain('2 of 2 nodes succeeded');
  });

  test('the words after -- reach the node as they are', async () => {
    const odd = ['a  b', '$HOME', "it's", '*', '-n'];
    const said = await hello.instance('cmd', idOf(1), '--', 'printf', '%s|', ...odd);
    expect(said.stdout).toBe(`${odd.join('|')}|`);
  });
});

describe('instance cmd between other programs', () => {
  /** A line of bash, in which `instance` is ours. */
  const bash = async (line: string) => {
    const words = ['set -o pipefail', 'instance() { "$NODE" "$INSTANCE" "$@"; }', line];
    return await hello.inShell(words.join('\n'));
  };

  test('F1, F14: a reader that is slow loses nothing', async () => {
    const said = await bash(`instance cmd i=0 cmd='head -c 100000000 /dev/zero' | (sleep 2; wc -c)`);
    expect(said).toEqual({ code: 0, stdout: '100000000\n', stderr: '' });
  });

  test('F9: what is piped in goes to the node, whole, and to each of several', async () => {
    const one = await bash(`head -c 50000000 /dev/zero | instance cmd i=1 cmd='sleep 1; wc -c'`);
    expect(one).toEqual({ code: 0, stdout: '50000000\n', stderr: '' });
    const all = await bash(`echo hello | instance cmd i=all cmd=cat | sort`);
    expect(all).toMatchObject({ code: 0, stdout: 'node0: hello\nnode1: hello\n' });
  });

  test('F9: input that never comes keeps nobody', async () => {
    const open = 'exec 3< <(exec sleep 60 2>/dev/null); never=$!';
    const line = `${open}; timeout 20 "$NODE" "$INSTANCE" cmd i=0 cmd='exit 4' <&3; echo $?; kill $never`;
    expect(await bash(line)).toEqual({ code: 0, stdout: '4\n', stderr: '' });
  });

  test.each(['i=0', 'i=all'])(
    'F11: a reader that leaves ends a command without an end (%s)',
    async (choice) => {
      const said = await bash(
        `instance cmd ${choice} cmd='yes from-a-test' | head -1 >/dev/null; echo $PIPESTATUS`,
      );
      expect(said).toEqual({ code: 0, stdout: '141\n', stderr: '' });
      const left = await hello.instance('cmd', 'i=0', 'cmd=sleep 1; pgrep -xc yes');
      expect(left.stdout).toBe('0\n');
    },
  );

  test('F11: and one that ends by itself keeps its code', async () => {
    const said = await bash(`instance cmd i=0 cmd='seq 1 100000; exit 3' | head -1; echo $PIPESTATUS`);
    expect(said.stdout).toBe('1\n3\n');
  });

  test.each(['i=0', 'i=all'])('F12: a full disk is one line and code 1 (%s)', async (choice) => {
    const said = await bash(`instance cmd ${choice} cmd='seq 1 100000' >/dev/full`);
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/^instance: standard output cannot be written: ENOSPC[^\n]*\n$/);
  });

  test('F11: what changes something is finished without its reader', async () => {
    const said = await bash('"$NODE" "$POOL" configure | true; echo $PIPESTATUS');
    expect(said).toEqual({ code: 0, stdout: '0\n', stderr: '' });
  });
});

describe('row 9: instance scp', () => {
  const NAME = '-- a name, with spaces & dashes -x';
  let here: string;
  beforeAll(async () => {
    here = await mkdtemp(join(cloud.home, 'scp '));
    await mkdir(join(here, NAME, 'in side'), { recursive: true });
    await writeFile(join(here, NAME, 'in side', 'ü'), Buffer.from([0, 1, 2, 255]));
    await writeFile(join(here, NAME, '-rf'), 'dash');
  });

  test('a file goes to that node only, and comes back the same', async () => {
    const src = join(here, NAME, 'in side', 'ü');
    expect(await hello.instance('scp', 'i=1', `src=${src}`, `dest=/root/${NAME}`)).toMatchObject({ code: 0 });
    const there = await hello.on('all', `if test -e '/root/${NAME}'; then echo yes; else echo no; fi`);
    expect(there.split('\n').sort()).toEqual(['node0: no', 'node1: yes']);
    const back = join(here, '-back again');
    expect(await hello.instance('scp', 'i=1', `from=/root/${NAME}`, `dest=${back}`)).toMatchObject({
      code: 0,
    });
    expect(await readFile(back)).toEqual(Buffer.from([0, 1, 2, 255]));
  });

  test('a folder goes and comes back, and nothing beside it is deleted', async () => {
    await hello.on('0', 'mkdir /root/target && echo mine >/root/target/kept');
    expect(await hello.instance('scp', `src=${join(here, NAME)}`, 'dest=/root/target')).toMatchObject({
      code: 0,
    });
    expect(await hello.on('0', 'cat /root/target/kept')).toBe('mine');
    const back = join(here, 'back');
    expect(await hello.instance('scp', `from=/root/target/${NAME}`, `dest=${back}`)).toMatchObject({
      code: 0,
    });
    expect((await readdir(back, { recursive: true })).sort()).toEqual(['-rf', 'in side', 'in side/ü']);
  });

  test('F13: a folder over one with a file that is a mount point changes nothing there', async () => {
    const src = join(here, 'mounted');
    await mkdir(src);
    for (const name of 'abc') await writeFile(join(src, name), 'new');
    await hello.on('0', 'mkdir /root/mounted && cd /root/mounted && for n in a b c; do echo old >$n; done');
    await hello.on('0', 'cd /root/mounted && touch -d @1000000 . && mount --bind /etc/hostname b');
    const state = 'cd /root/mounted && stat -c "%n %Y %i %h" . .* * && cat a c';
    const before = await hello.on('0', state);
    expect(await hello.instance('scp', 'i=0', `src=${src}`, 'dest=/root')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^instance: node0 .*\/root\/mounted\/b: it is a mount point there.*\n$/),
    });
    expect(await hello.on('0', state)).toBe(before);
    await hello.on('0', 'umount /root/mounted/b');
    expect(await hello.instance('scp', 'i=0', `src=${src}`, 'dest=/root')).toMatchObject({ code: 0 });
    expect(await hello.on('0', 'cat /root/mounted/a /root/mounted/b')).toBe('newnew');
  });
});

test("F22: the README's examples of scp work as they stand", async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const examples = [...readme.matchAll(/^ {4}instance (scp .*?)(?: {2,}#.*)?$/gm)].map(
    ([, words = '']) => words,
  );
  expect(examples.length).toBeGreaterThan(1);
  const here = await mkdtemp(join(cloud.home, 'readme-'));
  await writeFile(join(here, 'notes.txt'), 'notes');
  for (const words of examples)
    expect(await hello.inShell(`cd ${here} && "$NODE" "$INSTANCE" ${words}`)).toMatchObject({ code: 0 });
  expect(await hello.on('1', 'cat /tmp/notes.txt')).toBe('notes');
  expect(await readFile(join(here, 'haproxy.cfg'), 'utf8')).toContain('backend');
});

describe('the services', () => {
  const states = (i: string) => hello.on(i, 'systemctl is-active poolparty-app haproxy; true');
  const pids = (i: string) => hello.on(i, 'systemctl show --value -p MainPID poolparty-app haproxy');

  test("row 10: stop, start and restart act on one node's services, and leave the others alone", async () => {
    const others = await pids('0');
    expect(await hello.instance('stop', 'i=1')).toMatchObject({ code: 0 });
    expect(await states('1')).toBe('inactive\ninactive');
    await expect.poll(async () => (await hello.list()).instances[1]?.in_rotation).toBe(false);
    expect((await visit(`http://${listing.address}/`)).body).toContain(idOf(0));
    expect(await hello.instance('start', 'i=1')).toMatchObject({ code: 0 });
    expect(await states('1')).toBe('active\nactive');
    const before = await pids('1');
    expect((await hello.instance('restart', 'i=1')).stdout).toContain('restarted poolparty-app, haproxy');
    expect(await pids('1')).not.toBe(before);
    expect(await pids('0')).toBe(others);
    await expect
      .poll(async () => (await hello.list()).instances[1]?.in_rotation, { timeout: 10_000 })
      .toBe(true);
  });

  test.each(['poolparty-app', 'haproxy'])('row 46: a killed %s is started again by systemd', async (unit) => {
    const pid = await hello.on('0', `systemctl show --value -p MainPID ${unit}`);
    await hello.on('0', `kill -KILL ${pid}`);
    const again = () =>
      hello.on('0', `systemctl show --value -p MainPID ${unit}; systemctl is-active ${unit} || true`);
    await expect.poll(again, { timeout: 10_000 }).toMatch(/^[1-9]\d*\nactive$/);
    expect(await again()).not.toContain(`${pid}\n`);
    await expect
      .poll(() => visit(`http://${listing.address}/`), { timeout: 10_000 })
      .toMatchObject({ status: 200 });
  });
});
