// Recorded decisions once more: today's code agrees with itself, and another policy shows where it would not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heldBetween, policyOf } from '../../../src/auto-scaling/policy.ts';
import { govern } from '../../../src/plans/govern.ts';
import { replay } from '../../../src/plans/replay.ts';
import {
  type JournalRecord,
  journalLine,
  type PolicySettings,
  policySettings,
} from '../../../src/pool/journal.ts';
import { readJournal } from '../../../src/pool/journal-reader.ts';
import { type Remembered, unremembered } from '../../../src/pool/sight.ts';
import { record } from '../pool/records.ts';
import { settings } from './ground.ts';
import { NOW, node, sight } from './sights.ts';

const usual = policySettings(settings());
const same = (policy: PolicySettings) => policy;

/** An hour of ticks, one every 5 s, with these loads in turn; every `each`th is recorded, as are all that act. */
function recorded(loads: readonly number[], policy = usual, each = 1): readonly JournalRecord[] {
  let remembered: Remembered = unremembered(NOW - 10 * 60_000);
  return loads.flatMap((load, index) => {
    const at = NOW + index * 5_000;
    const seen = sight([node(0, load), node(1, load), node(2, load)], { at });
    const { acts, because, remembered: next } = govern(seen, policyOf(policy), remembered);
    const time = new Date(at).toISOString();
    const one = record({ time, sight: seen, remembered, acts, because, policy });
    remembered = next;
    return acts.length > 0 || index % each === 0 ? [one] : [];
  });
}

const through = (records: readonly JournalRecord[]) =>
  readJournal(records.map((one) => `${journalLine(one)}\n`).join('')).records;

test("today's code decides as it decided, also from text and with gaps", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0.1, 0.5, 0.9, 2), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 12 }),
      (loads, each) => {
        expect(replay(through(recorded(loads, usual, each)), same)).toEqual([]);
      },
    ),
  );
});

test('a decision that the code would not take now is shown, with both reasons', () => {
  const [first = record()] = recorded([0.5]);
  const acts = [{ do: 'launch', count: 3, because: 'it felt like it' }] as const;
  const [difference, ...others] = replay([{ ...first, acts, because: 'it felt like it' }], same);
  expect(difference?.record.acts).toEqual(acts);
  expect(difference?.today).toMatchObject({
    acts: [],
    because: expect.stringContaining('neither rule holds'),
  });
  expect(others).toEqual([]);
});

test('other words for the same acts are no difference', () => {
  const busy = recorded(Array.from({ length: 8 }, () => 2));
  const acting = busy.find(({ acts }) => acts.length > 0);
  expect(acting).toBeDefined();
  const acts = (acting?.acts ?? []).map((act) => ({ ...act, because: 'as people said in 2008' }));
  expect(replay([{ ...record(), ...acting, acts }], same)).toEqual([]);
});

test('another policy is asked with the same sights, and knows how long its own comparisons have held', () => {
  const records = recorded(Array.from({ length: 30 }, () => 0.6));
  expect(records.flatMap(({ acts }) => acts)).toEqual([]);
  const eager = { ...usual, expand_when: 'load > 0.55 for 60s' };
  const differences = replay(records, () => eager);
  expect(differences[0]?.record.time).toBe(new Date(NOW + 60_000).toISOString());
  expect(differences[0]?.today.acts).toMatchObject([{ do: 'launch' }]);
});

test('between two maintainers, and over a gap, no comparison goes on holding', () => {
  const eager = { ...usual, expand_when: 'load > 0.55 for 60s' };
  const records = recorded(Array.from({ length: 24 }, () => 0.6));
  const changed = records.map((one, index) => ({ ...one, who: index < 10 ? 'i-0' : 'i-1' }));
  expect(replay(changed, () => eager)[0]?.record.time).toBe(new Date(NOW + 110_000).toISOString());
  expect(replay([records[0] ?? record(), ...records.slice(20)], () => eager)).toEqual([]);
});

test('what pool grow did is replayed between its two sizes, without any rule', () => {
  const held = heldBetween(usual, 4, 4);
  const records = through(recorded([0.5, 9, 9], held));
  expect(records[0]?.acts).toMatchObject([{ do: 'launch', count: 1 }]);
  expect(replay(records, same)).toEqual([]);
});
