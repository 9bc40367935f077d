import { expect, test } from 'vitest';
import { type Probe, parseProbe } from '../../../src/pool/probe.ts';
import { type NodeVitals, vitalsAfter } from '../../../src/pool/vitals.ts';

const NOTHING = parseProbe('');
const served = (requests: number | undefined): Probe => ({ ...NOTHING, requests });

/** Answers at their times in seconds; undefined: none came. */
const after = (...answers: readonly (readonly [seconds: number, answer: Probe | undefined])[]) =>
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
