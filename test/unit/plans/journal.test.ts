// Which ticks are worth a line: those that decide or do something, a new kind of reason, and one a minute.
import { describe, expect, test } from 'vitest';
import { type Noted, recordOf, worth, writtenBy } from '../../../src/plans/journal.ts';
import { poolOf } from '../../../src/pool/pool.ts';
import { unremembered } from '../../../src/pool/sight.ts';
import { address, instance, settings } from './ground.ts';
import { node, sight } from './sights.ts';

const HOLDING = 'holding at 2: neither rule holds (load 0.20, queue 0)';

const noted = (over: Partial<Noted> = {}): Noted => ({
  pool: poolOf({ name: 'party', instances: [instance('i-1'), instance('i-2')], address: address('i-1') }),
  policy: settings(),
  sight: sight([node(1, 0.2), node(2, 0.2)]),
  remembered: unremembered(0),
  after: unremembered(0),
  acts: [],
  because: HOLDING,
  steps: [],
  outcomes: [],
  ...over,
});

describe('a tick', () => {
  const last = { at: 1_000_000, because: HOLDING };
  const later = (ms: number, over: Partial<Noted> = {}) => worth(noted(over), last.at + ms, last);

  test('in which nothing is new is not written, but once a minute', () => {
    expect([later(5_000), later(59_999), later(60_000)]).toEqual([undefined, undefined, 'summary']);
  });

  test('is written when it is the first, decides, begins a step, or tells how one ended', () => {
    expect(worth(noted(), 0, undefined)).toBe('tick');
    expect(later(5_000, { acts: [{ do: 'launch', count: 1, because: 'one is missing' }] })).toBe('tick');
    expect(later(5_000, { steps: ['configure node2: it is new'] })).toBe('tick');
    const outcome = { step: 'configure node2', ok: true, why: undefined, ms: 900 };
    expect(later(5_000, { outcomes: [outcome] })).toBe('tick');
  });

  test.for([
    ['other figures', 'holding at 2: neither rule holds (load 0.31, queue 0)', undefined],
    ['another reason', 'holding at 2: load 0.92 > 0.8 for 0 s of 30 s', 'tick'],
  ] as const)('with %s', ([, because, kind]) => {
    expect(later(5_000, { because })).toBe(kind);
  });

  test('work on nodes interrupts a reason and does not end it', () => {
    const work = noted({ because: 'holding at 2: nodes are configured first', steps: ['rotate node0'] });
    const after = writtenBy(work, 1_005_000, last);
    expect(after).toEqual({ at: 1_005_000, because: HOLDING });
    expect(worth(noted(), 1_010_000, after)).toBeUndefined();
    const acting = noted({ acts: [{ do: 'protect', because: 'ten failed' }], because: 'ten failed' });
    expect(worth(noted(), 1_010_000, writtenBy(acting, 1_005_000, last))).toBe('tick');
  });

  test('seconds that go by, and names that differ, are no other reason', () => {
    const warming = (text: string) => ({ at: last.at, because: `holding at 3: ${text}` });
    const now = noted({ because: 'holding at 3: load 0.92 > 0.8, but node3 is warming, 13 s left' });
    expect(worth(now, last.at, warming('load 1.2 > 0.8, but node2 is warming, 18 s left'))).toBeUndefined();
    expect(worth(now, last.at, warming('load 1.2 > 0.8, but maximum_instances is 4'))).toBe('tick');
  });
});

test('its record holds all that the decision went by, and no other setting', () => {
  const one = recordOf(noted(), new Date(0), 'i-1', 'summary');
  expect(one).toMatchObject({ time: '1970-01-01T00:00:00.000Z', pool: 'party', association: 'eipassoc-1' });
  expect(one.policy).toMatchObject({
    minimum_instances: 2,
    maximum_instances: 4,
    expand_when: expect.any(String),
  });
  expect(Object.keys(one.policy)).not.toContain('user_data');
  const alone = poolOf({ name: 'party', instances: [], address: undefined });
  expect(recordOf(noted({ pool: alone }), new Date(0), 'terminal on here', 'tick').association).toBeNull();
});
