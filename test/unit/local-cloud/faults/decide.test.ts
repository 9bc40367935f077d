// Faults are values: which strike is decided by the rule, the occasion, the time and a seed.
import { describe, expect, test } from 'vitest';
import { decide, formOf, isAlive } from '../../../../src/local-cloud/faults/decide.ts';
import { draw } from '../../../../src/local-cloud/faults/draw.ts';
import type { Fault, Occasion } from '../../../../src/local-cloud/faults/fault.ts';
import { KINDS } from '../../../../src/local-cloud/faults/kinds.ts';
import { mix } from '../../../../src/local-cloud/faults/mix.ts';

const now = new Date('2026-11-25T10:00:00Z');
const rule = (more: Partial<Fault> = {}): Fault => ({
  ...{ id: 'f1', kind: 'throttle', since: now.toISOString(), probability: 1, seed: 1, seen: 0, struck: 0 },
  ...more,
});
const call = (action = 'RunInstances'): Occasion => ({ at: 'call', action });

/** Which of so many occasions are struck. */
function struck(fault: Fault, occasions: number, occasion = call()): boolean[] {
  let faults: readonly Fault[] = [fault];
  return Array.from({ length: occasions }, () => {
    const { hits, after } = decide(faults, occasion, now);
    faults = after;
    return hits.length > 0;
  });
}

describe('a fault strikes', () => {
  test.for<[string, Partial<Fault>, Occasion, boolean]>([
    ['every call', {}, call(), true],
    ['calls of its action', { action: 'RunInstances' }, call(), true],
    ['no other action', { action: 'RunInstances' }, call('StopInstances'), false],
    ['no other occasion', {}, { at: 'metadata' }, false],
    ['until its end', { until: '2026-11-25T10:00:01Z' }, call(), true],
    ['not at its end', { until: '2026-11-25T10:00:00Z' }, call(), false],
    ['not more often than asked', { count: 2, struck: 2 }, call(), false],
    ['never at probability 0', { probability: 0 }, call(), false],
    ['in its zone', { kind: 'capacity', zone: 'a' }, { at: 'launch', zone: 'a', type: 't3.nano' }, true],
    [
      'in no other zone',
      { kind: 'capacity', zone: 'a' },
      { at: 'launch', zone: 'b', type: 't3.nano' },
      false,
    ],
    ['its type', { kind: 'capacity', type: 't3.nano' }, { at: 'launch', zone: 'b', type: 't3.nano' }, true],
    [
      'no other type',
      { kind: 'capacity', type: 't3.micro' },
      { at: 'launch', zone: 'b', type: 't3.nano' },
      false,
    ],
    ['its machine', { kind: 'no-metadata', instance: 'i-1' }, { at: 'metadata', instance: 'i-1' }, true],
    [
      'no other machine',
      { kind: 'no-metadata', instance: 'i-1' },
      { at: 'metadata', instance: 'i-2' },
      false,
    ],
  ])('%s', ([, more, occasion, expected]) => {
    expect(decide([rule(more)], occasion, now).hits.length > 0).toBe(expected);
  });

  test('as often as it was asked to, and is over then', () => {
    expect(struck(rule({ count: 2 }), 4)).toEqual([true, true, false, false]);
    expect(isAlive(rule({ count: 1, struck: 1 }), now)).toBe(false);
  });

  test('the same occasions for the same seed, others for another', () => {
    const of = (seed: number) => struck(rule({ seed, probability: 0.5 }), 64).join();
    for (const seed of [0, 7, -1, 2 ** 31]) expect(of(seed)).toBe(of(seed));
    expect(new Set([1, 2, 3, 4, 5].map(of)).size).toBe(5);
  });

  test('whatever happens besides: occasions of others do not count', () => {
    const fault = rule({ action: 'RunInstances', probability: 0.5 });
    const { after } = decide([fault], call('DescribeInstances'), now);
    expect(after).toEqual([fault]);
  });
});

test('draws are even: of a thousand, a tenth lies in each tenth, whatever the seed', () => {
  for (const seed of [0, 1, 7, 700, -3]) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 1_000; n++) tenths[Math.floor(draw(seed, n) * 10)]! += 1;
    for (const count of tenths) expect(count).toBeGreaterThan(60);
    for (const count of tenths) expect(count).toBeLessThan(140);
  }
});

test('the first draws of neighbouring seeds are not alike', () => {
  const firsts = Array.from({ length: 200 }, (_, seed) => draw(seed, 0));
  expect(firsts.filter((one) => one < 0.5).length).toBeGreaterThan(70);
  expect(firsts.filter((one) => one < 0.5).length).toBeLessThan(130);
});

test('the form is what was asked for, the first, or left to chance', () => {
  expect(formOf(rule({ kind: 'cut', how: 'after' }))).toBe('after');
  expect(formOf(rule({ kind: 'no-metadata' }))).toBe('error');
  const forms = Array.from({ length: 50 }, (_, seen) => formOf(rule({ kind: 'cut', seen })));
  expect(new Set(forms)).toEqual(new Set(['before', 'after']));
});

test('the mix of a seed is the same each time, its parts draw for themselves, and it takes no machine', () => {
  expect(mix(7)).toEqual(mix(7));
  expect(new Set(mix(7).map(({ seed }) => seed)).size).toBe(mix(7).length);
  expect(mix(7).filter(({ kind }) => KINDS[kind].needsInstance || kind === 'no-boot')).toEqual([]);
});
