// The rules that grow and shrink a pool, from text to data and back.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRICS, parseRule, printRule, type Rule, RuleError } from '../../../src/pool/rules.ts';

const over = (metric: string, value: number, ms = 0): Rule => ({
  kind: 'comparison',
  metric,
  is: '>',
  than: { kind: 'number', value },
  for: ms,
});

function problem(text: string): RuleError {
  try {
    parseRule(text);
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
  throw new Error(`"${text}" was read as a rule`);
}

describe('row 62: rules as a person writes them', () => {
  test('a comparison, with the time it must hold', () => {
    expect(parseRule('load > 0.8 for 30s')).toEqual(over('load', 0.8, 30_000));
    expect(parseRule('load > 0.8')).toEqual(over('load', 0.8));
    expect(parseRule('load > 0.8 for 1d')).toEqual(over('load', 0.8, 86_400_000));
    expect(parseRule('load>0.8 for 5.minutes')).toEqual(over('load', 0.8, 300_000));
  });

  test('a percentage and another metric on the right', () => {
    expect(parseRule('memory >= 85%')).toMatchObject({ is: '>=', than: { kind: 'percent', value: 85 } });
    expect(parseRule('web < queue')).toMatchObject({ is: '<', than: { kind: 'metric', name: 'queue' } });
  });

  test.for([
    'load > 1 and web > 2',
    'load > 1, web > 2',
    'load > 1\nweb > 2',
    '\nload > 1\n\n  and web > 2\n',
    'load > 1,\r\nweb > 2',
  ])('%j: all must hold', (text) => {
    expect(parseRule(text)).toEqual({ kind: 'all', rules: [over('load', 1), over('web', 2)] });
  });

  test('"or" binds weaker than "and", a comma and a line', () => {
    expect(parseRule('load > 1 or web > 2, queue > 3\ncpu > 4')).toEqual({
      kind: 'any',
      rules: [over('load', 1), { kind: 'all', rules: [over('web', 2), over('queue', 3), over('cpu', 4)] }],
    });
  });

  test('parentheses bind first', () => {
    expect(parseRule('(load > 1 or web > 2) and queue > 3')).toEqual({
      kind: 'all',
      rules: [{ kind: 'any', rules: [over('load', 1), over('web', 2)] }, over('queue', 3)],
    });
  });

  test('a metric of a plugin is a name like any other where plugins may add some', () => {
    expect(parseRule('players > 100', 'any')).toMatchObject({ metric: 'players' });
  });
});

describe('row 63: rules that cannot be meant are refused with line and column', () => {
  test.for([
    ['', 1, 1, 'empty'],
    ['  \n ', 2, 2, 'empty'],
    ['laod > 1', 1, 1, 'unknown metric "laod"; did you mean "load"?'],
    ['load > 1\nqueue > 1 and wbe > 2', 2, 15, 'unknown metric "wbe"; did you mean "web"?'],
    ['load > 1 for', 1, 13, 'a duration like 30s'],
    ['load > 1 for ever', 1, 14, 'not "ever"'],
    ['load 0.8', 1, 6, 'one of < > <= >= =='],
    ['load => 1', 1, 6, 'one of < > <= >= =='],
    ['load > ', 1, 8, 'a number, a percentage or a metric'],
    ['load > 1 and', 1, 13, 'a metric was expected'],
    ['load > 1 or or web > 1', 1, 13, 'a metric was expected, not "or"'],
    ['load > 1 web > 2', 1, 10, '"web" was not expected here'],
    ['(load > 1', 1, 10, '")" is missing'],
    ['load > 1; rm -rf /', 1, 9, '";" was not expected here'],
    ['players > 1', 1, 1, 'there are load, cpu, memory, web, queue'],
  ] as const)('%j', ([text, line, column, message]) => {
    const error = problem(text);
    expect(error.message).toContain(message);
    expect([error.line, error.column]).toEqual([line, column]);
  });
});

const number = fc.integer({ min: 0, max: 100_000 }).map((value) => value / 100);
const metric = fc.constantFrom(...METRICS);
const comparison: fc.Arbitrary<Rule> = fc.record({
  kind: fc.constant('comparison' as const),
  metric,
  is: fc.constantFrom('<', '>', '<=', '>=', '==' as const),
  than: fc.oneof(
    fc.record({ kind: fc.constantFrom('number', 'percent' as const), value: number }),
    fc.record({ kind: fc.constant('metric' as const), name: metric }),
  ),
  for: fc.nat(10_000_000),
});
const list = (rule: fc.Arbitrary<Rule>) => fc.array(rule, { minLength: 2, maxLength: 4 });
const all = (rule: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  list(rule).map((rules) => ({ kind: 'all', rules }));
const any = (rule: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  list(rule).map((rules) => ({ kind: 'any', rules }));
// Lists of one kind never stand in a list of the same kind: both mean the flat one.
const rule = fc.oneof(
  comparison,
  all(fc.oneof(comparison, any(comparison))),
  any(fc.oneof(comparison, all(comparison))),
);

test('every rule reads back from what it prints', () => {
  fc.assert(
    fc.property(rule, (one) => {
      expect(parseRule(printRule(one))).toEqual(one);
    }),
  );
});

test('no text makes the reader fail otherwise than with a place in it', () => {
  const words = fc.constantFrom(
    'load',
    'web',
    '>',
    '<=',
    '1',
    '85%',
    'for',
    '30s',
    'and',
    'or',
    ',',
    '\n',
    '(',
    ')',
    '§',
  );
  fc.assert(
    fc.property(
      fc.array(words).map((parts) => parts.join(' ')),
      (text) => {
        try {
          parseRule(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RuleError);
        }
      },
    ),
  );
});
