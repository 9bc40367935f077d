// Reads a recorded load: lines of `timestamp,value` under a header of these names.
import { usageError } from '../pool/failure.ts';

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
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/;
/** Recorders are late by moments; only what lacks a row is a gap. */
const GAP_FACTOR = 1.5;

/** A cell without the quotes that spreadsheets put around it. */
const bare = (cell: string): string => cell.trim().replace(/^"(.*)"$/, '$1');

/** Ms since 1970, undefined for what is no time. Without a zone it is UTC, so that no hour is missing or twice. */
function timeOf(text: string): number | undefined {
  const [, day, clock, zone = 'Z'] = TIME.exec(text) ?? [];
  if (day === undefined || clock === undefined) return undefined;
  const at = Date.parse(`${day}T${clock}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  // The 30th of February would silently be a day of March.
  const exists = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
  return exists && Number.isFinite(at) ? at : undefined;
}

/** A load, which is a number that is not negative; undefined for anything else. */
function loadOf(text: string): number | undefined {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function readRow(line: string, place: string): TraceRow {
  const cells = line.split(',').map(bare);
  if (cells.length !== 2) throw usageError(`${place}: a row is a time and a value, not "${line.trim()}"`);
  const [time = '', number = ''] = cells;
  const at = timeOf(time);
  if (at === undefined)
    throw usageError(`${place}: "${time}" is no time; write it like 2014-04-10 00:04:00 or in ISO 8601`);
  const value = loadOf(number);
  if (value === undefined)
    throw usageError(`${place}: "${number}" is no load; it is a number that is not negative`);
  return { at, value };
}

const isHeader = (line: string): boolean =>
  line
    .replace(/^\uFEFF/, '')
    .split(',')
    .map(bare)
    .join(',')
    .toLowerCase() === HEADER;

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

/** All rows with their lines; throws where one runs backwards. */
function readRows(text: string, name: string): readonly TraceRow[] {
  const [header = '', ...lines] = text.split('\n');
  if (!isHeader(header)) throw usageError(`${name}:1: the first line must be the header "${HEADER}"`);
  const rows: TraceRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const place = `${name}:${index + 2}`;
    const row = readRow(line, place);
    const last = rows.at(-1);
    if (last && row.at < last.at)
      throw usageError(`${place}: its time is before that of the row above; sort the rows by time`);
    rows.push(row);
  }
  return rows;
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

/** Throws with code 2 and the line where a row cannot be read or runs backwards. */
export const readTrace = (text: string, name: string): Trace => traceOf(name, readRows(text, name));
