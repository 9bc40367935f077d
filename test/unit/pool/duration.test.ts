// Durations as people write them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration, printDuration } from '../../../src/pool/duration.ts';

describe('row 23: durations', () => {
  test.for([
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['200ms', 200],
    ['1.5s', 1_500],
    ['30.seconds', 30_000],
    ['1.minute', 60_000],
    ['1d', 86_400_000],
    ['1.5d', 129_600_000],
    ['2w', 1_209_600_000],
    ['3.days', 259_200_000],
    ['1 week', 604_800_000],
    ['5.minutes', 300_000],
    ['30', 30_000],
    [30, 30_000],
    [' 30s ', 30_000],
    ['0', 0],
  ] as const)('%s is %i ms', ([text, ms]) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.for([
    '',
    's',
    '30 apples',
    '30.minute.seconds',
    '-5s',
    '5m30s',
    '1e3',
    'Time.now',
    '`date`',
    '$(date)',
    '30.seconds + 1',
    'Infinity',
  ])('%j is none, and nothing is executed', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.for([Number.NaN, -1, Number.POSITIVE_INFINITY])('%d is none', (number) => {
    expect(parseDuration(number)).toBeUndefined();
  });

  test.for([
    [0, '0s'],
    [90_000, '90s'],
    [300_000, '5m'],
    [3_600_000, '1h'],
    [2_500, '2500ms'],
  ] as const)('%i ms prints as %s', ([ms, text]) => {
    expect(printDuration(ms)).toBe(text);
  });

  test('what is printed reads back', () => {
    fc.assert(fc.property(fc.nat(1e9), (ms) => parseDuration(printDuration(ms)) === ms));
  });
});
