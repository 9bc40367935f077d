// Reads a recorded load: lines of `timestamp,value` under a header of these names.
import { usageError } from '../pool/failure.ts';
import { parseTime } from '../pool/iso-time.ts';

/** One row; `at` in ms since 1970. */
export interface TraceRow {
  readonly at: number;
  readonly value: number;
}

export interface Trace {
  /** As it was named. */
  readonly name: string;
  /** One row for each time, in order, at least two. A value holds until the next row, the last one for `step`. */
  readonly rows: readonly TraceRow[];
  /** Rows that were read, those of equal times included. */
  readonly count: number;
  /** The usual time between rows, in ms. */
  readonly step: number;
  /** Rows that a later one of the same time overrules. */
  readonly repeats: number;
  /** Spans longer than the usual one, in ms; the value before them holds. */
  readonly gaps: readonly number[];
}

const HEADER = 'timestamp,value';
/** Recorders are late by moments; only what lacks a row is a gap. */
const GAP_FACTOR = 1.5;

const DAY = 86_400_000;
/** After a longer gap between two rows one of their times must be mistyped: 50 usual steps, a month at least, a year at most. */
const longestGap = (step: number): number => Math.min(Math.max(30 * DAY, 50 * step), 366 * DAY);

/** A cell of RFC 4180 with what ends it: between quotes commas are text and "" is a quote. */
const CELL = /\s*"((?:[^"]|"")*)"\s*(,|$)|([^,"]*)(,|$)/y;

/** The cells of a line; undefined where its quotes do not pair. */
function cellsOf(line: string): readonly string[] | undefined {
  const cells: string[] = [];
  for (let at = 0, end: string | undefined = ','; end === ','; at = CELL.lastIndex) {
    CELL.lastIndex = at;
    const [, quoted, quotedEnd, plain, plainEnd] = CELL.exec(line) ?? [];
    const cell = quoted?.replaceAll('""', '"') ?? plain;
    if (cell === undefined) return undefined;
    cells.push(cell.trim());
    end = quotedEnd ?? plainEnd;
  }
  return cells;
}

const THOUSANDS = /^\d{1,3}(,\d{3})+(\.\d+)?$/;
const DECIMAL = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A load, which is a number that is not negative, with commas between its thousands or without; undefined else. */
function loadOf(text: string): number | undefined {
  const plain = THOUSANDS.test(text) ? text.replaceAll(',', '') : text;
  const value = DECIMAL.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A row and its line in the file, from 1. */
interface PlacedRow extends TraceRow {
  readonly line: number;
}

function readRow(text: string, name: string, line: number): PlacedRow {
  const place = `${name}:${line}`;
  const [time, number, ...more] = cellsOf(text) ?? [];
  if (time === undefined || number === undefined || more.length > 0)
    throw usageError(`${place}: a row is a time and a value, not "${text.trim()}"`);
  const at = parseTime(time, 'Z');
  if (at === undefined)
    throw usageError(`${place}: "${time}" is no time; write it like 2014-04-10 00:04:00 or in ISO 8601`);
  const value = loadOf(number);
  if (value === undefined)
    throw usageError(`${place}: "${number}" is no load; it is a number that is not negative`);
  return { at, value, line };
}

const isHeader = (line: string): boolean => cellsOf(line)?.join(',').toLowerCase() === HEADER;

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

/** Throws where a row runs backwards, or so far ahead that its time must be mistyped: whichever comes first. */
function checkOrder(rows: readonly PlacedRow[], name: string): void {
  const longest = longestGap(median(spansOf(rows).filter((span) => span > 0)));
  for (const [index, row] of rows.entries()) {
    const span = row.at - (rows[index - 1]?.at ?? row.at);
    const place = `${name}:${row.line}`;
    if (span < 0)
      throw usageError(`${place}: its time is before that of the row above; sort the rows by time`);
    if (span > longest)
      throw usageError(
        `${place}: its time is ${Math.round(span / DAY)} days after the row above; mend one of the two, or simulate what comes before and after by itself`,
      );
  }
}

/** All rows in their order. */
function readRows(text: string, name: string): readonly TraceRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0 || !isHeader(lines[first] ?? ''))
    throw usageError(`${name}:${Math.max(first, 0) + 1}: the first line must be the header "${HEADER}"`);
  const rows = lines.flatMap((line, index) =>
    index <= first || line.trim() === '' ? [] : [readRow(line, name, index + 1)],
  );
  checkOrder(rows, name);
  return rows.map(({ at, value }) => ({ at, value }));
}

/** The spans between rows, shortest first. */
const spansOf = (rows: readonly TraceRow[]): readonly number[] =>
  rows
    .slice(1)
    .map((row, index) => row.at - (rows[index]?.at ?? 0))
    .sort((a, b) => a - b);

/** A trace out of rows that stand in order; of equal times the last counts. Throws with code 2 on too few. */
export function traceOf(name: string, all: readonly TraceRow[]): Trace {
  const rows = all.filter((row, index) => row.at !== all[index + 1]?.at);
  if (rows.length < 2)
    throw usageError(`${name}: it has ${rows.length === 0 ? 'no rows' : 'one time only'}; a trace needs two`);
  const spans = spansOf(rows);
  const step = median(spans);
  const gaps = spans.filter((span) => span > step * GAP_FACTOR);
  return { name, rows, count: all.length, step, repeats: all.length - rows.length, gaps };
}

/** Throws with code 2 and the line where a row cannot be read, runs backwards or leaps far ahead. */
export const readTrace = (text: string, name: string): Trace => traceOf(name, readRows(text, name));
