// Finds the entry of a path in the metadata tree, and lists folders as EC2 does.
import type { Node } from './tree.ts';

type Folder = Exclude<Node, string | (() => string) | undefined>;

const isFolder = (node: Node): node is Folder => typeof node === 'object';

function list(folder: Folder): string {
  const present = Object.entries(folder).filter(([, node]) => node !== undefined);
  return present
    .map(([name, node]) => (isFolder(node) && !name.includes('=') ? `${name}/` : name))
    .join('\n');
}

/** `public-keys` lists `0=name`, and answers to `0`. */
function child(folder: Folder, name: string): Node {
  if (Object.hasOwn(folder, name)) return folder[name];
  const numbered = /^\d+$/.test(name) && Object.keys(folder).find((key) => key.startsWith(`${name}=`));
  return numbered ? folder[numbered] : undefined;
}

/** The text at a path, or undefined when there is nothing. */
export function lookUp(root: Node, path: readonly string[]): string | undefined {
  let node = root;
  for (const name of path) node = isFolder(node) ? child(node, name) : undefined;
  if (node === undefined) return undefined;
  if (typeof node === 'function') return node();
  return isFolder(node) ? list(node) : node;
}
