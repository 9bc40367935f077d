// A folder becomes a tar and is a folder again, byte for byte, by the system's own tar.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contents, type Piece } from '../../../../src/world/folder/contents.ts';
import { END } from '../../../../src/world/folder/headers.ts';
import { shownName } from '../../../../src/world/folder/name.ts';
import { tarred } from '../../../../src/world/folder/tarred.ts';
import { type Walking, walk } from '../../../../src/world/folder/walk.ts';
import { byteName, fifo, harsh, listing, newFolder } from './ground.ts';

interface Told {
  readonly name: string;
  readonly why: string;
}

function walking(told: Told[] = [], isLeftOut: Walking['isLeftOut'] = () => false): Walking {
  return {
    isLeftOut,
    tell: (name, why) => told.push({ name: shownName(name), why }),
    refuse: (path, error) => new Error(`${shownName(path)}: ${(error as NodeJS.ErrnoException).message}`),
  };
}

const piecesOf = (folder: string, by: Walking): AsyncGenerator<Piece> =>
  contents(walk(Buffer.from(folder), by), by);

async function archiveOf(folder: string, by = walking()): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tarred(piecesOf(folder, by), (entry) => ({
    ...entry,
    mode: entry.mode & 0o1777,
  })))
    chunks.push(chunk);
  return Buffer.concat([...chunks, END]);
}

function unpacked(archive: Buffer): string {
  const folder = newFolder();
  execFileSync('tar', ['-x', '-p', '-f', '-', '-C', folder], { input: archive });
  return folder;
}

describe('F5, F15, F16: a folder as it is', () => {
  test('names, modes, empty folders, links and contents all arrive', async () => {
    const folder = harsh();
    const there = unpacked(await archiveOf(folder));
    expect(listing(there)).toEqual(listing(folder));
    execFileSync('diff', ['-r', '--no-dereference', folder, there]);
  });

  test('a name that is no UTF-8 between two folders ends nothing', async () => {
    const folder = newFolder();
    for (const name of ['a', 'z']) {
      mkdirSync(join(folder, name));
      for (let at = 0; at < 20; at += 1) writeFileSync(join(folder, name, `${at}`), `${at}`);
    }
    writeFileSync(byteName(folder, 0x6d, 0xe9), 'm');
    expect(listing(unpacked(await archiveOf(folder)))).toHaveLength(43);
  });

  test('special files are named and left out', async () => {
    const folder = newFolder();
    fifo(join(folder, 'pipe'));
    writeFileSync(join(folder, 'x'), 'x');
    const told: Told[] = [];
    const there = unpacked(await archiveOf(folder, walking(told)));
    expect(told).toEqual([{ name: 'pipe', why: 'a pipe (FIFO)' }]);
    expect(listing(there)).toHaveLength(1);
  });

  test('a size above 8 GiB is told as tar reads it', async () => {
    const folder = newFolder();
    const path = join(folder, 'huge');
    writeFileSync(path, '');
    truncateSync(path, 9 * 1024 ** 3);
    const heads = tarred(piecesOf(folder, walking()), (entry) => entry);
    const { value } = await heads.next();
    await heads.return(undefined);
    const listed = execFileSync('sh', ['-c', 'tar -tvf - 2>/dev/null || true'], { input: value as Buffer });
    expect(listed.toString()).toContain(` ${9 * 1024 ** 3} `);
  });
});

describe('files that change while they are read', () => {
  /** Calls `change` after the entry of the file has come. */
  async function packedWhile(
    size: number,
    change: (path: string) => void,
    told: Told[] = [],
  ): Promise<string> {
    const folder = newFolder();
    const path = join(folder, 'b');
    writeFileSync(path, Buffer.alloc(size, 'x'));
    writeFileSync(join(folder, 'a'), 'a');
    writeFileSync(join(folder, 'c'), 'c');
    async function* changing(): AsyncGenerator<Piece> {
      for await (const piece of piecesOf(folder, walking(told))) {
        yield piece;
        if ('entry' in piece && piece.entry.name.toString() === 'b') change(path);
      }
    }
    const chunks: Buffer[] = [];
    for await (const chunk of tarred(changing(), (entry) => entry)) chunks.push(chunk);
    return unpacked(Buffer.concat([...chunks, END]));
  }

  test('one that grows is copied as it was measured', async () => {
    const there = await packedWhile(600_000, (path) => appendFileSync(path, 'more'));
    expect(listing(there)).toEqual(['f 644 1 ./a ', 'f 644 1 ./c ', 'f 644 600000 ./b ']);
  });

  test('one that becomes shorter ends it with its name', async () => {
    const cut = packedWhile(600_000, (path) => truncateSync(path, 10));
    await expect(cut).rejects.toThrow(/\/b: it became shorter while it was read/);
  });

  test('one that goes away is named, the rest arrives', async () => {
    const folder = newFolder();
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), name);
    const told: Told[] = [];
    const by = walking(told);
    async function* vanishing(): AsyncGenerator<Piece> {
      for await (const piece of piecesOf(folder, by)) {
        yield piece;
        rmSync(join(folder, 'b'), { force: true });
      }
    }
    const chunks: Buffer[] = [];
    for await (const chunk of tarred(vanishing(), (entry) => entry)) chunks.push(chunk);
    expect(listing(unpacked(Buffer.concat([...chunks, END])))).toHaveLength(2);
    expect(told).toEqual([{ name: 'b', why: 'it went away meanwhile' }]);
  });

  test('a folder that cannot be listed is refused with its path', async () => {
    const folder = newFolder();
    await expect(archiveOf(join(folder, 'none'))).rejects.toThrow(/\/none: ENOENT/);
  });
});

test('one file is open at a time', async () => {
  const folder = newFolder();
  for (let at = 0; at < 100; at += 1) writeFileSync(join(folder, `${at}`), Buffer.alloc(300_000));
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  let most = 0;
  for await (const _ of piecesOf(folder, walking())) most = Math.max(most, open());
  expect(most).toBeLessThanOrEqual(before + 1);
});
