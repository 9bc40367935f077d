// The journal read back: from the master, else from the standby or any other node that has kept it.
import { followScript, tellScript } from '../../plans/journal-script.ts';
import { PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import type { Pool } from '../../pool/pool.ts';
import type { World } from '../world.ts';

/** A node that does not let us in for so long is passed over, in ms. */
const PATIENCE = 5_000;
/** For 30 MB over a slow line, in ms. */
const LIMIT = 120_000;
/** The exit code of a node that has no journal. */
const NONE = 44;

/** What was found, and which nodes could not be asked. */
export interface Found<T> {
  readonly found: { readonly node: Node; readonly told: T } | undefined;
  readonly silent: readonly Node[];
}

/** Asks the running nodes in their order until one has an answer. `understand`: undefined where it has none. */
export async function askInTurn<T>(
  { remote }: World,
  pool: Pool,
  script: string,
  understand: (stdout: string) => T | undefined,
): Promise<Found<T>> {
  const silent: Node[] = [];
  for (const node of pool.nodes.filter(({ state }) => state === 'running')) {
    const { answers } = await remote.reach(node, PATIENCE);
    if (!answers) {
      silent.push(node);
      continue;
    }
    const { code, stdout, stderr } = await remote.run(node, script, { timeout: LIMIT });
    if (code !== 0 && code !== NONE)
      throw new PoolError(
        `${node.name} (${node.id}): its journal cannot be read: ${stderr.trim() || `code ${code}`}`,
      );
    const told = code === 0 ? understand(stdout) : undefined;
    if (told !== undefined) return { found: { node, told }, silent };
  }
  return { found: undefined, silent };
}

/** All that the pool's journal says; `since` (ms since 1970) only saves what is older from being sent. */
export async function tellJournal(world: World, pool: Pool, since: number): Promise<Found<string>> {
  const template = await world.files.template('journal.sh');
  return await askInTurn(world, pool, tellScript(template, pool.name, since), (text) => text);
}

/** Gives each line that the node's journal gets; ends when `signal` comes, and throws where the connection breaks. */
export async function followJournal(
  world: World,
  node: Node,
  line: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const script = followScript(await world.files.template('journal.sh'), world.settings.name);
  const decoder = new TextDecoder();
  let rest = '';
  const onChunk = (chunk: Uint8Array) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const one of lines) line(one);
  };
  try {
    await world.remote.run(node, script, { timeout: Number.POSITIVE_INFINITY, signal, onChunk });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
