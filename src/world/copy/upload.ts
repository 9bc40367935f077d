// A file or a folder from this machine to a node: one tar over one ssh channel, counted at both ends.
import { realpathSync, type Stats, statSync } from 'node:fs';
import { COUNT, isName, type Kind, nameOfCopy, receiveScript, TREE, wrongOf } from '../../plans/copy.ts';
import { PoolError, usageError } from '../../pool/failure.ts';
import { contents, type Piece } from '../folder/contents.ts';
import { modeThere } from '../folder/mode.ts';
import { reasonOf, shownName } from '../folder/name.ts';
import { below } from '../folder/path.ts';
import { tarred } from '../folder/tarred.ts';
import { type Found, metaOf, type Walking, walk } from '../folder/walk.ts';
import { tar } from '../tar.ts';
import { noName, pathHere, type Transfer } from './transfer.ts';

const refuse = (path: Uint8Array, error: unknown): PoolError =>
  usageError(
    `${shownName(path)} cannot be read: ${reasonOf(error)}; make it readable for you, and copy again: nothing was changed`,
  );

interface Source {
  readonly kind: Kind;
  /** The file or the folder itself; links to one are followed. */
  readonly top: Found;
}

/** Where links lead now: one that is switched meanwhile, as deploy tools do, gives no mixture of both. */
function followed(path: Buffer): Buffer {
  try {
    return realpathSync(path, 'buffer');
  } catch {
    // Whether something is there at all is asked next; a file that was deleted and is still open has no path.
    return path;
  }
}

function statOf(path: Buffer, shown: Buffer): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw refuse(shown, error);
  }
}

function sourceAt(asked: string): Source {
  const bytes = Buffer.from(asked);
  const path = followed(bytes);
  const stats = statOf(path, bytes);
  if (!stats) throw usageError(`there is no file or folder ${shownName(bytes)} here; check src=`);
  if (!stats.isDirectory() && !stats.isFile())
    throw usageError(`${shownName(bytes)} is neither a file nor a folder; check src=`);
  const kind = stats.isDirectory() ? 'folder' : 'file';
  return { kind, top: { name: Buffer.alloc(0), path, kind, ...metaOf(stats) } };
}

/** Counts what goes into the archive: what went away meanwhile does not. */
async function* counted(pieces: AsyncIterable<Piece>, count: () => void): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    if ('entry' in piece) count();
    yield piece;
  }
}

function* withTop({ kind, top }: Source, walking: Walking): Generator<Found> {
  yield top;
  if (kind === 'folder') yield* walk(top.path, walking);
}

const TOP = Buffer.from(TREE);

async function* packed(source: Source, { onLeftOut, onProgress }: Transfer): AsyncGenerator<Uint8Array> {
  const walking: Walking = { isLeftOut: () => false, tell: onLeftOut, refuse };
  let count = 0;
  let sum = 0;
  const pieces = counted(contents(withTop(source, walking), walking), () => {
    count += 1;
  });
  const head = (entry: Found & { readonly size: number }) => ({
    ...entry,
    name: below(TOP, entry.name),
    mode: modeThere(entry.kind, entry.mode),
  });
  for await (const chunk of tarred(pieces, head)) {
    yield chunk;
    sum += chunk.length;
    onProgress(sum);
  }
  yield tar([{ name: COUNT, content: `${count}` }]);
}

/**
 * Copies a file or a folder to the node. Throws code 2 where it is not here or cannot be read, 1 where the node refuses
 * it; then nothing there has changed.
 */
export async function upload(transfer: Transfer, src: string, dest: string): Promise<void> {
  const { remote, node, signal } = transfer;
  const path = pathHere(src);
  const source = sourceAt(path);
  const name = nameOfCopy(path, `${source.top.path}`);
  if (!isName(name)) throw noName(src);
  const script = receiveScript(source.kind, name, dest);
  const input = packed(source, transfer);
  const { code, stderr } = await remote.run(node, script, {
    input,
    signal,
    timeout: Number.POSITIVE_INFINITY,
  });
  if (code !== 0)
    throw new PoolError(
      `${node.name} (${node.id}): could not copy to ${shownName(Buffer.from(dest))}: ${wrongOf(stderr, code)}; mend that, and copy again`,
    );
}
