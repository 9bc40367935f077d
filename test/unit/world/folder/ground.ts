// A folder as people have them: names that are no UTF-8, modes, empty folders, links, special files.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

export function newFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'folder-'));
  made.push(path);
  return path;
}

/** A path below `folder` whose last name is these bytes. */
export const byteName = (folder: string, ...bytes: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(bytes)]);

const LONG = 'l'.repeat(200);
const DEEP = Array.from({ length: 30 }, (_, at) => `folder-${at}`).join('/');
const ODD = ['-rf', ' blanks ', 'new\nline', 'back\\slash', '*', '"', "'", 'Ünïcode', 'a', 'A', '$(x)'];

/** Everything that a tar can carry, and that a tool has stumbled over. */
export function harsh(): string {
  const folder = newFolder();
  for (const name of ODD) writeFileSync(join(folder, name), name);
  writeFileSync(byteName(folder, 0x63, 0xe9), 'bytes');
  writeFileSync(join(folder, LONG), 'long');
  mkdirSync(join(folder, DEEP), { recursive: true });
  writeFileSync(join(folder, DEEP, 'deep'), 'deep');
  mkdirSync(join(folder, 'tmp/pids'), { recursive: true, mode: 0o755 });
  for (const mode of [0o600, 0o640, 0o444, 0o755, 0o700, 0o664]) {
    const path = join(folder, `mode-${mode.toString(8)}`);
    writeFileSync(path, 'x');
    chmodSync(path, mode);
  }
  mkdirSync(join(folder, 'closed'));
  chmodSync(join(folder, 'closed'), 0o700);
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'big'), Buffer.alloc(700_001, 'big'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('/etc/passwd', join(folder, 'absolute'));
  symlinkSync('tmp', join(folder, 'to-folder'));
  symlinkSync('.', join(folder, 'loop'));
  symlinkSync(`${'x/'.repeat(90)}y`, join(folder, 'long-link'));
  symlinkSync(Buffer.from([0x63, 0xe9]), join(folder, 'byte-link'));
  return folder;
}

export const fifo = (path: string): string => {
  execFileSync('mkfifo', [path]);
  return path;
};

/** What stands in a folder, a line each, as the system's own find tells it: kind, mode, size, name, target. */
export const listing = (folder: string): readonly string[] =>
  execFileSync(
    'find',
    [
      '.',
      '-mindepth',
      '1',
      '!',
      '-type',
      'd',
      '-printf',
      '%y %m %s %p %l\\0',
      '-o',
      '-type',
      'd',
      '-printf',
      '%y %m %p\\0',
    ],
    { cwd: folder, encoding: 'latin1' },
  )
    .split('\0')
    .slice(0, -1)
    .sort();
