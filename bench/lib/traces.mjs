// The given traces, beside the checkout, through `pool simulate`.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './cloud.mjs';
import { pool } from './commands.mjs';

const folder = new URL('../../../shared/traces/', import.meta.url);

/** One run serves both figures of a trace. */
const kept = new Map();

function simulated(name) {
  const file = new URL(name, folder);
  if (!existsSync(file)) throw new Error(`${name}: there is no ../shared/traces beside the checkout`);
  const plain = Object.entries(process.env).filter(([key]) => !/^POOL_/.test(key));
  const printed = run(pool('simulate', fileURLToPath(file), '--json'), Object.fromEntries(plain));
  const { policies } = JSON.parse(printed);
  return { ours: policies[0], reference: policies.at(-1) };
}

/** What a policy and the reference came to on a given trace. */
function onTrace(name) {
  if (!kept.has(name)) kept.set(name, simulated(name));
  return kept.get(name);
}

const hours = ({ ours, reference }) => ours.node_hours / reference.node_hours;
const minutes = ({ ours, reference }) => ours.overloaded_minutes - reference.overloaded_minutes;

/** The row that says how many node-hours the default rules take for one of the reference's. */
export const nodeHours = (name) => ({
  name: `${name}: node-hours, default rules over AWS target tracking`,
  target: 1.02,
  unit: '×',
  run: () => hours(onTrace(name)),
});

/** The row that says how many minutes longer it is overloaded; less than none: for a shorter time. */
export const overloaded = (name, target) => ({
  name: `${name}: overloaded longer than under AWS target tracking`,
  target,
  unit: 'min',
  run: () => minutes(onTrace(name)),
});
