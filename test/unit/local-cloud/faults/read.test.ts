// Words become faults; what makes no sense is answered with what would.
import { expect, test } from 'vitest';
import type { Wanted } from '../../../../src/local-cloud/faults/fault.ts';
import { KIND_NAMES, KINDS } from '../../../../src/local-cloud/faults/kinds.ts';
import { Mistake, readFault, type Typed } from '../../../../src/local-cloud/faults/read.ts';
import { faultHelp, sayFault } from '../../../../src/local-cloud/faults/say.ts';

const id = 'i-0123456789abcdef0';

test.for<[string, Typed, Wanted]>([
  ['throttle', {}, { kind: 'throttle' }],
  [
    'throttle',
    { action: 'RunInstances', for: '5m', count: '3', probability: '0.3', seed: '7' },
    {
      ...{ kind: 'throttle', action: 'RunInstances', lasts: 300_000 },
      ...{ count: 3, probability: 0.3, seed: 7 },
    },
  ],
  ['capacity', { zone: 'us-east-1b', type: 't3.small' }, { kind: 'capacity', zone: 'b', type: 't3.small' }],
  ['capacity', { market: 'spot' }, { kind: 'capacity', market: 'spot' }],
  ['capacity', { zone: 'c' }, { kind: 'capacity', zone: 'c' }],
  ['lag', { delay: '1.5' }, { kind: 'lag', delay: 1_500 }],
  [
    'spot-notice',
    { instance: id, delay: '1h', how: 'stop' },
    {
      ...{ kind: 'spot-notice', instance: id, delay: 3_600_000, how: 'stop' },
    },
  ],
])('%s %o', ([kind, typed, wanted]) => {
  expect(readFault(kind, typed)).toEqual(wanted);
});

test.for<[string, Typed, string]>([
  ['throtle', {}, 'there is no fault "throtle"; did you mean "throttle"?'],
  ['clera', {}, 'there is no fault "clera"; did you mean "clear"?'],
  ['everything', {}, 'there is no fault "everything"; pool local fault help names them all'],
  [
    'blackhole',
    {},
    'blackhole needs an instance: pool local fault blackhole --instance i-0123456789abcdef0 --for 1m',
  ],
  ['blackhole', { instance: 'node1' }, '--instance is an instance\'s id (pool list shows them), not "node1"'],
  ['blackhole', { instance: id, zone: 'a' }, 'blackhole takes no --zone; it takes --instance --for'],
  ['capacity', { zone: 'us-east-1d' }, '--zone is like us-east-1a, or one of a, b, c, not "us-east-1d"'],
  ['capacity', { market: 'spott' }, '--market is one of spot, on-demand, not "spott"; did you mean "spot"?'],
  [
    'slow-boot',
    { market: 'spot' },
    'slow-boot takes no --market; it takes --zone --type --delay --for --count --probability --seed',
  ],
  ['lag', { delay: 'soon' }, '--delay is a duration like 30s or 5m, not "soon"'],
  ['lag', { for: '-1s' }, '--for is a duration like 30s or 5m, not "-1s"'],
  ['throttle', { count: '0' }, '--count is a whole number from 1, not "0"'],
  ['throttle', { probability: '30%' }, '--probability is from 0 to 1, not "30%"'],
  ['throttle', { seed: '' }, '--seed is a whole number, not ""'],
  [
    'cut',
    { how: 'befor' },
    '--how of cut is one of either, before, after, not "befor"; did you mean "before"?',
  ],
])('%s %o is a mistake', ([kind, typed, message]) => {
  expect(() => readFault(kind, typed)).toThrow(new Mistake(message));
});

test('the help names every kind, and every example in it can be read', () => {
  for (const kind of KIND_NAMES) {
    expect(faultHelp()).toContain(`  ${kind}: ${KINDS[kind].meaning}`);
    const [name = '', ...rest] = KINDS[kind].example.split(' ');
    const pairs = rest.flatMap((word, at) => (at % 2 === 0 ? [[word.slice(2), rest[at + 1]]] : []));
    expect(readFault(name, Object.fromEntries(pairs)).kind).toBe(kind);
  }
});

test('a fault is said in a line', () => {
  const base = { since: '2026-11-25T10:00:00.000Z', probability: 1, seed: 1, seen: 0, struck: 0 };
  expect(sayFault({ ...base, id: 'f2', kind: 'slow-boot', zone: 'a', count: 3, struck: 1 })).toBe(
    'f2: slow-boot, zone a, by so much: 30 s, at most 3 times, struck 1 times',
  );
});
