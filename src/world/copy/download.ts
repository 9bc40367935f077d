// A file or a folder from a node to this machine, no faster than the disk takes it, counted at both ends.
import { chmodSync, closeSync, openSync } from 'node:fs';
import {
  isName,
  type Look,
  lookScript,
  nameOfCopy,
  parseLook,
  parseSent,
  sendScript,
  wrongOf,
} from '../../plans/copy.ts';
import { PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { modeThere } from '../folder/mode.ts';
import { shownName } from '../folder/name.ts';
import { here } from './here.ts';
import { placeFor } from './place.ts';
import { dateOf, setTime, staged, writeAll } from './stage.ts';
import { noName, type Transfer } from './transfer.ts';
import { NoArchive, unpacking } from './unpack.ts';

/** Takes the node's bytes. `end` gives how many files or bytes they were, and is called where the node is done. */
interface Sink {
  readonly push: (chunk: Uint8Array) => void | Promise<void>;
  readonly end: () => Promise<number>;
  /** Gives up; whatever was opened is closed. */
  readonly drop: () => void | Promise<void>;
}

function fileSink(path: Buffer, { mode, time }: Look): Sink {
  const file = here(path, () => openSync(path, 'wx', 0o600));
  let bytes = 0;
  return {
    push: (chunk) => {
      writeAll(path, file, chunk);
      bytes += chunk.length;
    },
    end: async () => {
      closeSync(file);
      here(path, () => chmodSync(path, modeThere('file', mode)));
      setTime(path, dateOf(time));
      return bytes;
    },
    drop: () => closeSync(file),
  };
}

function folderSink(tree: Buffer, { onLeftOut }: Transfer): Sink {
  const { sink, done } = unpacking(tree, onLeftOut);
  // Told where the copy ends, or with the next piece.
  done.catch(() => undefined);
  return {
    push: (chunk) => {
      if (sink.destroyed) return done.then(() => undefined);
      if (sink.write(chunk)) return;
      return Promise.race([
        new Promise<void>((resolve) => sink.once('drain', () => resolve())),
        done.then(() => undefined),
      ]);
    },
    end: async () => {
      sink.end(undefined);
      return await done;
    },
    drop: async () => {
      sink.destroy();
      await done.catch(() => undefined);
    },
  };
}

/** What else comes in our way is a job that the login shell has begun, or the other stream. */
const mixed = ({ name, id }: Node): PoolError =>
  new PoolError(
    `${name} (${id}): what the login shell prints there mixes with the copy; make its .bashrc silent where it has no terminal, and copy again`,
  );

/** Runs the sending script with its output going into the sink; what the node said of it. */
async function receive(transfer: Transfer, look: Look, from: string, sink: Sink) {
  let [sum, stderr] = [0, ''];
  const onChunk = (chunk: Uint8Array, stream: 'stdout' | 'stderr') => {
    if (stream === 'stderr') {
      stderr += Buffer.from(chunk).toString();
      return;
    }
    sum += chunk.length;
    transfer.onProgress(sum);
    return sink.push(chunk);
  };
  const { remote, node, signal } = transfer;
  const options = { signal, onChunk, timeout: Number.POSITIVE_INFINITY };
  const { code } = await remote.run(node, sendScript(look, from), options);
  return { ...parseSent(look.kind, code, stderr), code, sum };
}

/** Why what came is not what was sent; undefined where it is. */
function troubleOf(
  node: Node,
  { code, count, wrong, bytes, sum }: Awaited<ReturnType<typeof receive>>,
  failed: (why: string) => PoolError,
): PoolError | undefined {
  if (code === 0 && count === undefined) return mixed(node);
  if (code !== 0 || wrong !== '') return failed(wrongOf(wrong, code));
  return bytes === sum ? undefined : mixed(node);
}

async function fill(transfer: Transfer, look: Look, from: string, tree: Buffer): Promise<void> {
  const { node } = transfer;
  const failed = (why: string) =>
    new PoolError(
      `${node.name} (${node.id}): could not copy ${shownName(Buffer.from(from))}: ${why}; copy again`,
    );
  const sink = look.kind === 'file' ? fileSink(tree, look) : folderSink(tree, transfer);
  const sent = await receive(transfer, look, from, sink).catch(async (error) => {
    await sink.drop();
    throw error instanceof NoArchive ? mixed(node) : error;
  });
  for (const { name, why } of sent.leftOut) transfer.onLeftOut(name, why);
  const trouble = troubleOf(node, sent, failed);
  if (trouble) {
    await sink.drop();
    throw trouble;
  }
  const count = await sink.end();
  const what = look.kind === 'file' ? 'bytes' : 'files, folders and links';
  if (count !== sent.count) throw failed(`only ${count} of ${sent.count} ${what} arrived`);
}

/**
 * Copies a file or a folder from the node; returns where it is now. Throws code 2 where `dest` cannot be written to, 1
 * where it is not there or did not arrive whole; then nothing here has changed.
 */
export async function download(transfer: Transfer, from: string, dest: string): Promise<string> {
  const { remote, node, signal } = transfer;
  const { code, stdout, stderr } = await remote.run(node, lookScript(from), { signal });
  if (code !== 0)
    throw new PoolError(
      `${node.name} (${node.id}): could not copy ${shownName(Buffer.from(from))}: ${wrongOf(stderr, code)}`,
    );
  const look = parseLook(stdout);
  if (!look) throw mixed(node);
  const name = nameOfCopy(from, look.real);
  if (!isName(name)) throw noName(from);
  const place = placeFor(look.kind, name, dest);
  await staged(place, (tree) => fill(transfer, look, from, tree), signal);
  return place;
}
