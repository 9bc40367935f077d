// One tick's decision about the size and health of a pool: heal, replace, end, expand, contract; the first with work wins.
import { contraction, metricsOf, victim } from '../auto-scaling/contract.ts';
import { expansion, type Opinion } from '../auto-scaling/expand.ts';
import { heldSince } from '../auto-scaling/holding.ts';
import { type Means, means } from '../auto-scaling/means.ts';
import type { Policy } from '../auto-scaling/policy.ts';
import { measured, seconds } from '../auto-scaling/words.ts';
import {
  countBootstraps,
  countGivenUp,
  isHopeless,
  isTooMany,
  pauseLeft,
} from '../fail-safety/bootstraps.ts';
import { illness, silence } from '../fail-safety/silence.ts';
import { type Act, lives, type NodeSight, type Remembered, type Sight } from '../pool/sight.ts';

/** What a tick comes to: what is done, why (also why nothing is), and what the next tick is to know. */
export interface Verdict {
  readonly acts: readonly Act[];
  readonly because: string;
  readonly remembered: Remembered;
}

/** A decision of one kind; a reason without acts is a refusal; undefined: this kind has nothing to say. */
interface Say {
  readonly acts: readonly Act[];
  readonly because: string;
}

interface Look {
  readonly sight: Sight;
  readonly policy: Policy;
  readonly before: Remembered;
  readonly now: Remembered;
  readonly means: Means;
}

const refuse = (because: string): Say => ({ acts: [], because });
const say = (...acts: readonly Act[]): Say => ({ acts, because: acts.map((act) => act.because).join('; ') });

const aliveIn = ({ nodes, unseen }: Sight): number => nodes.filter(lives).length + unseen;

/** Those that stay: who leaves is no longer counted on, but still counts against the maximum. */
const stayingIn = ({ nodes, unseen }: Sight): number =>
  nodes.filter((node) => lives(node) && node.leaving === undefined).length + unseen;

/** Launches at most what the maximum leaves room for, and not while bootstraps fail. */
function launch({ sight, policy, now }: Look, wanted: number, because: string): Say {
  if (sight.isProtected)
    return refuse(
      `${because}, but launching is stopped after ${now.failures || 'too many'} failed bootstraps; pool resume`,
    );
  const pause = pauseLeft(now, sight.at);
  if (pause > 0)
    return refuse(`${because}, but the last bootstrap failed; the next is tried in ${seconds(pause)}`);
  const count = Math.min(wanted, policy.maximum - aliveIn(sight));
  return count > 0
    ? say({ do: 'launch', count, because })
    : refuse(`${because}, but maximum_instances is ${policy.maximum}`);
}

const protect = ({ sight, now }: Look): Say | undefined =>
  isTooMany(now) && !sight.isProtected
    ? say({ do: 'protect', because: `${now.failures} bootstraps failed in a row` })
    : undefined;

const heal = (look: Look): Say | undefined => {
  const { sight, policy } = look;
  const staying = stayingIn(sight);
  const missing = policy.minimum - staying;
  if (missing <= 0) return undefined;
  return launch(look, missing, `minimum_instances is ${policy.minimum}, ${staying} are there`);
};

const endStopped = ({ sight, policy }: Look): Say | undefined => {
  const stopped = sight.nodes.filter((node) => node.state === 'stopped');
  if (stopped.length === 0 || stayingIn(sight) < policy.minimum) return undefined;
  return say(
    ...stopped.map(
      ({ id }): Act => ({
        do: 'terminate',
        id,
        because: 'it has stopped, and others are there in its place',
      }),
    ),
  );
};

const replaceSilent = ({ sight, before }: Look): Say | undefined => {
  const { replaced, because } = silence(sight, before);
  if (replaced.length === 0) return because === undefined ? undefined : refuse(because);
  return say(
    ...replaced.map(
      ({ id, name, misses }): Act => ({
        do: 'replace',
        id,
        because: `${name} has not answered ${misses} times, and a second witness misses it, too`,
      }),
    ),
  );
};

/** A hopeless newcomer is ended; what is then missing is launched as anything else that is missing. */
const giveUp = ({ sight }: Look): Say | undefined => {
  const [node] = sight.nodes.filter(isHopeless);
  if (node === undefined || node.isMaster) return undefined;
  return say({
    do: 'terminate',
    id: node.id,
    because: `${node.name} could not be brought up in ${node.falls} tries`,
  });
};

/** EC2 ends it soon: another is launched before, where the maximum allows, and it leaves the rotation at once. */
const heedNotice = (look: Look): Say | undefined => {
  const { sight } = look;
  const node = sight.nodes.find((one) => lives(one) && one.notice !== undefined && one.leaving === undefined);
  if (node === undefined) return undefined;
  const because = `EC2 announces for ${node.name}: ${node.notice}`;
  const { acts } = launch(look, 1, because);
  return say(...acts, { do: 'leave', id: node.id, because });
};

