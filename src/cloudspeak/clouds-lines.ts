// `pool clouds` in plain lines: a pool each with its nodes below it, what belongs to nobody last.
import type { CloudRow } from '../pool/clouds.ts';

/** `2 × t3.small, 1 × m5.large`. */
export const sizes = ({ types }: CloudRow): string =>
  Object.entries(types)
    .map(([type, count]) => `${count} × ${type}`)
    .join(', ');

export const price = ({ hourly_usd: usd }: CloudRow): string => (usd === null ? '?' : usd.toFixed(4));

/** `3 d`, `5 h`, `12 min`: the largest unit, rounded down. */
export function age({ since }: CloudRow, now: Date): string {
  if (since === null) return '';
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`;
}

const nodes = (count: number): string => `${count} instance${count === 1 ? '' : 's'}`;

function head(row: CloudRow, now: Date): string {
  const parts = [
    `${row.pool ?? 'not of any pool'} in ${row.region ?? 'an unknown region'}: ${nodes(row.size)}`,
    sizes(row),
    row.address === null ? '' : `at ${row.address}`,
    `${price(row)} USD an hour`,
    age(row, now),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export const cloudsLines = (rows: readonly CloudRow[], now: Date): readonly string[] =>
  rows.flatMap((row) => [
    head(row, now),
    ...row.instances.map(({ id, name, state, type }) => `  ${name ?? '-'} ${id} ${state} ${type}`),
  ]);
