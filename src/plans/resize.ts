// The kinds of work that change a pool's size: within its limits, and by its rules.
import { contraction, victim } from '../auto-scaling/contract.ts';
import { expansion, type Opinion } from '../auto-scaling/expand.ts';
import type { NodeSight } from '../pool/sight.ts';
import { aliveIn, type Look, launch, refuse, type Say, say, stayingIn } from './size-say.ts';

const leaves = (node: NodeSight, because: string): Say => say({ do: 'leave', id: node.id, because });

/** More than the maximum, which somebody has lowered. */
export const obeyMaximum = ({ sight, policy }: Look): Say | undefined => {
  const node =
    stayingIn(sight) > policy.maximum && aliveIn(sight) > policy.maximum ? victim(sight) : undefined;
  return node && leaves(node, `maximum_instances is ${policy.maximum}`);
};

export const configureFirst = ({ sight }: Look): Say | undefined =>
  sight.hasWork ? refuse('nodes are configured first') : undefined;

export const expand = (look: Look): Say | undefined => {
  const { sight, policy, now } = look;
  if (sight.hasWork) return undefined;
  const opinion: Opinion | undefined = expansion(sight, policy, look.means, now.heldSince, look.before);
  if (opinion === undefined) return undefined;
  return opinion.count === 0 ? refuse(opinion.because) : launch(look, opinion.count, opinion.because);
};

export const contract = (look: Look): Say | undefined => {
  const { sight, policy, now } = look;
  if (sight.hasWork) return undefined;
  const opinion = contraction(sight, policy, look.means, now.heldSince, look.before);
  if (opinion === undefined) return undefined;
  const node = opinion.count > 0 ? victim(sight) : undefined;
  return node ? leaves(node, opinion.because) : refuse(opinion.because);
};
