// Host keys are pinned: a machine that shows another key than at first is not spoken to.
import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { ec2Of } from './ground/cloud.ts';
import { type Listing, party } from './ground/party.ts';

const exec = promisify(execFile);
const ec2 = ec2Of(inject('cloud'));
const cloud = inject('cloud');
const hello = party(cloud, 'trust', { POOL_MINIMUM_INSTANCES: '2' });
let listing: Listing;
let pinned: string;

beforeAll(async () => {
  expect(await hello.pool('start')).toMatchObject({ code: 0 });
  listing = await hello.list();
  pinned = await readFile(hello.knownHosts, 'utf8');
});
afterAll(() => hello.end());

test("row 79: start pinned each node's own key, by its id, for its owner's eyes", async () => {
  const lines = pinned.trimEnd().split('\n').sort();
  const shown = await Promise.all(
    listing.instances.map(async ({ id, index }) => {
      const [type, key] = (await hello.on(`${index}`, 'cat /etc/ssh/ssh_host_ed25519_key.pub')).split(' ');
      return `${id} ${type} ${key}`;
    }),
  );
  expect(lines).toEqual(shown.sort());
  expect((await stat(hello.knownHosts)).mode & 0o777).toBe(0o600);
});

test('row 79: a machine with another key is refused, with the reason and the way out', async () => {
  const keys = pinned
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const [[one = '', type, its = ''] = [], [other = '', , others = ''] = []] = keys;
  await writeFile(hello.knownHosts, `${one} ${type} ${others}\n${other} ${type} ${its}\n`);
  try {
    for (const words of [['cmd', 'cmd=hostname'], ['ssh']]) {
      const { code, stdout, stderr } = await hello.instance(...words, `i=${one}`);
      expect(code).toBe(1);
      expect(stdout).not.toContain('ip-');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(`(${one}) shows another host key than the one pinned in ${hello.knownHosts}`);
    }
    const all = await hello.instance('cmd', 'i=all', 'cmd=hostname');
    expect([all.code, all.stdout]).toEqual([1, '']);
    expect(all.stderr).toContain('0 of 2 nodes succeeded');
    expect((await hello.list()).instances.map(({ load }) => load)).toEqual([null, null]);
  } finally {
    await writeFile(hello.knownHosts, pinned);
  }
  expect(await hello.on('all', 'true')).toBe('');
});

test("row 27: the private key and the account's secret are on no node and in no process list", async () => {
  const secret = cloud.env['AWS_SECRET_ACCESS_KEY'] ?? '';
  const key = (await readFile(`${cloud.env['EC2_HOME']}/deck`, 'utf8')).split('\n')[3] ?? '';
  expect(Math.min(secret.length, key.length)).toBeGreaterThan(20);
  const look =
    'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; ' +
    'find /opt/poolparty /etc /root /home /var/log /run -xdev -type f -size -4M -exec cat {} + 2>/dev/null; true';
  const found = await hello.instance('cmd', 'i=0', `cmd={ ${look}; journalctl --no-pager; } | tr -d '\\0'`);
  expect(found.stdout.length).toBeGreaterThan(10_000);
  expect(found.stdout.includes(secret)).toBe(false);
  expect(found.stdout.includes(key)).toBe(false);
});

test('row 79: the cloud listens on its own address and nowhere else', async () => {
  const { stdout } = await exec('ss', ['-H', '-l', '-n', '-t', '-u', '-p']);
  const its = stdout.split('\n').filter((line) => line.includes(`pid=${cloud.pid},`));
  const places = its.map((line) => line.trim().split(/\s+/)[4]);
  expect(places.sort()).toEqual([1338, 8000, 8001].map((port) => `${cloud.address}:${port}`));
});

/** A neighbour of this machine, by a wire of its own: a network namespace, which sends the cloud's address to us. */
async function neighbour(name: string): Promise<(url: string) => Promise<string>> {
  const [here, there] = [`${name}-a`, `${name}-b`];
  const inside = ['netns', 'exec', name, 'ip'];
  for (const words of [
    ['netns', 'add', name],
    ['link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name],
    ['address', 'add', '192.0.2.1/30', 'dev', here],
    ['link', 'set', here, 'up'],
    [...inside, 'address', 'add', '192.0.2.2/30', 'dev', there],
    [...inside, 'link', 'set', there, 'up'],
    [...inside, 'route', 'add', 'default', 'via', '192.0.2.1'],
    // By this the wire is one to the outside, though the last that this machine itself would choose.
    ['route', 'add', 'default', 'via', '192.0.2.2', 'dev', here, 'metric', '9000'],
  ])
    await exec('ip', words);
  const curl = ['netns', 'exec', name, 'curl', '-s', '-m', '2', '-o', '/dev/null', '-w', '%{http_code}'];
  return async (url) =>
    await exec('ip', [...curl, url]).then(
      ({ stdout }) => stdout,
      (error: { stdout?: string }) => error.stdout ?? 'failed',
    );
}

test('row 79: a neighbour on the network reaches none of the API, S3 and metadata; this machine does', async () => {
  const name = `deck${process.pid}`;
  try {
    const ask = await neighbour(name);
    // The cloud looks at its host's wires whenever something of its network changes.
    await ec2.send(
      new CreateTagsCommand({
        Resources: [listing.instances[0]?.id ?? ''],
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    const toldNothing = async () => expect(await ask(`http://${cloud.address}:8000/health`)).toBe('000');
    await vi.waitFor(toldNothing, { timeout: 20_000 });
    for (const port of [8000, 8001, 1338])
      expect(await ask(`http://${cloud.address}:${port}/health`)).toBe('000');
    expect((await fetch(`http://${cloud.address}:8000/health`)).status).toBe(200);
  } finally {
    await exec('ip', ['netns', 'delete', name]);
  }
});
