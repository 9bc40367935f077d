// What `pool configure` has to do: the nodes that are there, and nothing beside them.
import { isAlive, type Node } from '../pool/instance.ts';
import { bring } from './bring.ts';
import type { Plan } from './plan.ts';
import { heldBack } from './rolling.ts';
import { ended, running, type Seen } from './seen.ts';

/** Steps for these nodes; all are looked at, for what one should be depends on the others. */
export function configureNodes(seen: Seen, chosen: readonly Node[]): Plan {
  const isOne = (node: Node) => chosen.some(({ id }) => id === node.id);
  const plan = bring(seen, { patient: false, awaits: true });
  // Who leaves the rotation to be restarted leaves the master's, whoever was chosen.
  return plan.filter(
    (step) => step.do === 'probe' || step.do === 'rotate' || ('node' in step && isOne(step.node)),
  );
}

/** Has each of them come to its end, good or bad, or is held back? */
export function isConfigured(seen: Seen, chosen: readonly Node[]): boolean {
  const held = heldBack(seen);
  const isOver = (node: Node) => ended(seen, node) || held.some(({ id }) => id === node.id);
  const now = running(seen).filter((node) => isAlive(node) && chosen.some(({ id }) => id === node.id));
  return now.every(isOver) && configureNodes(seen, chosen).length === 0;
}
