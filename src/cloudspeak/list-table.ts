// The table of `pool list` on a terminal. Apart, so that a piped list need not load it.
import chalk from 'chalk';
import Table from 'cli-table3';
import type { listDocument, Row } from '../pool/listing.ts';

type Document = ReturnType<typeof listDocument>;

const paint: Readonly<Record<string, (text: string) => string>> = {
  running: chalk.green,
  pending: chalk.yellow,
  'shutting-down': chalk.dim,
};

const rotation = (row: Row): string => {
  if (row.state !== 'running') return '';
  if (row.in_rotation === null) return chalk.dim('?');
  return row.in_rotation ? chalk.green('yes') : chalk.red('no');
};

const state = (row: Row): string => (paint[row.state] ?? ((text: string) => text))(row.state);

const head = ['', 'role', 'state', 'instance', 'address', 'load', 'serves'];

const cells = (row: Row): string[] => [
  row.name,
  row.role,
  state(row),
  row.id,
  row.public_ip ?? row.private_ip ?? '',
  row.load === null ? chalk.dim('?') : row.load.toFixed(2),
  rotation(row),
];

const plain = { mid: '', 'top-mid': '', 'bottom-mid': '', 'left-mid': '', 'right-mid': '', 'mid-mid': '' };
const noBorder = {
  top: '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-left': '',
  'bottom-right': '',
};

/** Fits 80 columns: names, roles and ids are of known length. */
export function listTable(document: Document): string {
  const alive = document.instances.filter((row) => row.state === 'running' || row.state === 'pending').length;
  const title = `${chalk.bold(document.pool)}: ${alive} instances${document.address ? ` at ${chalk.cyan(document.address)}` : ''}`;
  const table = new Table({
    head: head.map((name) => chalk.bold(name)),
    chars: { ...plain, ...noBorder, left: '', right: '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...document.instances.map(cells));
  return `${title}\n\n${table.toString()}`;
}
