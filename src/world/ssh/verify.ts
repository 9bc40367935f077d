// Is this the machine we mean? Its key must be the one in its tag and the pinned one, or at first its console's.
import { PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { HOST_KEY_TAG, hostKeyOf, isPublicKey } from '../../pool/keys.ts';
import { keyLine, pin, pinned } from './known-hosts.ts';

type ConsoleKeys = (id: string) => Promise<readonly string[]>;

const UNPIN = "if the machine really was made anew, remove its line from the pool's known_hosts";
const UNTAG = 'if its key really was changed, remove that tag, or terminate the instance';

const NO_KEY = 'is another program listening where its sshd should?';

const changed = (node: Node, where: string, mend = UNPIN): PoolError =>
  new PoolError(
    `${node.name} (${node.id}) shows another host key than ${where}: somebody may be in between; ${mend}`,
  );

/**
 * Accepts or refuses a host key. Throws PoolError on what is no ed25519 key, and on a key that differs from the one in the instance's tag, from the
 * pinned one, or at first from all those that the console shows; where neither tag nor console shows one, the first
 * contact is believed. What is accepted is pinned.
 */
export async function verify(
  file: string,
  node: Node,
  wire: Buffer,
  consoleKeys: ConsoleKeys,
): Promise<void> {
  const key = keyLine(wire);
  // It is to stand in a file of keys, line by line: nothing but a key may.
  if (!isPublicKey(key))
    throw new PoolError(`${node.name} (${node.id}) shows no ed25519 host key; ${NO_KEY}`);
  const told = hostKeyOf(node);
  if (told !== undefined && told !== key) throw changed(node, `its tag ${HOST_KEY_TAG}`, UNTAG);
  const known = await pinned(file, node.id);
  if (known === key) return;
  if (known !== undefined) throw changed(node, `the one pinned in ${file}`);
  const shown = told === undefined ? await consoleKeys(node.id) : [told];
  if (shown.length > 0 && !shown.some((line) => line.startsWith(key))) throw changed(node, 'its console');
  await pin(file, node.id, key);
}
