// What `pool simulate` shows: a line about the trace, a table of figures, and the same as a document.
import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import { PRICES_OF } from '../pool/prices.ts';
import type { Demand } from '../simulation/demand.ts';
import type { Outcome } from '../simulation/simulate.ts';
import type { Trace } from '../simulation/trace.ts';
import type { Entrant } from './contestants.ts';

export interface Result {
  readonly entrant: Entrant;
  readonly outcome: Outcome;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** US dollars for all of its node-hours; null where the price of its type is unknown. */
function price({ entrant, outcome }: Result): number | null {
  const hourly = entrant.machine.usd;
  return hourly === undefined ? null : rounded(outcome.figures.nodeHours * hourly, 2);
}

/** The document of contract.md, with further figures of each policy. */
export const simulationDocument = (trace: Trace, results: readonly Result[]) => ({
  trace: trace.name,
  rows: trace.count,
  policies: results.map((result) => {
    const { figures } = result.outcome;
    return {
      name: result.entrant.name,
      node_hours: rounded(figures.nodeHours, 2),
      overloaded_minutes: rounded(figures.overloadedMinutes, 2),
      changes: figures.changes,
      price_usd: price(result),
      largest_backlog_minutes: rounded(figures.largestBacklog, 2),
    };
  }),
});

/** `13 d 23 h`, `2 h`, `45 min`: the two largest units. */
export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const parts = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).slice(0, 2);
  return told.map(([count, unit]) => `${count} ${unit}`).join(' ') || '0 min';
}

const short = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });

/** One line about the trace and what it was made to. */
export function headline(trace: Trace, demand: Demand, { minimum, maximum, type }: Entrant): string {
  const limits = `${minimum} to ${maximum} × ${type}`;
  const length = span(demand.to - demand.from);
  return `${trace.name}: ${short(trace.count)} rows, ${length}; an instance carries ${short(demand.unit)}; ${limits}`;
}

const HEAD = ['policy', 'node-hours', 'overloaded', 'changes', 'backlog', 'price'];

function cells(result: Result): string[] {
  const { figures } = result.outcome;
  const usd = price(result);
  return [
    result.entrant.name,
    short(figures.nodeHours),
    `${short(figures.overloadedMinutes)} min`,
    `${figures.changes}`,
    `${short(figures.largestBacklog)} min`,
    usd === null ? '?' : `$${usd.toFixed(2)}`,
  ];
}

/** The same on a terminal and piped. */
export function figuresTable(results: readonly Result[], paint: ChalkInstance): string {
  const table = new Table({
    head: HEAD.map((name) => paint.bold(name)),
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  table.push(...results.map(cells));
  return table.toString();
}

/** What the words in the table mean, and what is not known. */
export function legend(results: readonly Result[]): readonly string[] {
  const unknown = results.filter((result) => price(result) === null).map(({ entrant }) => entrant.type);
  const regions = [...new Set(results.map(({ entrant }) => entrant.region))];
  return [
    'overloaded: more work than all in rotation could do; backlog: the most that waited, in minutes of an instance',
    `price: on demand in ${regions.join(' and ')}, ${PRICES_OF}`,
    ...[...new Set(unknown)].map((type) => `the price of ${type} is not known here`),
  ];
}
