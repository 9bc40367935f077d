// F20: rules that can be read and cannot be meant are refused; what counts something else than it seems is told.
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC } from '../../../src/pool/metrics.ts';
import { ruleSense } from '../../../src/pool/rule-sense.ts';
import { METRICS, parseRule } from '../../../src/pool/rules.ts';
import { load, problems } from './given-settings.ts';

const sense = (rule: string) => ruleSense(parseRule(rule));

describe('F20: refused', () => {
  test.for([
    [
      'memory > 80',
      '"memory > 80" never holds: memory is the share of memory in use, from 0 to 1; did you mean 80%?',
    ],
    ['memory >= 85 for 1m', 'did you mean 85%?'],
    ['memory == 50', 'never holds'],
    [
      'memory < 30',
      '"memory < 30" always holds: memory is the share of memory in use, from 0 to 1; did you mean 30%?',
    ],
    ['memory <= 100%', '"memory <= 100%" always holds'],
    ['memory >= 0', 'always holds'],
    ['memory > 1', 'never holds'],
    ['memory > 100%', 'never holds'],
    ['memory > 8500%', 'never holds'],
    ['memory < 0', 'never holds'],
    ['load < 0', '"load < 0" never holds: load is the 1-minute load average per vCPU'],
    ['cpu < 0%', 'never holds'],
    ['web < 0', 'never holds: web is requests per second per node'],
    ['queue < 0 for 5m', '"queue < 0 for 5m" never holds'],
    ['queue == 2.5', 'never holds: queue is the number of requests'],
    ['load > load', '"load > load" never holds'],
    ['load > 0.8 or memory > 80', '"memory > 80" never holds'],
    ['load > 0.8 and (memory > 80 or queue > 1)', '"memory > 80" never holds'],
    ['load > 0.8 and load < 0.3', '"load > 0.8" and "load < 0.3" never hold together'],
    ['load > 0.5, load < 50%', 'never hold together'],
    ['queue > 0 and queue < 1', 'never hold together'],
    ['load > 1 or (web > 5 and queue == 0 and queue > 3)', 'never hold together'],
  ] as const)('%s', ([rule, message]) => {
    expect(sense(rule).problems.join('\n')).toContain(message);
  });

  test('by settings with the place, in either rule and wherever it is said', async () => {
    expect(await problems({ file: 'name: a\nexpand_when: memory > 80 for 1m' })).toEqual([
      'pool.yml:2: expand_when: "memory > 80 for 1m" never holds: memory is the share of memory in use, from 0 to 1; did you mean 80%?',
    ]);
    expect((await problems({ env: { POOL_CONTRACT_WHEN: 'memory < 20' } }))[0]).toMatch(
      /^POOL_CONTRACT_WHEN: contract_when: "memory < 20" always holds/,
    );
    expect((await problems({ file: 'expand_when: [load > 0.5, load < 0.2]' }))[0]).toContain(
      'never hold together',
    );
  });
});

describe('F20: told', () => {
  test.for([
    [
      'cpu > 80%',
      '"cpu > 80%": cpu is the 1-minute load average itself, and no share of processor time; 80% is 0.8 of it',
    ],
    ['cpu > 80', 'cpu is the 1-minute load average itself'],
    ['load > 80', '1 is a processor at work all the time; did you mean 80%?'],
    ['load < 1000', 'load is the 1-minute load average per vCPU'],
    ['queue > 50%', 'queue is the number of requests that wait in HAProxy; 50% is 0.5 of it'],
    ['web > 80%', 'web is requests per second per node'],
    ['queue >= 0', '"queue >= 0" holds whenever queue is known'],
    ['load >= load', 'holds whenever load is known'],
    ['load == 0.5', 'load is measured, and hardly ever just that; use <= or >='],
    ['memory == 80%', 'hardly ever'],
  ] as const)('%s', ([rule, message]) => {
    expect(sense(rule)).toEqual({ problems: [], notices: [expect.stringContaining(message)] });
  });

  test('with its place', async () => {
    const { notices } = await load({ file: 'name: a\nexpand_when: cpu > 80%\nclient_port: 443' });
    expect(notices).toEqual([
      expect.stringMatching(/^pool\.yml:3: client_port 443 is below 1024/),
      expect.stringMatching(/^pool\.yml:2: expand_when: "cpu > 80%": cpu is/),
    ]);
  });
});

test.for([
  ...['load > 0.8 for 30s or queue > 0 for 10s', 'load < 0.3 for 5m and queue == 0 for 5m', 'memory > 85%'],
  ...[
    'memory > 0.85',
    'memory >= 1',
    'memory > 0',
    'memory == 0',
    'cpu > 4',
    'web > 1000',
    'queue > 500',
    'load > 80%',
  ],
  ...[
    'load > 0.2 and load < 0.5',
    'load < 0.2 or load > 0.8',
    'web < queue',
    'load == 0',
    'queue == 3',
    'load > 19',
  ],
])('F20: nothing is said of %s', (rule) => {
  expect(sense(rule)).toEqual({ problems: [], notices: [] });
});

test('F20: the defaults are well', async () => {
  expect((await load({})).notices).toEqual([]);
});

test('F20: a condition on memory is refused just where no share, or every share, satisfies it', () => {
  const holds = { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '==': 'eq' } as const;
  const satisfies = (is: keyof typeof holds, share: number, value: number) =>
    ({ lt: share < value, le: share <= value, gt: share > value, ge: share >= value, eq: share === value })[
      holds[is]
    ];
  const operator = fc.constantFrom(...(Object.keys(holds) as (keyof typeof holds)[]));
  fc.assert(
    fc.property(operator, fc.integer({ min: 0, max: 300 }), (is, hundredths) => {
      const value = hundredths / 100;
      const shares = [0, value, value - 0.001, value + 0.001, 1].filter((one) => one >= 0 && one <= 1);
      const all = shares.map((share) => satisfies(is, share, value));
      expect(sense(`memory ${is} ${value}`).problems.length).toBe(all.every((one) => one === all[0]) ? 1 : 0);
    }),
  );
});

test('F20: docs/metrics.md has a row for each metric and no other', async () => {
  const page = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(METRICS);
  expect(Object.keys(METRIC)).toEqual(METRICS);
});
