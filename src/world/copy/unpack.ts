// A tar from a node as files of this machine. The node is not trusted: nothing is written but below the given folder.
import { chmodSync, closeSync, constants, lutimesSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { type Extract, extract, type Header } from 'tar-stream';
import { PoolError } from '../../pool/failure.ts';
import { modeThere } from '../folder/mode.ts';
import { shownName } from '../folder/name.ts';
import { below } from '../folder/path.ts';
import { here } from './here.ts';
import { dateOf, setTime, writeAll } from './stage.ts';

type Tell = (name: Uint8Array, why: string) => void;

interface Late {
  readonly path: Buffer;
  readonly header: Header;
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Names in the archive are relative, and lead nowhere else; the folder itself is ''. */
function nameOf({ name }: Header): Buffer {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0'))
    throw new PoolError(
      `the node sent a file named ${shownName(bytesOf(name))}, which would be written elsewhere; nothing was copied`,
    );
  return bytesOf(parts.join('/'));
}

/** Times before 1970 come out of tar-stream a second late, as it takes them for ones' complement. */
function timeOf({ mtime }: Header): Date {
  const time = mtime?.getTime() ?? 0;
  return dateOf((time < 0 ? time - 1_000 : time) / 1_000);
}

/** A file that is there already is refused: the archive has each name once. */
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

async function writeFile(path: Buffer, header: Header, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = here(path, () => openSync(path, NEW, 0o600));
  try {
    for await (const chunk of bytes) writeAll(path, file, chunk);
  } finally {
    closeSync(file);
  }
  here(path, () => chmodSync(path, modeThere('file', header.mode ?? 0o644)));
  setTime(path, timeOf(header));
}

/** Links come last, so that nothing is ever written through one; modes of folders after what is in them. */
function finish(links: readonly Late[], folders: readonly Late[]): void {
  for (const { path, header } of links) {
    here(path, () => symlinkSync(bytesOf(header.linkname ?? ''), path));
    here(path, () => lutimesSync(path, timeOf(header), timeOf(header)));
  }
  for (const { path, header } of folders.toReversed()) {
    here(path, () => chmodSync(path, modeThere('folder', header.mode ?? 0o755)));
    setTime(path, timeOf(header));
  }
}

const SPECIAL: Readonly<Record<string, string>> = {
  fifo: 'a pipe (FIFO)',
  'character-device': 'a device',
  'block-device': 'a device',
};

class Unpacking {
  readonly #tree: Buffer;
  readonly #tell: Tell;
  readonly #links: Late[] = [];
  readonly #folders: Late[] = [];

  constructor(tree: Buffer, tell: Tell) {
    this.#tree = tree;
    this.#tell = tell;
  }

  async take(header: Header, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const name = nameOf(header);
    const path = below(this.#tree, name);
    if (header.type === 'directory') this.#makeFolder({ path, header });
    else if (header.type === 'symlink') this.#links.push({ path, header });
    else if (header.type === 'file' || header.type === 'contiguous-file')
      await writeFile(path, header, bytes);
    else this.#tell(name, SPECIAL[header.type ?? ''] ?? `of kind ${header.type}`);
  }

  #makeFolder(late: Late): void {
    here(late.path, () => mkdirSync(late.path, { mode: 0o700 }));
    this.#folders.push(late);
  }

  finish = (): void => finish(this.#links, this.#folders);
}

/** Its types know no options. */
const extractBytes = extract as unknown as (options: { filenameEncoding: BufferEncoding }) => Extract;

/** What came is no tar, or none that is whole. */
export class NoArchive extends Error {}

/** Unpacks what is written to `sink`; `done` is the number of entries, those that were left out included. */
export function unpacking(tree: Buffer, tell: Tell) {
  const sink = extractBytes({ filenameEncoding: 'latin1' });
  let broken: Error | undefined;
  sink.on('error', (error) => {
    broken = error;
  });
  async function all(): Promise<number> {
    const unpacked = new Unpacking(tree, tell);
    let count = 0;
    for await (const entry of sink) {
      count += 1;
      await unpacked.take(entry.header, entry as AsyncIterable<Uint8Array>);
      entry.resume();
    }
    unpacked.finish();
    return count;
  }
  const done = all().catch((error: unknown) => {
    throw error === broken ? new NoArchive(broken?.message, { cause: error }) : error;
  });
  return { sink, done };
}
