// The generated traces: the same for the same seed, and of the shape that their name says.
import { describe, expect, test } from 'vitest';
import { generate, KINDS } from '../../../src/simulation/generate.ts';

const values = (kind: (typeof KINDS)[number], seed = 7): readonly number[] =>
  generate(kind, seed).rows.map(({ value }) => value);
const mean = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0) / some.length;

describe('a generated trace', () => {
  test.for(KINDS)('%s is the same for the same seed, and another for another', (kind) => {
    expect(values(kind)).toEqual(values(kind));
    expect(values(kind, 8)).not.toEqual(values(kind));
    expect(Math.min(...values(kind))).toBeGreaterThanOrEqual(0);
    expect(generate(kind, 7)).toMatchObject({ count: 4_032, step: 300_000, repeats: 0, gaps: [] });
  });

  test('daily has a rhythm; the ramp grows; crowds and bursts are far above what is usual', () => {
    const daily = values('daily').slice(0, 288);
    expect(Math.max(...daily) / Math.min(...daily)).toBeGreaterThan(4);
    const ramp = values('ramp');
    expect(mean(ramp.slice(-288)) / mean(ramp.slice(0, 288))).toBeGreaterThan(3);
    for (const kind of ['bursts', 'flash-crowd'] as const)
      expect(Math.max(...values(kind)) / mean(values(kind))).toBeGreaterThan(3);
  });
});
