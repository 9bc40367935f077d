// The table of `pool list` on a terminal. Apart, so that a piped list need not load it.
import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import type { listDocument, Row } from '../pool/listing.ts';

type Document = ReturnType<typeof listDocument>;

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'dim'>> = {
  running: 'green',
  pending: 'yellow',
  'shutting-down': 'dim',
};

const rotation = (row: Row, paint: ChalkInstance): string => {
  if (row.state !== 'running') return '';
  if (row.in_rotation === null) return paint.dim('?');
  return row.in_rotation ? paint.green('yes') : paint.red('no');
};

const state = (row: Row, paint: ChalkInstance): string => {
  const colour = COLOURS[row.state];
  return colour ? paint[colour](row.state) : row.state;
};

const head = ['', 'role', 'state', 'instance', 'address', 'load', 'serves'];

const cells = (row: Row, paint: ChalkInstance): string[] => [
  row.name,
  row.role,
  state(row, paint),
  row.id,
  row.public_ip ?? row.private_ip ?? '',
  row.load === null ? paint.dim('?') : row.load.toFixed(2),
  rotation(row, paint),
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
export function listTable(document: Document, paint: ChalkInstance): string {
  const alive = document.instances.filter((row) => row.state === 'running' || row.state === 'pending').length;
  const title = `${paint.bold(document.pool)}: ${alive} instances${document.address ? ` at ${paint.cyan(document.address)}` : ''}`;
  const table = new Table({
    head: head.map((name) => paint.bold(name)),
    chars: { ...plain, ...noBorder, left: '', right: '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...document.instances.map((row) => cells(row, paint)));
  return `${title}\n\n${table.toString()}`;
}
