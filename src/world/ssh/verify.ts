// Is this the machine we mean? Its key must be the pinned one, or at first the one that its console shows.
import { PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { keyLine, pin, pinned } from './known-hosts.ts';

type ConsoleKeys = (id: string) => Promise<readonly string[]>;

const changed = (node: Node, where: string): PoolError =>
  new PoolError(
    `${node.name} (${node.id}) shows another host key than ${where}: somebody may be in between; ` +
      "if the machine really was made anew, remove its line from the pool's known_hosts",
  );

/**
 * Accepts or refuses a host key. Throws PoolError on a key that differs from the pinned one, or from all
 * those that the console shows; where the console shows none, the first contact is believed and pinned.
 */
export async function verify(
  file: string,
  node: Node,
  wire: Buffer,
  consoleKeys: ConsoleKeys,
): Promise<void> {
  const key = keyLine(wire);
  const known = await pinned(file, node.id);
  if (known === key) return;
  if (known !== undefined) throw changed(node, `the one pinned in ${file}`);
  const shown = await consoleKeys(node.id);
  if (shown.length > 0 && !shown.some((line) => line.startsWith(key))) throw changed(node, 'its console');
  await pin(file, node.id, key);
}
