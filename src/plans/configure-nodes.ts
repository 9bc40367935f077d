// What `pool configure` has to do: the nodes that are there, and nothing beside them.
import { bring } from './bring.ts';
import type { Plan } from './plan.ts';
import { isOver } from './rolling.ts';
import { isChosen, running, type Seen } from './seen.ts';

/** Steps for the chosen nodes; all are looked at, for what one should be depends on the others. `foresees`: see Manner. */
export function configureNodes(seen: Seen, foresees = false): Plan {
  const plan = bring(seen, { patient: false, awaits: !foresees, foresees });
  // Who leaves the rotation to be restarted leaves the master's, whoever was chosen.
  return plan.filter(
    (step) => step.do === 'probe' || step.do === 'rotate' || ('node' in step && isChosen(seen, step.node)),
  );
}

/** Has each of the chosen come to its end, good or bad, or is held back? */
export function isConfigured(seen: Seen): boolean {
  const chosen = running(seen).filter((node) => isChosen(seen, node));
  return chosen.every((node) => isOver(seen, node)) && configureNodes(seen).length === 0;
}
