// Heartbeat between two real machines: when it asks for a claim, and what it survives.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FailoverTimings } from '../../../src/pool/settings.ts';
import { timings } from '../../../src/pool/settings-defaults.ts';
import { bootParty, type Party, pair, SECRET, type Watcher } from './pair.ts';

const QUICK = timings({ keepalive: 200, deadtime: 2_000 });

let party: Party;
const watcher = (index: number): Watcher => {
  const found = party.watchers[index];
  if (found === undefined) throw new Error(`machine ${index} did not boot`);
  return found;
};

const holds = (one: Watcher) => one.read('cl_status rscstatus 2>/dev/null || :');
const mainPid = (one: Watcher) => one.read('systemctl show -P MainPID heartbeat');
const isActive = (one: Watcher) => one.read('systemctl is-active heartbeat || :');

/** Until each of the two holds its own resource: Heartbeat takes 10 s and more to give it to them after a start. */
const settled = (...both: readonly Watcher[]) =>
  expect
    .poll(() => Promise.all(both.map(holds)), { timeout: 60_000, interval: 500 })
    .toEqual(both.map(() => 'local'));

/** How many claims each asked for while `work` went on. */
async function asked(both: readonly Watcher[], work: () => Promise<unknown>): Promise<readonly number[]> {
  const count = async () => Promise.all(both.map(async (one) => (await one.claims()).length));
  const before = await count();
  await work();
  return (await count()).map((all, at) => all - (before[at] ?? 0));
}

/** SIGKILL of one machine: ms until the other asks. */
async function outage(killed: Watcher, left: Watcher): Promise<number> {
  const before = (await left.claims()).length;
  const when = await killed.kill();
  await expect
    .poll(async () => (await left.claims()).length, { timeout: 30_000, interval: 100 })
    .toBeGreaterThan(before);
  return ((await left.claims())[before] ?? Number.NaN) - when;
}

/** Between the last beat and the death lies up to one interval; the rest is for Heartbeat's scripts, 0.3 s at rest. */
const expectPrompt = (ms: number, { keepalive, deadtime }: FailoverTimings) => {
  expect(ms).toBeGreaterThan(deadtime - 2 * keepalive);
  expect(ms).toBeLessThan(deadtime + 1_500);
};

const CUT = `nft add table inet cut
nft add chain inet cut in '{ type filter hook input priority 0; }'
nft add rule inet cut in udp dport 694 drop`;

beforeAll(async () => {
  party = await bootParty(3);
});
afterAll(() => party?.ground.end());

describe('row 45: two machines that are made a pair', () => {
  test('at boot only the first asks for a claim, and nobody waits for it', async () => {
    const [one, two] = [watcher(0), watcher(1)];
    expect(await asked([one, two], () => pair(one, two, QUICK).then(() => settled(one, two)))).toEqual([
      1, 0,
    ]);
  });

  test('row 79: the secret is in no process list, and only root reads its file', async () => {
    const all = await watcher(0).read("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    expect(all).toContain('heartbeat: master control process');
    expect(all).not.toContain(SECRET);
    expect(await watcher(0).read('stat -c "%a %U" /etc/ha.d/authkeys')).toBe('600 root');
    expect(await watcher(0).read('cat /etc/ha.d/authkeys')).toContain(SECRET);
  });

  test('change places without Heartbeat noticing', async () => {
    const both = [watcher(0), watcher(1)];
    const before = await Promise.all(both.map(mainPid));
    await pair(watcher(1), watcher(0), QUICK);
    expect(await watcher(0).read('cat /etc/ha.d/haresources')).toContain(
      `\n${watcher(1).peer.host} poolparty\n`,
    );
    await pair(watcher(0), watcher(1), QUICK);
    expect(await Promise.all(both.map(mainPid))).toEqual(before);
  });

  test('a restart, and a death of Heartbeat alone: it is back before the other asks', async () => {
    const [one, two] = [watcher(0), watcher(1)];
    const pid = await mainPid(one);
    const counts = await asked([one, two], async () => {
      await two.read('systemctl restart heartbeat');
      await settled(one, two);
      await one.read('systemctl kill --kill-who=main --signal=KILL heartbeat');
      await expect.poll(() => isActive(one), { timeout: 5_000 }).toBe('active');
      expect(await mainPid(one)).not.toBe(pid);
      await settled(one, two);
    });
    // The first asks again when it has found its peer; who holds the address has nothing to do then.
    expect(counts).toEqual([1, 0]);
  });

  // Before the partition, since Heartbeat counts by initdead for some seconds after a node came back.
  test('a machine that reboots comes back as one of the pair, and asks for nothing', async () => {
    const [one, two] = [watcher(0), watcher(1)];
    const counts = await asked([one, two], async () => {
      await party.ground.engine.reboot(two.id);
      await settled(one, two);
    });
    expect(counts[0]).toBeLessThan(4);
    expect(counts[1]).toBe(0);
  });

  test('a partition: both ask once it is noticed; after its healing they watch each other again', async () => {
    const both = [watcher(0), watcher(1)];
    const inits = () => Promise.all(both.map((each) => each.read('stat -c %Y /proc/1')));
    const before = await inits();
    const during = await asked(both, async () => {
      await Promise.all(both.map((each) => each.read(CUT)));
      await expect
        .poll(() => Promise.all(both.map(holds)), { timeout: 10_000, interval: 300 })
        .toEqual(['all', 'all']);
    });
    expect(Math.min(...during)).toBeGreaterThan(0);
    const after = await asked(both, async () => {
      await Promise.all(both.map((each) => each.read('nft delete table inet cut')));
      await expect.poll(() => Promise.all(both.map(holds)), { timeout: 20_000 }).not.toContain('all');
      await settled(...both);
    });
    expect(Math.max(...after)).toBeLessThan(4);
    expect(await inits()).toEqual(before);
  });

  test('the other asks within the deadtime of 2 s, also after all that, and where they changed places', async () => {
    await pair(watcher(1), watcher(0), QUICK);
    expectPrompt(await outage(watcher(1), watcher(0)), QUICK);
  });
});

describe('a pair that is made anew', () => {
  test('the survivor and a third, by the default timings: the third asks when the survivor dies', async () => {
    const [first, second] = [watcher(0), watcher(2)];
    expect(
      await asked([first, second], () => pair(first, second, timings({})).then(() => settled(first, second))),
    ).toEqual([1, 0]);
    expect(await first.read('systemctl show -P NRestarts heartbeat')).toBe('0');
    expectPrompt(await outage(first, second), timings({}));
  });

  test('row 45: a machine that is left alone has Heartbeat neither running nor enabled nor failed', async () => {
    await watcher(2).become([]);
    await expect.poll(() => isActive(watcher(2)), { timeout: 10_000 }).toBe('inactive');
    expect(await watcher(2).read('systemctl is-enabled heartbeat || :')).toBe('disabled');
    expect(await watcher(2).read('pgrep -c -f "^heartbeat:" || :')).toBe('0');
    expect(await watcher(2).read('ls /etc/ha.d/ha.cf 2>/dev/null || :')).toBe('');
  });
});
