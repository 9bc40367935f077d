// Do visitors still get in at a node whose firewall changes? The node cannot tell: it asks itself from within.
import type { Difference } from '../../plans/node-state.ts';
import { running, type Seen, stateOf } from '../../plans/seen.ts';
import { lacksNow } from '../../plans/wants.ts';
import { PoolError, Untouched } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { aliveUrl, publicUrl } from '../../pool/url.ts';
import type { World } from '../world.ts';

/** What an answer from a node may take, in ms, and how often it is asked before it is given up. */
const PATIENCE = 2_000;
const TRIES = 3;

const MEND = 'mend the template firewall.nft, and run the command again';

/** Whatever HAProxy says, it was reached. */
async function answers(world: World, seen: Seen, { publicIp }: Node): Promise<boolean> {
  if (publicIp === undefined) return false;
  try {
    await world.get(aliveUrl(publicIp, seen.kit.settings), PATIENCE);
    return true;
  } catch {
    return false;
  }
}

async function answersInTime(world: World, seen: Seen, node: Node): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) if (await answers(world, seen, node)) return true;
  return false;
}

/** A node that has no firewall yet serves nobody yet, either. */
const changesFirewall = (seen: Seen, node: Node, { files }: Pick<Difference, 'files'>): boolean =>
  files.some(({ reaction, path }) => reaction === 'load-firewall' && stateOf(seen, node)?.entries.has(path));

const hasTheNewOne = (seen: Seen, node: Node): boolean =>
  seen.progress.get(node.id)?.stage === 'configured' && !changesFirewall(seen, node, lacksNow(seen, node));

const named = ({ name, id }: Node): string => `${name} (${id})`;

/** An earlier run may have left one behind where nobody gets in. */
async function checkOthers(world: World, seen: Seen, node: Node): Promise<void> {
  const others = running(seen).filter((other) => other.id !== node.id && hasTheNewOne(seen, other));
  for (const other of others)
    if (!(await answersInTime(world, seen, other)))
      throw new Untouched(
        `${named(node)} stays as it is: ${named(other)}, which has the new firewall.nft, lets nobody in; ${MEND}`,
      );
}

/**
 * Runs `bring`, which brings the node what it lacks. Where that is another firewall, and visitors get in at the node from
 * here, throws where they no longer do; Untouched, before anything is brought, where another node shows that they would not.
 */
export async function withFrontWatched<T>(
  world: World,
  seen: Seen,
  node: Node,
  lacks: Difference,
  bring: () => Promise<T>,
): Promise<T> {
  if (!changesFirewall(seen, node, lacks) || !(await answers(world, seen, node))) return await bring();
  await checkOthers(world, seen, node);
  const brought = await bring();
  if (await answersInTime(world, seen, node)) return brought;
  const url = publicUrl(node.publicIp ?? '', seen.kit.settings);
  throw new PoolError(`${named(node)} lets nobody in at ${url} since its firewall.nft is another; ${MEND}`);
}
