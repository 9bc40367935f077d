// The archive of a node: long texts travel gzipped, and are packed once for all nodes of a run; a release is streamed.
import { gzipSync } from 'node:zlib';
import type { Parcel } from '../plans/configure.ts';
import { END, header, padding } from './folder/headers.ts';
import type { Bulk } from './spool.ts';
import { type Entry, openTar, tar } from './tar.ts';
import type { RunOptions } from './world.ts';

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
export const archiveOf = (parcels: readonly Parcel[]): Buffer => tar(parcels.map(entryOf));

async function* releaseEntry({ size, chunks }: Bulk): AsyncGenerator<Uint8Array> {
  yield header({ name: Buffer.from('release.tar.gz'), kind: 'file', mode: 0o644, size, time: 0 });
  yield* chunks();
  yield Buffer.concat([padding(size), END]);
}

/** The same with a release at its end, which is never held in memory; to be made anew for each attempt. */
export const sending = (
  parcels: readonly Parcel[],
  release: Bulk | undefined,
): Pick<RunOptions, 'stdin' | 'input'> =>
  release === undefined
    ? { stdin: archiveOf(parcels) }
    : { stdin: openTar(parcels.map(entryOf)), input: releaseEntry(release) };
