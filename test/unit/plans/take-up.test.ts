// A master dies while its queue is full: the next one goes on with what the former knew.
import { expect, test } from 'vitest';
import { policyOf } from '../../../src/auto-scaling/policy.ts';
import { govern } from '../../../src/plans/govern.ts';
import { takenUp } from '../../../src/plans/take-up.ts';
import { journalLine, lastWordOf, policySettings } from '../../../src/pool/journal.ts';
import { readLastWord } from '../../../src/pool/journal-reader.ts';
import { type Remembered, unremembered } from '../../../src/pool/sight.ts';
import { record } from '../pool/records.ts';
import { settings } from './ground.ts';
import { NOW, node, sight } from './sights.ts';

const SECOND = 1_000;
const policy = settings({ expand_when: 'queue > 0 for 10s', minimum_instances: 2, maximum_instances: 4 });
/** The new master's monotonic clock has begun at its own boot. */
const HERE = 7_000;
const WALL = Date.parse(record().time);

/** Two nodes with a queue, as a maintainer sees them at this moment of its clock. */
const full = (at: number) => {
  const nodes = [0, 1].map((index) => node(index, 0.2, { servesSince: at - 600 * SECOND }));
  return { ...sight(nodes), at, queue: 12 };
};

/** The queue has been full for 8 s at the last tick of the former master; its word as the new one reads it. */
function word(since = 8 * SECOND, over: Partial<Remembered> = {}) {
  let memory = unremembered(NOW - 60 * SECOND);
  for (let at = NOW - since; at <= NOW; at += SECOND)
    memory = govern(full(at), policyOf(policy), memory).remembered;
  const last = record({ sight: full(NOW), policy: policySettings(policy) });
  const read = readLastWord(journalLine(lastWordOf(last, { ...memory, ...over })));
  if (read === undefined) throw new Error('the word cannot be read');
  return read;
}

const after = (ms: number) => ({ wall: WALL + ms, monotonic: HERE });
const actsAt = (memory: Remembered | undefined, at: number) =>
  govern(full(at), policyOf(policy), memory ?? unremembered(at)).acts.map((one) => one.do);

test('row 82: the time since which the queue is full is not lost when the master changes', () => {
  const memory = takenUp(word(), policy, after(5 * SECOND));
  expect(memory?.heldSince[0]).toBe(HERE - 13 * SECOND);
  expect(actsAt(memory, HERE)).toEqual(['launch']);
  expect(actsAt(undefined, HERE)).toEqual([]);
});

test('a queue that is empty at the first look of the new master has held for nothing', () => {
  const memory = takenUp(word(), policy, after(5 * SECOND));
  const empty = govern({ ...full(HERE), queue: 0 }, policyOf(policy), memory ?? unremembered(0));
  expect([empty.acts, empty.remembered.heldSince[0]]).toEqual([[], null]);
});

test('what is older than the gap that a rule forgives is not taken up, nor what comes from the future', () => {
  expect(takenUp(word(), policy, after(29 * SECOND))).toBeDefined();
  expect(takenUp(word(), policy, after(31 * SECOND))).toBeUndefined();
  expect(takenUp(word(), policy, after(-4 * SECOND))?.lookedAt).toBe(HERE);
  expect(takenUp(word(), policy, after(-6 * SECOND))).toBeUndefined();
});

test('under another rule the time begins anew, and the rest is known all the same', () => {
  const other = settings({ ...policy, expand_when: 'queue > 5 for 10s' });
  const memory = takenUp(word(), other, after(5 * SECOND));
  expect(memory?.heldSince).toEqual([]);
  expect(memory?.changedAt).toBe(HERE - 65 * SECOND);
});

test('failed bootstraps, replacements and the last change go on to count, on the new clock', () => {
  const over = { failures: 3, failedAt: NOW - 2 * SECOND, replacedAt: [NOW - 20 * SECOND] };
  expect(takenUp(word(0, over), policy, after(SECOND))).toMatchObject({
    failures: 3,
    failedAt: HERE - 3 * SECOND,
    replacedAt: [HERE - 21 * SECOND],
  });
  const never = takenUp(word(0, { failedAt: Number.NEGATIVE_INFINITY }), policy, after(SECOND));
  expect(never?.failedAt).toBe(Number.NEGATIVE_INFINITY);
});

test('the word of a former version, without a memory, is none', () => {
  expect(takenUp({ ...word(), memory: undefined }, policy, after(0))).toBeUndefined();
});
