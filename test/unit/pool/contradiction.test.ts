// Rules that hold together at some figures are refused; those with a gap, or about different metrics, are not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contradiction } from '../../../src/pool/contradiction.ts';
import { parseRule } from '../../../src/pool/rules.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';

const at = (expand: string, contract: string) => contradiction(parseRule(expand), parseRule(contract));

test.for([
  ['load > 0.5', 'load < 0.7', 'load 0.6'],
  ['load >= 0.5', 'load <= 0.5', 'load 0.5'],
  ['load > 0.5 for 30s', 'load < 0.7 for 5m', 'load 0.6'],
  ['memory > 40%', 'memory < 60%', 'memory 0.5'],
  ['load > 0.8 or queue > 0', 'queue < 5', 'queue 1'],
  ['load > 0.5 and queue > 10', 'load < 0.6', 'load 0.55'],
  ['(load > 0.9 or load > 0.2) and web > 5', 'load < 0.3', 'load 0.25'],
])('%s and %s both hold at %s', ([expand = '', contract = '', met]) => {
  expect(at(expand, contract)).toBe(met);
});

test.for([
  ['load > 0.8', 'load < 0.3'],
  ['load > 0.5', 'load <= 0.5'],
  ['queue > 0', 'queue == 0'],
  ['queue > 0', 'queue < 1'],
  ['memory > 85%', 'load < 0.3'],
  ['load > cpu', 'load < 0.3'],
  ['load > 0.5 and load < 0.4', 'load < 0.9'],
])('%s and %s do not contradict each other', ([expand = '', contract = '']) => {
  expect(at(expand, contract)).toBeUndefined();
});

test('the defaults leave a gap', () => {
  const { expand_when, contract_when } = defaultsIn('/party');
  expect(at(expand_when, contract_when)).toBeUndefined();
});

test('property: two thresholds of one metric contradict each other exactly where they overlap', () => {
  const value = fc.integer({ min: 1, max: 99 }).map((n) => n / 100);
  fc.assert(
    fc.property(value, value, (over, under) => {
      expect(at(`load > ${over}`, `load < ${under}`) !== undefined).toBe(over < under);
    }),
  );
});
