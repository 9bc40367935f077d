// The default rules against AWS target tracking: on real traces, which stand beside the checkout, and generated ones.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { demandOf } from '../../src/simulation/demand.ts';
import { generate } from '../../src/simulation/generate.ts';
import { readTrace, type Trace } from '../../src/simulation/trace.ts';
import { defaultPolicy, figuresOf } from '../unit/simulation/contest.ts';

const folder = new URL('../../../shared/traces/', import.meta.url);
const TRACES = [
  'ec2_cpu_utilization_5f5533.csv',
  'ec2_cpu_utilization_825cc2.csv',
  'elb_request_count_8c0756.csv',
  'nyc_taxi.csv',
];
const LIMIT = 300_000;

/** Both lower, or nearly so: what the project promises of its default rules. */
function compare(trace: Trace): void {
  const demand = demandOf(trace, 3);
  const [ours, its] = [figuresOf(demand, defaultPolicy()), figuresOf(demand, undefined)];
  expect(ours.nodeHours).toBeLessThanOrEqual(1.02 * its.nodeHours);
  const minutes = (demand.to - demand.from) / 60_000;
  expect(ours.overloadedMinutes).toBeLessThanOrEqual(its.overloadedMinutes + 0.001 * minutes);
}

describe('default rules against AWS target tracking: node-hours ≤ 1.02 of its, overloaded ≤ 0.1 % longer', () => {
  for (const name of TRACES) {
    const file = new URL(name, folder);
    const isThere = existsSync(file);
    test.skipIf(!isThere)(
      isThere ? name : `${name} (skipped: there is no ../shared/traces)`,
      { timeout: LIMIT },
      () => compare(readTrace(readFileSync(file, 'utf8'), name)),
    );
  }

  test.for(['daily', 'ramp', 'flash-crowd'] as const)('%s', { timeout: LIMIT }, (kind) => {
    compare(generate(kind, 7));
  });
});

test('after bursts of ten times the load a pool keeps what contract_when lets it keep, and is overloaded less', {
  timeout: LIMIT,
}, () => {
  const demand = demandOf(generate('bursts', 7), 3);
  const [ours, its] = [figuresOf(demand, defaultPolicy()), figuresOf(demand, undefined)];
  expect(ours.overloadedMinutes).toBeLessThan(its.overloadedMinutes);
  expect(ours.nodeHours).toBeLessThan(1.25 * its.nodeHours);
});
