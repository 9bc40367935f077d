// `pool simulate`: a recorded load against policies and against AWS target tracking, with figures and a plot.
import { resolve } from 'node:path';
import { usageError } from '../../pool/failure.ts';
import { didYouMean } from '../../pool/nearest.ts';
import { type Demand, demandOf } from '../../simulation/demand.ts';
import { generate, KINDS, type Kind } from '../../simulation/generate.ts';
import { runOf, untold } from '../../simulation/simulate.ts';
import { readTrace, type Trace } from '../../simulation/trace.ts';
import type { Outside } from '../../world/outside.ts';
import type { LiveView, Terminal } from '../../world/world.ts';
import { type Entrant, entrants } from '../contestants.ts';
import { coursePlot } from '../course-plot.ts';
import { courseSvg } from '../course-svg.ts';
import { figuresTable, headline, legend, type Result, simulationDocument, span } from '../simulate-report.ts';
import type { Request, RunOutside } from '../word.ts';
import { tellNotices } from '../world-of.ts';

/** Steps between two moments at which Ctrl-C is heard; a fraction of a second. */
const STEPS = 50_000;

const isKind = (text: string): text is Kind => KINDS.some((kind) => kind === text);

function generated(kind: string, seed: number): Trace {
  if (!isKind(kind))
    throw usageError(`--generate takes one of ${KINDS.join(', ')}, not "${kind}"${didYouMean(kind, KINDS)}`);
  return generate(kind, seed);
}

async function traceFor(outside: Outside, { rest, values }: Request, seed: number): Promise<Trace> {
  const [file] = rest;
  const kind = values['generate'];
  if (kind !== undefined && file !== undefined)
    throw usageError(`simulate takes ${file} or --generate ${kind}, not both`);
  if (kind !== undefined) return generated(kind, seed);
  if (file === undefined)
    throw usageError('simulate needs a trace, like pool simulate load.csv, or --generate daily');
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

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What the trace had that a reader should know of. */
function remarks({ gaps, repeats, step, name }: Trace): readonly string[] {
  const spans = `usual step ${span(step)}, longest ${span(gaps.at(-1) ?? 0)}`;
  const missing = `rows are missing in ${counted(gaps.length, 'place')} (${spans}); the last value holds`;
  const same = `${counted(repeats, 'row')} ${repeats === 1 ? 'has' : 'have'} the time of the next one`;
  return [
    ...(gaps.length > 0 ? [`${name}: ${missing}`] : []),
    ...(repeats > 0 ? [`${name}: ${same}; the last of a time counts`] : []),
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

/** The upper edge of all drawings: who is compared has to stand on one scale. */
function topOf(results: readonly Result[]): number {
  const courses = results.map(({ outcome }) => outcome.course);
  const capacity = Math.max(1, ...courses.flatMap((course) => course.capacity));
  const demand = Math.max(1, ...courses.flatMap((course) => course.demand));
  // A peak far beyond what anybody had would press everything else to the ground.
  return Math.max(capacity, Math.min(demand, 1.5 * capacity));
}

function drawing({ from, to }: Demand, results: readonly Result[]): string {
  const panels = results.map(({ entrant, outcome }) => ({ title: entrant.name, course: outcome.course }));
  return courseSvg(panels, from, to, topOf(results));
}

/** More than this is no longer read as one picture. */
const WIDEST = 110;

function plots(terminal: Terminal, { from, to }: Demand, results: readonly Result[]): void {
  const { paint } = terminal;
  const frame = { from, to, top: topOf(results), columns: Math.min(terminal.columns, WIDEST) };
  for (const { entrant, outcome } of results) {
    terminal.print(`\n${paint.bold(entrant.name)}: ${paint.blue('█')} demand, ${paint.yellow('━')} nodes`);
    terminal.print(coursePlot(outcome.course, frame, paint));
  }
}

function show(terminal: Terminal, trace: Trace, demand: Demand, results: readonly Result[]): void {
  const [first] = results;
  if (first === undefined) return;
  terminal.print(headline(trace, demand, first.entrant));
  terminal.print(figuresTable(results, terminal.paint));
  for (const line of legend(results)) terminal.print(terminal.paint.dim(line));
  plots(terminal, demand, results);
}

export const run: RunOutside = async (outside, terminal, request, words) => {
  const scale = numberFor('scale', request, 3, POSITIVE);
  const seed = numberFor('seed', request, 1, WHOLE);
  const files = [...(words.file === undefined ? [] : [words.file]), ...(request.lists['policy'] ?? [])];
  const all = await entrants(outside, files, words);
  const trace = await traceFor(outside, request, seed);
  const demand = demandOf(trace, scale);
  tellNotices(terminal, { notices: [...new Set(all.flatMap(({ notices }) => notices))] });
  for (const line of new Set([...remarks(trace), ...unheard(all)])) terminal.warn(line);
  const view = terminal.live();
  const results: Result[] = [];
  for (const one of all) results.push(await simulate(outside, one, demand, seed, view));
  view?.update([]);
  view?.done();
  const svg = request.values['svg'];
  if (svg !== undefined) await outside.writeText(resolve(outside.cwd, svg), drawing(demand, results));
  if (request.json) terminal.print(JSON.stringify(simulationDocument(trace, results), null, 2));
  else show(terminal, trace, demand, results);
  return 0;
};
