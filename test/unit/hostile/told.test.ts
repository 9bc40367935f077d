// What nodes and tags tell is believed only in its form: nothing else reaches a file of keys, of Heartbeat, of hosts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { heartbeatFiles } from '../../../src/fail-safety/heartbeat.ts';
import { parseConfigured } from '../../../src/plans/configure.ts';
import { parseState } from '../../../src/plans/node-state.ts';
import { userDataOf } from '../../../src/plans/user-data.ts';
import { authorizedKeysFile, HOST_KEY_TAG, SSH_KEY_TAG } from '../../../src/pool/keys.ts';
import { poolOf } from '../../../src/pool/pool.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { verify } from '../../../src/world/ssh/verify.ts';
import { builtIn, instance } from '../built-in.ts';
import { around, hostileStrings } from './strings.ts';

const KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const settings = { ...defaultsIn('/party'), username: 'root' };
const folder = mkdtempSync(join(tmpdir(), 'poolparty-told-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tagged = (tag: string, values: readonly string[]) =>
  values.map((value, at) => instance(at, { tags: { [tag]: value } }));

test('tags of ssh keys: OpenSSH reads one key of ours in authorized_keys, whatever the others say', () => {
  const nodes = tagged(SSH_KEY_TAG, [KEY, ...around(KEY, hostileStrings(20)), ...hostileStrings(21)]);
  const { content } = authorizedKeysFile(settings, nodes);
  expect(content.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    `restrict,pty ${KEY} PoolParty`,
  ]);
  writeFileSync(join(folder, 'authorized_keys'), content);
  const { stdout, status } = spawnSync('ssh-keygen', ['-l', '-f', join(folder, 'authorized_keys')]);
  expect(stdout.toString()).toMatch(/^256 SHA256:\S+ PoolParty \(ED25519\)\n$/);
  expect(status).toBe(0);
});

test('tags of ssh keys: none but a key comes into the user-data of a newcomer', () => {
  const none = userDataOf(settings, builtIn, [instance(0)]);
  expect(none).toBeUndefined();
  expect(userDataOf(settings, builtIn, tagged(SSH_KEY_TAG, around(KEY, hostileStrings(22))))).toBeUndefined();
});

test('host keys: what a machine shows is a line of known_hosts of its own, or is refused', async () => {
  const file = join(folder, 'known_hosts');
  const [node] = poolOf({ name: 'party', address: undefined, instances: [instance(1)] }).nodes;
  let refused = 0;
  for (const one of hostileStrings(23)) {
    const type = Buffer.from(one);
    const wire = Buffer.concat([Buffer.alloc(4), type, Buffer.from('x')]);
    wire.writeUInt32BE(type.length);
    await verify(file, node!, wire, async () => []).catch(() => {
      refused += 1;
    });
  }
  expect(refused).toBe(hostileStrings(23).length);
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

test('host keys: a tag of another form pins nothing and refuses nobody', async () => {
  const blob = Buffer.from(KEY.split(' ')[1] ?? '', 'base64');
  for (const tag of around(KEY, hostileStrings(24))) {
    const file = join(folder, 'pinned');
    const [node] = poolOf({
      name: 'party',
      address: undefined,
      instances: [instance(1, { tags: { [HOST_KEY_TAG]: tag } })],
    }).nodes;
    await verify(file, node!, blob, async () => []);
    expect(readFileSync(file, 'utf8')).toBe(`i-00000001 ${KEY}\n`);
    rmSync(file);
  }
});

const FAILOVER = { keepalive: 1_000, warntime: 2_000, deadtime: 5_000, initdead: 30_000 };

function heartbeat(host: string, device: string, secret: string): Readonly<Record<string, string>> {
  const self = { host, ip: '10.0.0.1', device };
  const peer = { host: 'ip-10-0-0-2', ip: '10.0.0.2', device: 'eth0' };
  const files = heartbeatFiles(self, peer, peer.host, secret, FAILOVER, builtIn);
  return Object.fromEntries(files.map(({ path, content }) => [path.split('/').at(-1) ?? '', content]));
}

const lines = (text: string | undefined) => (text ?? '').split('\n').length;

describe('what a node says of itself', () => {
  const answer = (host: string, device: string) =>
    parseConfigured(
      JSON.stringify({
        changed: [],
        hash: '',
        healthy: true,
        health_url: '',
        answer: '',
        ...{ ends: 0, ended: '' },
        log: '',
        ssh_key: '',
        host_key: '',
        host,
        device,
      }),
    );

  const strings = around('ip-10', hostileStrings(25));

  test('a name or a device is unknown where it is none', () => {
    const hosts = strings.flatMap((one) => [answer(one, '').host, parseState(`host ${one}`).host]);
    for (const host of hosts) expect(host ?? 'unknown').toMatch(/^[A-Za-z0-9._-]+$/);
    const devices = strings.flatMap((one) => [answer('', one).device, parseState(`device ${one}`).device]);
    for (const device of devices) expect(device ?? 'unknown').toMatch(/^[A-Za-z0-9._:@-]+$/);
    expect(answer('ip-10-0-0-1', 'eth0')).toMatchObject({ host: 'ip-10-0-0-1', device: 'eth0' });
  });

  test('no name and no device adds a line to ha.cf or haresources', () => {
    const plain = heartbeat('ip-10-0-0-1', 'eth0', 'ab');
    for (const one of strings) {
      const { host = 'unknown', device = 'unknown' } = answer(one, one);
      const files = heartbeat(host, device, 'ab');
      for (const name of ['ha.cf', 'haresources']) expect(lines(files[name])).toBe(lines(plain[name]));
    }
  });

  test('a secret is 64 hex digits or unknown', () => {
    for (const one of around('ab'.repeat(32), hostileStrings(26)))
      expect(parseState(`secret ${one}`).secret ?? 'ab'.repeat(32)).toMatch(/^[0-9a-f]{64}$/);
    expect(parseState(`secret ${'ab'.repeat(32)}`).secret).toBe('ab'.repeat(32));
  });
});
