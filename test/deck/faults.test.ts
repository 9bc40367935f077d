// What can go wrong while nodes are configured, on real machines: it is named, visitors notice nothing, nothing is lost.
import { RebootInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ec2Of } from './ground/cloud.ts';
import { load } from './ground/load.ts';
import { within } from './ground/machines.ts';
import { ownPool, told } from './ground/own.ts';
import type { Listing } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
let own: Awaited<ReturnType<typeof ownPool>>;
let listing: Listing;

beforeAll(async () => {
  own = await ownPool(cloud, 'faults');
  expect(await own.pool('start')).toMatchObject({ code: 0, stderr: '' });
  listing = await own.list();
});
afterAll(async () => {
  await own?.end();
  ec2.destroy();
});

const idOf = (index: number): string => listing.instances[index]?.id ?? '';
const on = (index: number, script: string) => within(cloud, idOf(index), script);
const words = () => Promise.all([0, 1, 2].map((index) => on(index, 'curl -s http://127.0.0.1:8001/')));

/** What `work` comes to while visitors ask all the time; none of their requests may fail. */
async function visited<T>(work: () => Promise<T>): Promise<T> {
  const visitors = load(`http://${listing.address}/`);
  try {
    return await work();
  } finally {
    const { answers, failures } = await visitors.end();
    expect({ failures, enough: answers > 50 }).toEqual({ failures: [], enough: true });
  }
}

/** All three serve, and are who they were. */
async function expectAll(word: string): Promise<void> {
  const now = await own.list();
  expect(now.instances.map(({ id }) => id)).toEqual(listing.instances.map(({ id }) => id));
  expect(now.instances.map(({ in_rotation: serves }) => serves)).toEqual([true, true, true]);
  expect(await words()).toEqual([word, word, word]);
}

test('a node that boots again in the middle of configure is waited for, and the run goes on', async () => {
  await own.change({ app: { env: { WORD: 'booted' }, install: ['sleep 5'] } });
  const said = await visited(async () => {
    const { ended } = own.begin('pool', ['configure']);
    const installs = () => on(2, 'pgrep -fx "sleep 5" || :');
    await expect.poll(installs, { timeout: 60_000, interval: 100 }).not.toBe('');
    await ec2.send(new RebootInstancesCommand({ InstanceIds: [idOf(2)] }));
    return await ended;
  });
  expect(said).toMatchObject({ code: 0, stderr: '' });
  for (const line of told(said.stdout)) expect(line).toMatch(/changed .*release/);
  await expectAll('booted');
});

test('row 53: an sshd that hangs: its node is named within its limit, the others are configured', async () => {
  await own.change({ app: { env: { WORD: 'hung' }, install: ['sleep 5'] } });
  const sshd = (signal: string) => on(1, `kill -${signal} $(systemctl show -P MainPID ssh)`);
  await sshd('STOP');
  const began = Date.now();
  // Once it answers again, the service on the master may bring it to its configuration at any moment.
  const said = await visited(async () => {
    const ended = await own.pool('configure');
    expect(Date.now() - began).toBeLessThan(60_000);
    expect(await words()).toEqual(['hung', 'booted', 'hung']);
    return ended;
  }).finally(() => sshd('CONT'));
  expect(said.code).toBe(1);
  expect(said.stderr.split('\n')).toEqual([
    'pool: 1 of 3 nodes could not be configured; mend it, then run it again',
    expect.stringMatching(`^node1 \\(${idOf(1)}\\): no answer on ssh within 15 s: `),
    '',
  ]);
  expect(told(said.stdout).map((line) => line.split(':')[0])).toEqual(['node0', 'node2']);
  expect(await visited(() => own.pool('configure'))).toMatchObject({ code: 0, stderr: '' });
  await expectAll('hung');
});

const FILL = `mkdir /root/kept && mount --bind /opt/poolparty /root/kept
mount -t tmpfs -o size=24m tmpfs /opt/poolparty && cp -a /root/kept/. /opt/poolparty
dd if=/dev/zero of=/opt/poolparty/filler bs=64k 2>/dev/null || :`;
const FREE = `rm /opt/poolparty/filler; cp -a /opt/poolparty/. /root/kept
umount -l /opt/poolparty; umount /root/kept && rmdir /root/kept`;

test('row 53: a node whose disk is full is named with the reason and goes on serving; the others are configured', async () => {
  await own.change({ app: { env: { WORD: 'full' }, install: ['sleep 5'] } });
  await on(2, FILL);
  // Once its disk has room, the service on the master may bring it to its configuration at any moment.
  const said = await visited(async () => {
    const ended = await own.pool('configure');
    const { instances } = await own.list();
    expect(instances.map(({ in_rotation: serves }) => serves)).toEqual([true, true, true]);
    expect(await words()).toEqual(['full', 'full', 'hung']);
    return ended;
  }).finally(() => on(2, FREE));
  expect(said.code).toBe(1);
  const [, second, third] = said.stderr.split('\n');
  expect(second).toBe(`node2 (${idOf(2)}) could not be configured (code 1)`);
  expect(third).toMatch(
    /^ {2}\| the disk of this node is full: \S+ are free at \/opt\/poolparty; free some of it/,
  );
  expect(told(said.stdout).map((line) => line.split(':')[0])).toEqual(['node0', 'node1']);
  expect(await own.pool('configure')).toMatchObject({ code: 0, stderr: '' });
  await expectAll('full');
});

test('an install line that fails: the node that is tried comes back as it was, and the others are held back', async () => {
  await own.change({ app: { env: { WORD: 'full' }, install: ['echo no such package; exit 7'] } });
  const said = await visited(() => own.pool('configure'));
  expect(said.code).toBe(1);
  expect(said.stderr).toMatch(
    /^pool: 1 of 3 nodes could not be configured; mend it, then run it again\nnode2 /,
  );
  expect(said.stderr.match(/ {2}\| no such package/g)).toHaveLength(1);
  for (const index of [0, 1])
    expect(said.stderr).toContain(
      `node${index} (${idOf(index)}) serves what it served before: it was held back\n`,
    );
  await expectAll('full');
  await own.change({ app: { env: { WORD: 'full' }, install: ['sleep 5'] } });
  expect(await own.pool('configure')).toMatchObject({ code: 0, stderr: '' });
});

test('Heartbeat and HAProxy that are killed come back, and the address stays where it is', async () => {
  // Of a Heartbeat that is slow to come back its peer may ask: then the master answers, and nothing moves.
  const takes = "journalctl -q -u poolparty-claim --no-pager -o cat | grep -F 'is here now' || :";
  const claims = () => Promise.all([0, 1, 2].map((index) => on(index, takes)));
  const before = await claims();
  await visited(async () => {
    for (const index of [1, 0]) {
      await on(index, 'systemctl kill -s KILL heartbeat');
      const isBack = () => on(index, 'systemctl is-active heartbeat; systemctl show -P NRestarts heartbeat');
      await expect.poll(isBack, { timeout: 20_000 }).toMatch(/^active\n[1-9]/);
    }
  });
  expect(await claims()).toEqual(before);
  await on(0, 'systemctl kill -s KILL haproxy poolparty-app');
  const answers = async () => (await fetch(`http://${listing.address}/`).catch(() => undefined))?.status;
  await expect.poll(answers, { timeout: 20_000 }).toBe(200);
  await expect
    .poll(async () => (await own.list()).instances.map(({ in_rotation }) => in_rotation), { timeout: 20_000 })
    .toEqual([true, true, true]);
  await expectAll('full');
});
