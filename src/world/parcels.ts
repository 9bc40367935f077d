// The archive of a node: long texts travel gzipped, and are packed once for all nodes of a run.
import { gzipSync } from 'node:zlib';
import type { Parcel } from '../plans/configure.ts';
import { type Entry, tar } from './tar.ts';

/** Shorter ones are not worth it, in characters. */
const LONG = 32_768;

const packed = new Map<string, Uint8Array>();
/** The programs and the templates; whoever has more of them in one process need not keep all. */
const MOST_KEPT = 8;

function gzipped(text: string): Uint8Array {
  const known = packed.get(text) ?? gzipSync(text);
  if (packed.size >= MOST_KEPT) packed.clear();
  packed.set(text, known);
  return known;
}

/** What is a text of this length goes as `NAME.gz`; templates/node.sh's `unpack` opens it again. */
const entryOf = ({ name, content, mode }: Parcel): Entry => ({
  ...(typeof content === 'string' && content.length > LONG
    ? { name: `${name}.gz`, content: gzipped(content) }
    : { name, content }),
  ...(mode === undefined ? {} : { mode }),
});

/** A tar for the standard input of a script that begins with `unpack`. */
export const archiveOf = (parcels: readonly Parcel[]): Promise<Buffer> => tar(parcels.map(entryOf));
