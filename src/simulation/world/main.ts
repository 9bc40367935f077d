// `npm run test:simulation -- --seeds N --first-seed K`: many seeds, side by side on all processors.
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Told } from './worker.ts';

/** Stories of more failing seeds than this help nobody. */
const MOST_STORIES = 3;

/** A sign of life after so many seeds. */
const TELL_EVERY = 100;

/** Most values of a simulation die young: with more room for the young ones (MB) fewer of them are copied. */
const MANNER = [...process.execArgv, '--max-semi-space-size=32'];

interface Asked {
  readonly seeds: number;
  readonly first: number;
  readonly ticks: number;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function count(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  process.stderr.write(`--${name} must be a whole number from 1 on: ${text}\n`);
  process.exit(2);
}

function asked(): Asked {
  const number = { type: 'string' } as const;
  const options = { seeds: number, 'first-seed': number, ticks: number };
  const { values } = parseArgs({ options });
  return {
    seeds: count('seeds', values.seeds ?? '100'),
    first: count('first-seed', values['first-seed'] ?? '1'),
    ticks: count('ticks', values.ticks ?? '1000'),
  };
}

/** What all workers have told so far. */
interface Tally {
  done: number;
  looks: number;
  readonly failed: number[];
}

/** One seed after the other to each worker, until there is none left; resolves when all workers have ended. */
async function shareOut({ seeds, first, ticks }: Asked, tally: Tally): Promise<void> {
  let next = first;
  const give = (worker: ChildProcess): void => {
    if (next < first + seeds) worker.send({ seed: next++, ticks, story: tally.failed.length < MOST_STORIES });
    else worker.disconnect();
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), { execArgv: MANNER });
      worker.on('message', (told: Told) => {
        tally.done += 1;
        tally.looks += told.looks;
        if (told.violation !== undefined) tally.failed.push(told.seed);
        for (const line of told.story) print(line);
        if (tally.done % TELL_EVERY === 0) process.stderr.write(`${tally.done} of ${seeds} seeds\n`);
        give(worker);
      });
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`)),
      );
      give(worker);
    });
  await Promise.all(Array.from({ length: Math.min(seeds, availableParallelism()) }, work));
}

const wanted = asked();
const tally: Tally = { done: 0, looks: 0, failed: [] };
const began = performance.now();
await shareOut(wanted, tally);
const seconds = (performance.now() - began) / 1_000;
const ticks = tally.done * wanted.ticks;
print(
  `${tally.done} seeds of ${wanted.ticks} ticks in ${seconds.toFixed(1)} s ` +
    `(${Math.round(ticks / seconds)} ticks/s, ${tally.looks} looks at EC2): ${tally.failed.length} violations`,
);
if (tally.failed.length > 0) {
  print(`failed: ${tally.failed.sort((a, b) => a - b).join(' ')}`);
  process.exitCode = 1;
}
