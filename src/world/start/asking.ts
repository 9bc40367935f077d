// Asks EC2 for instances where there may be some, and again after pauses: zone after zone, type after type.
import { answerTo, type Candidate, oldestFirst, open, refused } from '../../plans/capacity.ts';
import { refusalCode } from '../ec2/errors.ts';
import type { Memory } from '../nodes/memory.ts';
import type { World } from '../world.ts';

/** All is asked again after these pauses, in ms, each shortened by another share for each launch. */
const PAUSES = [2_000, 4_000, 8_000];

export interface Asking {
  readonly world: World;
  readonly memory: Memory;
  /** In the order in which they are wanted; at least one. */
  readonly candidates: readonly Candidate[];
  /** Of the pauses: from a half to one. */
  readonly share: number;
  /** Ids of what was launched, or EC2's refusal thrown. */
  ask(candidate: Candidate): Promise<readonly string[]>;
}

/** A round brought something, or it ended with a refusal that a pause may mend. */
type Round =
  | { readonly ids: readonly string[] }
  | {
      readonly error: unknown;
      /** Nobody knows whether this one was launched: until that is known, no other may be. */
      readonly unsure?: Candidate;
    };

/** Said once: whoever wants spot instances is to know that these cost more. */
function tellOnDemand({ world, memory, candidates }: Asking, { market }: Candidate): void {
  if (market === 'spot' || candidates[0]?.market !== 'spot' || memory.toldOnDemand) return;
  memory.toldOnDemand = true;
  world.terminal.warn('no spot instance is to be had in these zones; launching on demand');
}

/** The next to ask: one with no refusal of late; in a last resort the one that was refused the longest ago. */
function nextOf({ world, memory, candidates }: Asking, tried: ReadonlySet<Candidate>, lastResort: boolean) {
  const left = candidates.filter((candidate) => !tried.has(candidate));
  if (lastResort) return oldestFirst(left, memory.refusals)[0];
  return open(left, memory.refusals, world.clock.monotonic())[0];
}

/** What is left to do about a refusal. Throws it where neither another nor a pause can mend it. */
function noted(asking: Asking, candidate: Candidate, error: unknown): 'next' | Round {
  const { world, memory, candidates } = asking;
  const code = refusalCode(error);
  const answer = answerTo(code);
  if (answer === 'final' || world.signal.aborted) throw error;
  if (answer === 'unsure') return { error, unsure: candidate };
  if (answer === 'later') return { error };
  memory.refusals = refused(memory.refusals, candidates, candidate, code, world.clock.monotonic());
  return 'next';
}

const isHopeless = ({ world, memory, candidates }: Asking): boolean =>
  open(candidates, memory.refusals, world.clock.monotonic()).length === 0;

/** Asks one after another, `most` of them, until one gives something. */
async function round(asking: Asking, most: number): Promise<Round> {
  const lastResort = isHopeless(asking);
  const tried = new Set<Candidate>();
  let end: Round = { ids: [] };
  while (tried.size < most) {
    const candidate = nextOf(asking, tried, lastResort);
    if (candidate === undefined) break;
    tried.add(candidate);
    tellOnDemand(asking, candidate);
    try {
      return { ids: await asking.ask(candidate) };
    } catch (error) {
      end = { error };
      const next = noted(asking, candidate, error);
      if (next !== 'next') return next;
    }
  }
  return end;
}

/** The same request again, and no other, until it is known what came of it. */
async function insist(asking: Asking, candidate: Candidate): Promise<Round> {
  return await round({ ...asking, candidates: [candidate] }, 1);
}

const endOf = (last: Round): readonly string[] => {
  if ('ids' in last) return last.ids;
  throw last.error;
};

/**
 * Ids of what was launched; EC2's last refusal is thrown where pauses did not help. Where all were refused within the
 * last minutes, by an earlier launch, just one of them is asked, and no pause is made: EC2 counts our calls.
 */
export async function askAll(asking: Asking): Promise<readonly string[]> {
  const { world, share, candidates } = asking;
  if (isHopeless(asking)) return endOf(await round(asking, 1));
  let last = await round(asking, candidates.length);
  for (const pause of PAUSES) {
    if ('ids' in last || world.signal.aborted) break;
    await world.clock.sleep(pause * share, world.signal);
    last = last.unsure ? await insist(asking, last.unsure) : await round(asking, candidates.length);
  }
  return endOf(last);
}
