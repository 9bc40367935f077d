// Runs the benchmarks of this folder and keeps their figures in results.json.
// Usage: npm run bench [-- NAME…]    a name is a file's, or how it begins; none means all
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { endCloud } from './lib/cloud.mjs';
import { machine } from './lib/machine.mjs';

const here = new URL('./', import.meta.url);
const results = new URL('results.json', here);
const wanted = process.argv.slice(2);
/** Names of those whose target is the least that will do; that of all others is the most. */
const leasts = new Set();

/** Merges by name, so that running one benchmark keeps the figures of the others. */
function keep(rows) {
  const merged = new Map(earlier().map((row) => [row.name, row]));
  for (const row of rows) merged.set(row.name, row);
  writeFileSync(results, `${JSON.stringify([...merged.values()], null, 2)}\n`);
}

function earlier() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The row of one benchmark; undefined, and said why, when it could not be measured. */
async function measure(file) {
  const { default: bench } = await import(new URL(file, here).href);
  console.error(`-- ${bench.name}`);
  if (bench.isLeast) leasts.add(bench.name);
  try {
    const measured = Number((await bench.run()).toFixed(2));
    const date = new Date().toISOString().slice(0, 10);
    return { name: bench.name, measured, target: bench.target, unit: bench.unit, machine: machine(), date };
  } catch (error) {
    console.error(`Cannot measure ${bench.name}: ${error.message.split('\n', 1)[0]}`);
    process.exitCode = 1;
    return undefined;
  }
}

function print(rows) {
  const table = new Table({
    head: ['benchmark', 'measured', 'target', 'met'],
    style: { head: [], border: [] },
  });
  for (const { name, measured, target, unit } of rows) {
    const isLeast = leasts.has(name);
    const met = isLeast ? measured >= target : measured <= target;
    table.push([name, `${measured} ${unit}`, `${isLeast ? '≥' : '≤'} ${target} ${unit}`, met ? 'yes' : 'no']);
  }
  console.log(table.toString());
}

const chosen = (file) => wanted.length === 0 || wanted.some((name) => file.startsWith(name));
const files = readdirSync(here).filter((file) => file.endsWith('.mjs') && file !== 'run.mjs' && chosen(file));
if (files.length === 0) {
  console.error(`No benchmark begins with ${wanted.join(', ')}: look at the files in bench/`);
  process.exit(2);
}

// A cut-off run must not leave machines behind either.
process.once('SIGINT', () => {
  endCloud();
  process.exit(130);
});
try {
  const rows = [];
  for (const file of files.sort()) rows.push(await measure(file));
  const measured = rows.filter((row) => row !== undefined);
  if (measured.length > 0) {
    keep(measured);
    print(measured);
  }
} finally {
  endCloud();
}
