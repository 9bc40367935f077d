// The kinds of work that keep a pool at its size and well: heal, replace, give up, end.
import type { Policy } from '../auto-scaling/policy.ts';
import { seconds } from '../auto-scaling/words.ts';
import { isHopeless, isTooMany } from '../fail-safety/bootstraps.ts';
import { illness, silence } from '../fail-safety/silence.ts';
import { type Act, lives, type NodeSight } from '../pool/sight.ts';
import { type Look, launch, refuse, replaceEach, type Say, say, stayingIn } from './size-say.ts';

export const protect = ({ sight, now }: Look): Say | undefined =>
  isTooMany(now) && !sight.isProtected
    ? say({ do: 'protect', because: `${now.failures} bootstraps failed in a row` })
    : undefined;

/** A policy without rules is none of the settings': somebody asks for a size (`heldBetween`). */
const whyNoLess = ({ comparisons, minimum }: Policy): string =>
  comparisons.length > 0 ? `minimum_instances is ${minimum}` : `${minimum} nodes are to be there`;

export const heal = (look: Look): Say | undefined => {
  const { sight, policy } = look;
  const staying = stayingIn(sight);
  const missing = policy.minimum - staying;
  if (missing <= 0) return undefined;
  return launch(look, missing, `${whyNoLess(policy)}, ${staying} are there`);
};

export const endStopped = ({ sight, policy }: Look): Say | undefined => {
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

export const replaceSilent = (look: Look): Say | undefined => {
  const { sight, before } = look;
  const { replaced, because } = silence(sight, before);
  if (replaced.length === 0) return because === undefined ? undefined : refuse(because);
  const told = (node: NodeSight) =>
    `${node.name} has not answered ${node.misses} times, and a second witness misses it, too`;
  return replaceEach(
    look,
    replaced.map((node) => ({ ...node, because: told(node) })),
  );
};

/** A hopeless newcomer is ended; what is then missing is launched as anything else that is missing. */
export const giveUp = ({ sight }: Look): Say | undefined => {
  const [node] = sight.nodes.filter(isHopeless);
  if (node === undefined || node.isMaster) return undefined;
  return say({
    do: 'terminate',
    id: node.id,
    because: `${node.name} could not be brought up in ${node.falls} tries`,
  });
};

/** EC2 ends it soon: another is launched before, where the maximum allows, and it leaves the rotation at once. */
export const heedNotice = (look: Look): Say | undefined => {
  const { sight } = look;
  const node = sight.nodes.find((one) => lives(one) && one.notice !== undefined && one.leaving === undefined);
  if (node === undefined) return undefined;
  const because = `EC2 announces for ${node.name}: ${node.notice}`;
  const { acts } = launch(look, 1, because);
  return say(...acts, { do: 'leave', id: node.id, because });
};

const servesOn = ({ standing, leaving }: NodeSight): boolean =>
  standing === 'serving' && leaving === undefined;

/** Has it left the rotation? Then it goes; but a master that would end the pool with itself waits for another. */
export const endLeaving = ({ sight }: Look): Say | undefined => {
  const out = sight.nodes.filter((node) => lives(node) && node.leaving !== undefined && !node.isServer);
  const hasHeir = sight.nodes.some((node) => lives(node) && servesOn(node));
  const gone = out.filter((node) => hasHeir || !node.isMaster);
  const [kept] = out;
  if (kept && gone.length === 0) return refuse(`${kept.name} leaves, but no other node serves yet`);
  if (gone.length === 0) return undefined;
  return say(
    ...gone.map(
      ({ id, leaving = '' }): Act => ({ do: 'terminate', id, because: `out of the rotation: ${leaving}` }),
    ),
  );
};

/** Out of the rotation for so long that it will hardly come back by itself, while most others serve. */
export const replaceIll = (look: Look): Say | undefined => {
  const { sight, before } = look;
  const node = illness(sight, before);
  if (node === undefined) return undefined;
  const { name, outSince = sight.at } = node;
  const because = `${name} has been out of the rotation for ${seconds(sight.at - outSince)}`;
  return replaceEach(look, [{ ...node, because }]);
};
