// `pool simulate`: a recorded load against policies and against AWS target tracking, with figures and a plot.
import { resolve } from 'node:path';
import { usageError } from '../../pool/failure.ts';
import { type Demand, demandOf } from '../../simulation/demand.ts';
import { runOf, untold } from '../../simulation/simulate.ts';
import { readTrace, type Trace } from '../../simulation/trace.ts';
import type { Outside } from '../../world/outside.ts';
import type { LiveView, Terminal } from '../../world/world.ts';
import { type Entrant, entrants } from '../contestants.ts';
import { figuresTable, headline, legend, type Result, simulationDocument, span } from '../simulate-report.ts';
import type { Request, RunOutside } from '../word.ts';

/** Steps between two moments at which Ctrl-C is heard; a fraction of a second. */
const STEPS = 50_000;

async function traceFor(outside: Outside, { rest }: Request): Promise<Trace> {
  const [file] = rest;
  if (file === undefined) throw usageError('simulate needs a trace, like pool simulate load.csv');
  const text = await outside.readText(resolve(outside.cwd, file));
  if (text === undefined) throw usageError(`${file}: there is no such file; simulate needs a trace`);
  return readTrace(text, file);
}

/** A number of the command line; `fits` says which make sense. */
function numberFor(
  name: string,
  { values }: Request,
  otherwise: number,
  [kind, fits]: readonly [string, (value: number) => boolean],
): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!fits(value)) throw usageError(`--${name} takes ${kind}, not "${text}"`);
  return value;
}

const POSITIVE = ['a number above 0', (value: number) => Number.isFinite(value) && value > 0] as const;
const WHOLE = ['a whole number', (value: number) => Number.isSafeInteger(value)] as const;

/** What the trace had that a reader should know of. */
function remarks({ gaps, repeats, step, name }: Trace): readonly string[] {
  const longest = span(gaps.at(-1) ?? 0);
  return [
    ...(gaps.length > 0
      ? [
          `${name}: rows are missing ${gaps.length} times (usual ${span(step)}, longest ${longest}); the last value holds`,
        ]
      : []),
    ...(repeats > 0
      ? [`${name}: ${repeats} rows have the time of the next one; the last of a time counts`]
      : []),
  ];
}

const unheard = (all: readonly Entrant[]): readonly string[] =>
  all.flatMap(({ name, policy }) =>
    (policy ? untold(policy) : []).map(
      (metric) => `${name}: ${metric} is not simulated; a rule on it never holds`,
    ),
  );

/** Lets others have their turn now and then, so that Ctrl-C ends it. */
async function simulate(
  outside: Outside,
  entrant: Entrant,
  demand: Demand,
  seed: number,
  view: LiveView | undefined,
): Promise<Result> {
  const run = runOf(entrant, demand, seed);
  while (run.advance(STEPS)) {
    view?.update([`${entrant.name}: ${Math.floor(run.share * 100)} %`]);
    await outside.clock.sleep(0, outside.signal);
    outside.signal.throwIfAborted();
  }
  return { entrant, outcome: { name: entrant.name, figures: run.figures, course: run.course } };
}

function show(terminal: Terminal, trace: Trace, demand: Demand, results: readonly Result[]): void {
  const [first] = results;
  if (first === undefined) return;
  terminal.print(headline(trace, demand, first.entrant));
  terminal.print(figuresTable(results, terminal.paint));
  for (const line of legend(results)) terminal.print(terminal.paint.dim(line));
}

export const run: RunOutside = async (outside, terminal, request, words) => {
  const scale = numberFor('scale', request, 3, POSITIVE);
  const seed = numberFor('seed', request, 1, WHOLE);
  const files = [...(words.file === undefined ? [] : [words.file]), ...(request.lists['policy'] ?? [])];
  const all = await entrants(outside, files, words);
  const trace = await traceFor(outside, request);
  const demand = demandOf(trace, scale);
  for (const line of [...remarks(trace), ...unheard(all)]) terminal.warn(line);
  const view = terminal.live();
  const results: Result[] = [];
  for (const one of all) results.push(await simulate(outside, one, demand, seed, view));
  view?.update([]);
  view?.done();
  if (request.json) terminal.print(JSON.stringify(simulationDocument(trace, results), null, 2));
  else show(terminal, trace, demand, results);
  return 0;
};
