// The name of a folder's content: equal folders have equal ones on every machine, whatever the times and the owners.
import { createHash } from 'node:crypto';
import type { Entry, Piece } from './contents.ts';
import { modeThere } from './mode.ts';

/** git keeps no bit of the group's for writing: two clones of one commit may differ there, and are the same. */
const GROUP_WRITES = 0o020;

/** Lengths stand before what they measure, so that no two folders give the same bytes. */
function record({ name, kind, mode, size, target }: Entry): string {
  const permissions = (modeThere(kind, mode) & ~GROUP_WRITES).toString(8);
  const texts = [name, target ?? Buffer.alloc(0)].map(
    (bytes) => `${bytes.length}:${bytes.toString('latin1')}`,
  );
  return [kind, kind === 'link' ? '' : permissions, String(size), ...texts].join(' ');
}

export class Digest {
  readonly #hash = createHash('sha256');

  take(piece: Piece): void {
    if ('bytes' in piece) this.#hash.update(piece.bytes);
    else this.#hash.update(Buffer.from(`${record(piece.entry)}\n`, 'latin1'));
  }

  /** sha256, hex; ends the digest. */
  end(): string {
    return this.#hash.digest('hex');
  }
}
