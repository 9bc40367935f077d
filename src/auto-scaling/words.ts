// How the figures behind a decision are told: `load 0.92 > 0.8`.
import { printDuration } from '../pool/duration.ts';
import type { Comparison } from '../pool/rules.ts';
import { operand } from './holding.ts';

/** Two decimals are what a person reads; counts have none. */
const figure = (value: number): string => (Number.isInteger(value) ? `${value}` : value.toFixed(2));

const shown = (metric: string, values: ReadonlyMap<string, number>): string => {
  const value = values.get(metric);
  return value === undefined ? `${metric} (unknown)` : `${metric} ${figure(value)}`;
};

/** One comparison with what is measured on both sides. */
export function told(comparison: Comparison, values: ReadonlyMap<string, number>): string {
  const { than } = comparison;
  const right = operand(comparison, values);
  if (than.kind === 'metric')
    return `${shown(comparison.metric, values)} ${comparison.is} ${shown(than.name, values)}`;
  const limit = than.kind === 'percent' ? `${than.value}%` : `${right}`;
  return `${shown(comparison.metric, values)} ${comparison.is} ${limit}`;
}

export const toldAll = (all: readonly Comparison[], values: ReadonlyMap<string, number>): string =>
  all.map((one) => told(one, values)).join(' and ');

/** The same with the time for which it has to hold, as a reason for what is done. */
export const toldFor = (all: readonly Comparison[], values: ReadonlyMap<string, number>): string =>
  all
    .map((one) => `${told(one, values)}${one.for > 0 ? ` for ${printDuration(one.for)}` : ''}`)
    .join(' and ');

/** `queue 3`, `load 0.20`: what is measured of the metrics that these comparisons name. */
export function measured(all: readonly Comparison[], values: ReadonlyMap<string, number>): string {
  const names = new Set(all.map(({ metric }) => metric));
  return [...names].map((name) => shown(name, values)).join(', ');
}

/** Whole seconds, rounded up: `18 s`. */
export const seconds = (ms: number): string => `${Math.max(0, Math.ceil(ms / 1_000))} s`;

/** `1 node`, `3 nodes`. */
export const nodes = (count: number): string => `${count} node${count === 1 ? '' : 's'}`;
