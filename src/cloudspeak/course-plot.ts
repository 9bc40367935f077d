// Demand and capacity over time in a terminal: demand as an area, the nodes in rotation as a line over it.
import type { ChalkInstance } from 'chalk';
import type { Course } from '../simulation/course.ts';

const HEIGHT = 9;
/** Room for the axis: three digits and a bar. */
const AXIS = 5;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const LINE = '━';

/** As many values as there are columns: what `take` makes of those that fall into one. */
function squeezed(
  values: readonly number[],
  columns: number,
  take: (some: readonly number[]) => number,
): readonly number[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    return take(values.slice(from, to));
  });
}

const highest = (some: readonly number[]): number => Math.max(...some);
const mean = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0) / some.length;

/** `01-05 00:00`, in UTC as the trace is read. */
export const moment = (at: number): string => new Date(at).toISOString().slice(5, 16).replace('T', ' ');

function axisOf(from: number, to: number, columns: number): string {
  const [first, middle, last] = [from, (from + to) / 2, to].map(moment);
  const gap = columns - 3 * (first?.length ?? 0);
  const left = ' '.repeat(Math.max(1, Math.floor(gap / 2)));
  const right = ' '.repeat(Math.max(1, Math.ceil(gap / 2)));
  return `${' '.repeat(AXIS)}${first}${left}${middle}${right}${last}`;
}

/** `columns` wide. `top`: the value at the upper edge, the same for all plots that are compared; more is cut off. */
export function coursePlot(
  { demand, capacity }: Course,
  { from, to, top, columns }: { from: number; to: number; top: number; columns: number },
  paint: ChalkInstance,
): string {
  const width = Math.max(20, columns - AXIS);
  const [area, line] = [squeezed(demand, width, highest), squeezed(capacity, width, mean)];
  const step = top / HEIGHT;
  const cell = (row: number, column: number): string => {
    const low = row * step;
    const nodes = line[column] ?? 0;
    if (nodes > low && nodes <= low + step) return paint.yellow(LINE);
    const filled = Math.round((((area[column] ?? 0) - low) / step) * 8);
    return paint.blue(EIGHTHS[Math.max(0, Math.min(8, filled))] ?? ' ');
  };
  const rows = Array.from({ length: HEIGHT }, (_, index) => {
    const row = HEIGHT - 1 - index;
    const label = row === HEIGHT - 1 ? `${Math.round(top)}` : row === 0 ? '0' : '';
    return `${label.padStart(AXIS - 2)} ┤${Array.from({ length: width }, (_, column) => cell(row, column)).join('')}`;
  });
  return [...rows, axisOf(from, to, width)].join('\n');
}