/** Has it left the rotation? Then it goes. */
const endLeaving = ({ sight }: Look): Say | undefined => {
  const gone = sight.nodes.filter((node) => lives(node) && node.leaving !== undefined && !node.isServer);
  if (gone.length === 0) return undefined;
  return say(
    ...gone.map(
      ({ id, leaving = '' }): Act => ({ do: 'terminate', id, because: `out of the rotation: ${leaving}` }),
    ),
  );
};

/** Out of the rotation for so long that it will hardly come back by itself, while most others serve. */
const replaceIll = ({ sight, before }: Look): Say | undefined => {
  const node = illness(sight, before);
  if (node === undefined) return undefined;
  const { id, name, outSince = sight.at } = node;
  return say({
    do: 'replace',
    id,
    because: `${name} has been out of the rotation for ${seconds(sight.at - outSince)}`,
  });
};

const leaves = (node: NodeSight, because: string): Say => say({ do: 'leave', id: node.id, because });

/** More than the maximum, which somebody has lowered. */
const obeyMaximum = ({ sight, policy }: Look): Say | undefined => {
  const node =
    stayingIn(sight) > policy.maximum && aliveIn(sight) > policy.maximum ? victim(sight) : undefined;
  return node && leaves(node, `maximum_instances is ${policy.maximum}`);
};

const configureFirst = ({ sight }: Look): Say | undefined =>
  sight.hasWork ? refuse('nodes are configured first') : undefined;

const expand = (look: Look): Say | undefined => {
  const { sight, policy, now } = look;
  if (sight.hasWork) return undefined;
  const opinion: Opinion | undefined = expansion(sight, policy, look.means, now.heldSince, look.before);
  if (opinion === undefined) return undefined;
  return opinion.count === 0 ? refuse(opinion.because) : launch(look, opinion.count, opinion.because);
};

const contract = (look: Look): Say | undefined => {
  const { sight, policy, now } = look;
  if (sight.hasWork) return undefined;
  const opinion = contraction(sight, policy, look.means, now.heldSince, look.before);
  if (opinion === undefined) return undefined;
  const node = opinion.count > 0 ? victim(sight) : undefined;
  return node ? leaves(node, opinion.because) : refuse(opinion.because);
};

/** In order of urgency (design.md, One tick). A refusal is kept for the story, and the next kind has its say. */
const KINDS: readonly ((look: Look) => Say | undefined)[] = [
  protect,
  heal,
  endStopped,
  endLeaving,
  heedNotice,
  replaceSilent,
  replaceIll,
  giveUp,
  obeyMaximum,
  configureFirst,
  expand,
  contract,
];

/** A new master configures at once, but launches and ends nothing in its first seconds. */
const decide = (look: Look): Say => {
  const refusals: string[] = [];
  for (const kind of KINDS) {
    const said = kind(look);
    if (said === undefined) continue;
    if (said.acts.length > 0) return said;
    refusals.push(said.because);
  }
  const [first] = refusals;
  return refuse(first ?? `neither rule holds (${measured(metricsOf(look.policy), look.means.values)})`);
};

/** One that ends has left before, and was counted then: its drain must not lengthen the rest. */
const changesSize = (act: Act, { nodes }: Sight): boolean => {
  if (act.do === 'protect') return false;
  return act.do !== 'terminate' || nodes.find(({ id }) => id === act.id)?.leaving === undefined;
};

/** The replacements of the last minutes; older ones matter to nobody. */
const replacements = (before: Remembered, acts: readonly Act[], at: number): readonly number[] => {
  const fresh = acts.filter((act) => act.do === 'replace').map(() => at);
  return fresh.length === 0 && before.replacedAt.length === 0
    ? before.replacedAt
    : [...before.replacedAt, ...fresh].slice(-20);
};

/** What the next look is compared with. */
const lastOf = ({ values, serving }: Means): Pick<Remembered, 'load' | 'queue' | 'serving'> => ({
  load: values.get('load'),
  queue: values.get('queue'),
  serving,
});

/** Decides about one look; pure: the same sight, policy and memory give the same verdict. */
export function govern(sight: Sight, policy: Policy, before: Remembered): Verdict {
  const { at } = sight;
  const figures = means(sight, policy);
  const since = heldSince(policy, figures.values, at, before.heldSince, before.lookedAt);
  const now: Remembered = {
    ...before,
    ...countBootstraps(sight, before),
    lookedAt: at,
    heldSince: since,
    ...lastOf(figures),
  };
  const look = { sight, policy, before, now, means: figures };
  const said = sight.mayResize
    ? decide(look)
    : refuse('a new master launches and ends nothing in its first 10 s');
  const changedAt = said.acts.some((act) => changesSize(act, sight)) ? at : before.changedAt;
  const because = said.acts.length > 0 ? said.because : `holding at ${stayingIn(sight)}: ${said.because}`;
  return {
    acts: said.acts,
    because,
    remembered: {
      ...now,
      ...countGivenUp(now, said.acts, sight),
      changedAt,
      replacedAt: replacements(before, said.acts, at),
    },
  };
}
