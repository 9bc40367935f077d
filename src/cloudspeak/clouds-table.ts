// The table of `pool clouds` on a terminal. Apart, so that piped lines need not load it.
import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import type { CloudRow } from '../pool/clouds.ts';
import { age, price, sizes } from './clouds-lines.ts';

const HEAD = ['pool', 'region', 'nodes', 'types', 'address', 'USD an hour', 'age'];

export function cloudsTable(rows: readonly CloudRow[], now: Date, paint: ChalkInstance): string {
  const table = new Table({
    head: HEAD.map((name) => paint.bold(name)),
    colAligns: ['left', 'left', 'right', 'left', 'left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const name = row.pool ?? paint.dim('not of any pool');
    const cells = [
      row.region ?? '?',
      String(row.size),
      sizes(row),
      row.address ?? '',
      price(row),
      age(row, now),
    ];
    table.push([name, ...cells]);
  }
  return table.toString();
}
