// Entries and their bytes as a tar.
import type { Entry, Piece } from './contents.ts';
import { type Head, header, padding } from './headers.ts';

/** The header of an entry, in the name under which it is to be unpacked. */
export type HeadOf = (entry: Entry) => Head;

/** A tar without its end, so that more can follow. */
export async function* tarred(pieces: AsyncIterable<Piece>, headOf: HeadOf): AsyncGenerator<Buffer> {
  let pad: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    if ('bytes' in piece) {
      yield piece.bytes;
      continue;
    }
    const head = header(headOf(piece.entry));
    yield pad.length === 0 ? head : Buffer.concat([pad, head]);
    pad = padding(piece.entry.size);
  }
  if (pad.length > 0) yield pad;
}
