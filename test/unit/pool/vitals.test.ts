import { describe, expect, test } from 'vitest';
import { type Probe, parseProbe } from '../../../src/pool/probe.ts';
import { type NodeVitals, vitalsAfter } from '../../../src/pool/vitals.ts';

const NOTHING = parseProbe('');
const served = (requests: number | undefined): Probe => ({ ...NOTHING, requests });

/** Answers at their times in seconds; undefined: none came. */
type Answers = readonly (readonly [seconds: number, answer: Probe | undefined])[];
const after = (...answers: Answers) =>
  answers.reduce<NodeVitals | undefined>(
    (before, [seconds, answer]) => vitalsAfter(before, answer, seconds * 1_000),
    undefined,
  );

test('web is the rate of requests between the last two answers', () => {
  expect(after([10, served(100)], [15, served(350)])?.web).toBe(50);
  expect(after([10, served(100)], [15, served(350)], [17, served(350)])?.web).toBe(0);
});

test('row 64: web is unknown without a former figure, or where the count began anew', () => {
  expect(after([10, served(100)])?.web).toBeUndefined();
  expect(after([10, served(undefined)], [15, served(100)])?.web).toBeUndefined();
  expect(after([10, served(100)], [15, served(undefined)])?.web).toBeUndefined();
  expect(after([10, served(100)], [15, served(20)])?.web).toBeUndefined();
  expect(after([10, served(100)], [15, served(20)], [20, served(40)])?.web).toBe(4);
});

test('row 57: misses are counted in a row, and end with the first answer', () => {
  const silent = after([10, served(100)], [15, undefined], [20, undefined]);
  expect(silent).toMatchObject({ misses: 2, at: 10_000, probe: { requests: 100 } });
  expect(after([10, undefined], [15, undefined])).toMatchObject({ misses: 2, at: 15_000, probe: undefined });
  expect(after([10, undefined], [15, served(1)])).toMatchObject({ misses: 0, at: 15_000, web: undefined });
});

test('after a silence the rate is that of the whole time', () => {
  expect(after([10, served(100)], [15, undefined], [20, served(200)])).toMatchObject({ misses: 0, web: 10 });
});

describe('row 57: since when a node finds others down', () => {
  const finds = (status: string): Probe => ({ ...NOTHING, servers: [{ id: 'i-3', status, sessions: 0 }] });
  const since = (...answers: Answers) => after(...answers)?.downSince.get('i-3');

  test('is the first of its answers that said so, one after the other', () => {
    expect(since([10, finds('DOWN')])).toBe(10_000);
    expect(since([10, finds('UP')], [15, finds('DOWN')], [20, finds('DOWN 1/2')])).toBe(15_000);
    expect(since([10, finds('DOWN')], [15, finds('UP')])).toBeUndefined();
    expect(since([10, finds('DOWN')], [15, finds('UP')], [20, finds('DOWN')])).toBe(20_000);
    expect(since([10, finds('DOWN')], [15, NOTHING])).toBeUndefined();
  });

  test('begins anew after a silence: what was then is not known', () => {
    expect(since([10, finds('DOWN')], [15, undefined])).toBe(10_000);
    expect(since([10, finds('DOWN')], [15, undefined], [20, finds('DOWN')])).toBe(20_000);
  });
});
