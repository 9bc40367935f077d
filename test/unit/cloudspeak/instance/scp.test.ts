import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Remote } from '../../../../src/world/world.ts';
import { FakeOutside, speak } from '../../fake-world.ts';
import { LocalShell } from './local-shell.ts';

let folder: string;
let here: string;
let there: string;
let outside: FakeOutside;
let shell: LocalShell;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolparty scp '));
  here = join(folder, 'here');
  there = join(folder, "the node's");
  await mkdir(here);
  await mkdir(there);
  shell = new LocalShell();
  outside = Object.assign(new FakeOutside(), { remote: async (): Promise<Remote> => shell });
  outside.ec2.has('party');
  outside.ec2.has('party', { launchedAt: new Date('2030-01-01') });
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const scp = (...words: string[]) => speak(['instance', 'scp', ...words], outside);

describe('instance scp', () => {
  test('row 9: copies a file to that node only and deletes nothing', async () => {
    await writeFile(join(here, 'new-notes.txt'), 'new');
    await writeFile(join(there, 'old.txt'), 'old');
    const { code, stdout } = await scp('i=1', `src=${here}/new-notes.txt`, `dest=${there}`);
    expect({ code, ran: shell.ran }).toEqual({ code: 0, ran: ['node1'] });
    expect(stdout).toMatch(/^-- Copied .*new-notes.txt to node1:.* \(0\.0 MiB\)\n$/);
    expect(await readFile(join(there, 'new-notes.txt'), 'utf8')).toBe('new');
    expect(await readFile(join(there, 'old.txt'), 'utf8')).toBe('old');
  });

  test('a file takes the new name that it is given, and keeps its mode', async () => {
    await writeFile(join(here, 'run'), '#!/bin/sh');
    await chmod(join(here, 'run'), 0o750);
    expect((await scp(`src=${here}/run`, `dest=${there}/walk`)).code).toBe(0);
    expect((await stat(join(there, 'walk'))).mode & 0o777).toBe(0o750);
  });

  test('row 9: a folder is merged into the one that is there', async () => {
    await mkdir(join(here, 'site', 'deep'), { recursive: true });
    await writeFile(join(here, 'site', 'deep', '-odd "name"'), 'x'.repeat(300_000));
    await symlink('deep', join(here, 'site', 'link'));
    await mkdir(join(there, 'site'));
    await writeFile(join(there, 'site', 'kept'), 'kept');
    expect((await scp(`src=${here}/site`, `dest=${there}`)).code).toBe(0);
    expect((await readFile(join(there, 'site', 'link', '-odd "name"'))).length).toBe(300_000);
    expect(await readFile(join(there, 'site', 'kept'), 'utf8')).toBe('kept');
  });

  test('from= brings a file and a folder back', async () => {
    await mkdir(join(there, 'logs'));
    await writeFile(join(there, 'logs', 'a.log'), 'a');
    expect((await scp(`from=${there}/logs/a.log`, `dest=${here}/b.log`)).code).toBe(0);
    expect(await readFile(join(here, 'b.log'), 'utf8')).toBe('a');
    expect((await scp(`from=${there}/logs`, `dest=${here}`)).code).toBe(0);
    expect(await readFile(join(here, 'logs', 'a.log'), 'utf8')).toBe('a');
  });

  test('a file that is not here is a wrong request, and no node is asked', async () => {
    const { code, stderr } = await scp(`src=${here}/absent`, 'dest=/tmp');
    expect({ code, ran: shell.ran }).toEqual({ code: 2, ran: [] });
    expect(stderr).toContain(`there is no file or folder ${here}/absent here`);
  });

  test.for([['dest=/tmp'], ['src=a'], ['src=a', 'from=b', 'dest=c']])(
    '%j is a wrong request',
    async (words) => {
      expect((await scp(...words)).code).toBe(2);
      expect(shell.ran).toEqual([]);
    },
  );

  test('a file that is not on the node is named with the node', async () => {
    const { code, stderr } = await scp(`from=${there}/absent`, `dest=${here}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /node0 \(i-\w+\): could not copy .*absent: .*absent is no file and no folder there/,
    );
  });

  test('a folder that is not on the node is named with the node', async () => {
    await writeFile(join(here, 'a'), 'a');
    const { code, stderr } = await scp(`src=${here}/a`, `dest=${there}/absent/a`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/node0 .*there is no folder .*absent there/);
  });

  test('two nodes at once are refused', async () => {
    await writeFile(join(here, 'a'), 'a');
    expect((await scp('i=all', `src=${here}/a`, 'dest=/tmp')).code).toBe(2);
    expect(shell.ran).toEqual([]);
  });
});
