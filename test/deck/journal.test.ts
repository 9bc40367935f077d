// Why did it do that? The journal of a pool that heals: told, explained, replayed, and there when its master has died.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type JournalRecord, keyOf } from '../../src/pool/journal.ts';
import { readJournal } from '../../src/pool/journal-reader.ts';
import type { Running } from './ground/command.ts';
import { kill, maintains } from './ground/faults.ts';
import { atWork, begun, healed, idsOf, type Pool, SOON } from './ground/healing.ts';

const cloud = inject('cloud');
const BECAUSE = 'minimum_instances is 3, 2 are there';

describe('the journal of a pool of three', () => {
  let pool: Pool;
  let following: Running | undefined;
  beforeAll(async () => {
    const bucket = `poolparty-journal-${Date.now().toString(36)}`;
    pool = await begun(cloud, 'journal', 3, { POOL_SHARED_BUCKET: bucket });
  });
  afterAll(async () => {
    following?.child.kill('SIGKILL');
    await pool?.end();
  });

  const recorded = async (): Promise<readonly JournalRecord[]> => {
    const { code, stdout } = await pool.pool('log', '--json');
    expect(code).toBe(0);
    const { records, unread, cutOff } = readJournal(stdout);
    expect([unread, cutOff]).toEqual([[], undefined]);
    return records;
  };
  const followed = () => readJournal(following?.soFar() ?? '').records.map(({ who }) => who);
  const launched = (records: readonly JournalRecord[]) =>
    records.filter(({ acts }) => acts.some((act) => act.do === 'launch'));

  test('tells of a member that was killed: what was done, by whom and why; and today decides the same', async () => {
    const [zero = '', , two = ''] = await atWork(pool);
    await kill(two);
    await expect.poll(async () => launched(await recorded()).length, SOON).toBe(1);
    await healed(pool, 3, zero);
    await expect
      .poll(async () => (await pool.pool('explain')).stdout, SOON)
      .toMatch(/^holding at 3: .* by node0\)$/m);
    const records = await recorded();
    expect(launched(records)).toMatchObject([
      { who: zero, because: BECAUSE, association: expect.any(String) },
    ]);
    expect(records.flatMap(({ outcomes }) => outcomes).every(({ ms }) => ms >= 0)).toBe(true);
    const { stdout } = await pool.pool('log');
    expect(stdout).toMatch(new RegExp(`^\\w{3} [ \\d]\\d [\\d:]{8} node0 +launch 1: ${BECAUSE}`, 'm'));
    expect((await pool.pool('explain')).stdout).toMatch(/^last change \d+ (s|min) ago, by node0: /m);
    const text = (await pool.pool('log', '--json')).stdout;
    const replayed = await pool.begin('pool', ['replay', '-'], text).ended;
    expect(replayed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+ ticks replayed, 0 decided otherwise\n$/),
    });
  });

  test('row 75: what a master has written is there when it has died, and its successor goes on with it', async () => {
    const [zero = '', one = ''] = await atWork(pool);
    const before = await recorded();
    expect(before.some(({ who }) => who === zero)).toBe(true);
    following = pool.begin('pool', ['log', '--follow', '--json']);
    await expect.poll(followed, SOON).toContain(zero);
    await kill(zero);
    await expect.poll(() => maintains(one), SOON).toBe(true);
    await expect.poll(async () => launched(await recorded()).some(({ who }) => who === one), SOON).toBe(true);
    await expect.poll(followed, SOON).toContain(one);
    following?.child.kill('SIGINT');
    expect((await following?.ended)?.code).toBe(130);
    const after = new Set((await recorded()).map(keyOf));
    expect(before.map(keyOf).filter((key) => !after.has(key))).toEqual([]);
    await healed(pool, 3, one);
  });

  test('a pool that was stopped has left its journal in its bucket', async () => {
    const records = await recorded();
    const [zero = ''] = await idsOf(pool);
    // The former master died: of its last seconds only the nodes tell.
    const before = records.filter(({ who }, at) => at === 0 || who === zero).map(keyOf);
    expect(await pool.pool('stop', '--yes')).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await pool.pool('log', '--json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('read from the bucket')]);
    const keys = readJournal(stdout).records.map(keyOf);
    expect(keys).toEqual(expect.arrayContaining(before));
  });
});
