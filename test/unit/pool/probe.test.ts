import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseProbe, parseStat } from '../../../src/pool/probe.ts';

const recorded = await readFile(new URL('./recorded/probe.txt', import.meta.url), 'utf8');

test('a recorded probe gives load, processors, hash and who is up', () => {
  expect(parseProbe(recorded)).toEqual({
    load: 0.18,
    cpus: 2,
    configHash: '82cbe6f689de221bf4a47c413bfb28aefb1a9ec6e9c95c77fd2ea1b9bf90a89a',
    servers: [
      { id: 'i-0aaa', status: 'UP', sessions: 0 },
      { id: 'i-0bbb', status: 'DOWN', sessions: 0 },
    ],
  });
});

test('what a node does not tell is unknown, never zero', () => {
  expect(parseProbe('load \ncpus 2\nhash \n')).toEqual({
    load: undefined,
    cpus: 2,
    configHash: undefined,
    servers: [],
  });
  expect(parseProbe('')).toEqual({ load: undefined, cpus: undefined, configHash: undefined, servers: [] });
});

test('columns are found by their names', () => {
  expect(parseStat('# pxname,svname,status,scur,\napp,i-1,MAINT,4,\napp,BACKEND,UP,4,\n')).toEqual([
    { id: 'i-1', status: 'MAINT', sessions: 4 },
  ]);
});
