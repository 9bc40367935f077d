// F6: host keys that cannot be read or kept are this machine's trouble, told before anything is touched.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OwnTrouble } from '../../../../src/pool/failure.ts';
import { checkWritable, knownHostsPath, pin, pinned } from '../../../../src/world/ssh/known-hosts.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'poolparty-hosts-'));
});
afterEach(() => rm(home, { recursive: true }));

const file = () => knownHostsPath(home, 'party');

test('a home without a pool is fine, and the check makes nothing in it', async () => {
  await checkWritable(file());
  expect(await readdir(home)).toEqual([]);
});

const ILL: readonly (readonly [what: string, make: () => Promise<unknown>, code: string])[] = [
  ['a file in place of its folder', () => writeFile(join(home, '.poolparty'), ''), 'ENOTDIR'],
  ['a folder in its place', () => mkdir(file(), { recursive: true }), 'EISDIR'],
  ['a link to itself', () => symlink('.poolparty', join(home, '.poolparty')), 'ELOOP'],
];

test.for(ILL)('F6: %s is refused with code 2', async ([_what, make, code]) => {
  await make();
  const trouble = { name: 'PoolError', code: 2, message: expect.stringContaining(`(${code})`) };
  await expect(checkWritable(file())).rejects.toMatchObject(trouble);
  await expect(checkWritable(file())).rejects.toBeInstanceOf(OwnTrouble);
  await expect(pin(file(), 'i-1', 'ssh-ed25519 AAAA')).rejects.toBeInstanceOf(OwnTrouble);
});

test('F6: a read-only disk is refused', async () => {
  await expect(checkWritable(knownHostsPath('/proc/self', 'party'))).rejects.toBeInstanceOf(OwnTrouble);
});

test('what cannot be read is not taken for a file without keys', async () => {
  await mkdir(file(), { recursive: true });
  await expect(pinned(file(), 'i-1')).rejects.toThrow(OwnTrouble);
});

test('F6: a pipe in its place is refused at once, and not read for ever', async () => {
  await mkdir(dirname(file()), { recursive: true });
  execFileSync('mkfifo', [file()]);
  await expect(checkWritable(file())).rejects.toBeInstanceOf(OwnTrouble);
  await expect(pinned(file(), 'i-1')).rejects.toMatchObject({ message: expect.stringContaining('no file') });
});

test('F6: a home below /proc is refused at once where its folders cannot be made', async () => {
  await expect(pin(knownHostsPath('/proc', 'party'), 'i-1', 'ssh-ed25519 AAAA')).rejects.toBeInstanceOf(
    OwnTrouble,
  );
});
