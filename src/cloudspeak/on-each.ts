// The same work on several nodes at once: it finishes everywhere, then tells where it failed.
import { OwnTrouble, PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import { Unwritten } from '../process/outlet.ts';
import type { World } from '../world/world.ts';

/** Failures of a node name it themselves. */
const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Runs `work` on every node; its number is an exit code, and a throw counts as 1.
 * The summary goes to stderr; returns the worst code. Throws where the command was interrupted.
 */
export async function onEach(
  { terminal, signal }: World,
  nodes: readonly Node[],
  work: (node: Node) => Promise<number>,
): Promise<number> {
  const ends = await Promise.all(
    nodes.map(async (node) => {
      try {
        const code = await work(node);
        return { code, failure: code === 0 ? undefined : `${node.name}: exit code ${code}` };
      } catch (error) {
        // It is the same for all of them, and nothing was touched.
        if (error instanceof OwnTrouble && error.code === 2) throw error;
        // It is not the node's: nobody can be told anything.
        if (error instanceof Unwritten) throw error;
        return { code: 1, failure: why(error) };
      }
    }),
  );
  // What the nodes came to says nothing: a person, or a closed terminal, has ended it on all of them.
  if (signal.aborted) throw new PoolError('interrupted');
  const failures = ends.flatMap(({ failure }) => failure ?? []);
  for (const failure of failures) terminal.warn(failure);
  terminal.warn(`${ends.length - failures.length} of ${ends.length} nodes succeeded`);
  return Math.max(...ends.map(({ code }) => code));
}

/** One chosen node is worked on as if it were alone in the world, without a summary; several as `onEach` does. */
export async function onChosen(
  world: World,
  chosen: readonly Node[],
  work: (node: Node) => Promise<number>,
): Promise<number> {
  const [first, ...others] = chosen;
  return first !== undefined && others.length === 0 ? await work(first) : await onEach(world, chosen, work);
}
