// The filter behind the shell that stays, as a real sh and perl run it, before a HAProxy that answers as it is told to.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseStat, SOCKET, STAT } from '../../../src/pool/haproxy-stat.ts';
import { parseProbe } from '../../../src/pool/probe.ts';
import { endOf, questionOf, standing } from '../../../src/pool/standing.ts';

const hasPerl = spawnSync('/bin/sh', ['-c', 'perl -MSocket -e 1']).status === 0;
const withPerl = test.runIf(hasPerl);

let folder = '';
let haproxy: Server;
/** What it answers; undefined: it is silent, and hangs up after ten seconds. */
let table: string | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-filter-'));
  haproxy = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => table !== undefined && socket.end(table));
  });
  await new Promise<void>((resolve) => haproxy.listen(join(folder, 'admin.sock'), resolve));
});
afterEach(() => {
  haproxy.close();
  rmSync(folder, { recursive: true });
});

/** The answers to so many questions. */
async function answers(count: number): Promise<string> {
  const script = standing(`echo load 1\n${STAT}`).replaceAll(SOCKET, join(folder, 'admin.sock'));
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  shell.stdin.end(Array.from({ length: count }, (_, at) => questionOf(at + 1)).join(''));
  let text = '';
  for await (const chunk of shell.stdout) text += chunk;
  return text;
}

withPerl('of what HAProxy tells only what is read is sent, and it means the same', async () => {
  const whole = readFileSync(new URL('./recorded/probe-loaded.txt', import.meta.url), 'utf8');
  table = whole.slice(whole.indexOf('# pxname'), whole.indexOf('\n\n', whole.indexOf('# pxname')) + 2);
  const told = await answers(2);
  expect(told.endsWith(endOf(2))).toBe(true);
  expect(told.length).toBeLessThan(table.length);
  const [first = '', second = ''] = told.split(endOf(1));
  for (const answer of [first, second]) {
    expect(parseStat(answer)).toEqual(parseStat(table));
    expect(parseProbe(answer).load).toBe(1);
  }
  expect(first).toContain('# pxname,svname,qcur,scur,stot,status,lastchg,check_status,hrsp_5xx\n');
});

withPerl.each([
  ['in another order, without one that is read', '# pxname,svname,status,qcur,stot,\na,BACKEND,UP,3,7,\n\n'],
  ['with a comma in its last text', '# pxname,svname,status,qcur,text,\na,BACKEND,UP,3,a,b,\n\n'],
])('columns %s are found by their names', async (_, text) => {
  table = text;
  expect(parseStat(await answers(1))).toEqual(parseStat(text));
});

withPerl.each([
  ['half of a table', '# pxname,svname,qcur,\napp,BACKEND,3'],
  ['something else', 'Permission denied\n\n'],
  ['nothing', ''],
  ['silence', undefined],
])('where HAProxy gives %s the rest is told, and no table', async (_, text) => {
  table = text;
  expect(await answers(1)).toBe(`load 1\n${endOf(1)}`);
});

withPerl('where no HAProxy is the rest is told', async () => {
  haproxy.close();
  expect(await answers(1)).toBe(`load 1\n${endOf(1)}`);
});
