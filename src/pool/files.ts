// A file that reaches a node, and what to do there when it changed.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What a changed file asks for; a unit file is read again by systemd whatever stands here. */
type Reaction =
  | 'reload-haproxy'
  | 'restart-heartbeat'
  | 'restart-app'
  | 'restart-data'
  | 'restart-maintain'
  | 'load-firewall'
  | 'nothing';

export interface NodeFile {
  /** Absolute, on the node. */
  readonly path: string;
  readonly mode: number;
  readonly owner: string;
  readonly content: string;
  /** sha256 of the content, hex. */
  readonly hash: string;
  readonly reaction: Reaction;
  /** What a manifest says of it: mode, owner, hash. */
  readonly entry: string;
}

/** sha256 of text (as UTF-8) or bytes, in hex. */
export const hashOf = (content: string | Uint8Array): string =>
  bytesToHex(sha256(typeof content === 'string' ? utf8ToBytes(content) : content));

/** Most files are the same on every node, and each time that they are made: the short ones are hashed once. */
const hashes = new Map<string, string>();
const MOST_HASHES = 1_000;
const LONGEST_KEPT = 20_000;

function hashFor(content: string): string {
  if (content.length > LONGEST_KEPT) return hashOf(content);
  const hash = hashes.get(content) ?? hashOf(content);
  if (hashes.size >= MOST_HASHES) hashes.clear();
  hashes.set(content, hash);
  return hash;
}

export interface FileOptions {
  readonly mode?: number;
  readonly owner?: string;
  readonly reaction?: Reaction;
}

/** `0644` and so on, as chmod reads it. */
export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** A file of root's that everyone may read, unless said otherwise. */
export function nodeFile(path: string, content: string, options: FileOptions = {}): NodeFile {
  const { mode = 0o644, owner = 'root', reaction = 'nothing' } = options;
  const hash = hashFor(content);
  return { path, mode, owner, content, hash, reaction, entry: `${octal(mode)} ${owner} ${hash}` };
}
