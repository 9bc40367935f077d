// How a decision is told to a person: its acts with the names of nodes, and how long ago it was.
import type { InstanceId } from './instance.ts';
import type { Act } from './sight.ts';

type Named = readonly { readonly id: InstanceId; readonly name: string }[];

/** A node's name where it is known, else its id. */
export const nameIn = (nodes: Named, id: InstanceId): string =>
  nodes.find((node) => node.id === id)?.name ?? id;

/** `launch 1`, `leave node3`. */
function tellAct(act: Act, nodes: Named): string {
  if (act.do === 'launch') return `launch ${act.count}`;
  return act.do === 'protect' ? act.do : `${act.do} ${nameIn(nodes, act.id)}`;
}

/** All of them: `launch 1, leave node2`; `nothing` where there are none. */
export const tellActs = (acts: readonly Act[], nodes: Named): string =>
  acts.length === 0 ? 'nothing' : acts.map((act) => tellAct(act, nodes)).join(', ');

const STEPS = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
] as const;

/** `12 s ago`, `3 min ago`: in the largest unit of which there are two. */
export function ago(seconds: number): string {
  const step = STEPS.find((one) => seconds >= 2 * one.seconds);
  const count = Math.max(0, Math.floor(seconds / (step?.seconds ?? 1)));
  return `${count} ${step?.unit ?? 's'} ago`;
}
