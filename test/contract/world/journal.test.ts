// The journal's script as a real shell runs it: appended whole, kept in five parts, told in order, explained.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hadNone, keepScript, tellScript } from '../../../src/plans/journal-script.ts';
import { runHere } from '../../../src/world/journal/here.ts';
import { builtIn } from '../../unit/built-in.ts';

let root = '';
let template = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'journal-'));
  template = builtIn['journal.sh'].replace('/var/lib/', `${root}/`).replace('/run/', `${root}/run-`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const NOTHING = new Uint8Array();
const folder = () => join(root, 'poolparty', 'journal');
const file = (name: string) => readFileSync(join(folder(), name));

async function keep(word: string, ...records: readonly string[]) {
  const { script, stdin } = keepScript(template, 'party', word, records);
  return await runHere(script, stdin, 10_000);
}
const tell = async (since = 0) => await runHere(tellScript(template, 'party', since), NOTHING, 10_000);

test('records are appended, the last word stands beside them, and only the first time it is new', async () => {
  const first = await keep('{"word":1}', 'one', 'two');
  const second = await keep('', 'three');
  expect([first.code, second.code, hadNone(first.stdout), hadNone(second.stdout)]).toEqual([
    0,
    0,
    true,
    false,
  ]);
  expect(await tell()).toEqual({ code: 0, stdout: 'one\ntwo\nthree\n', stderr: '' });
  expect(readFileSync(join(root, 'run-poolparty', 'verdict.json'), 'utf8')).toBe('{"word":1}\n');
  expect((statSync(folder()).mode & 0o777).toString(8)).toBe('750');
  expect((statSync(join(folder(), 'party.jsonl')).mode & 0o777).toString(8)).toBe('640');
});

test('a last word alone takes the place of the one before, and makes no journal', async () => {
  await keep('{"word":1}');
  await keep('{"word":2}');
  expect(readFileSync(join(root, 'run-poolparty', 'verdict.json'), 'utf8')).toBe('{"word":2}\n');
  expect((await tell()).code).toBe(44);
});

test('of an input that breaks off nothing is kept, and nothing is left lying about', async () => {
  const { script, stdin } = keepScript(template, 'party', '{}', ['one', 'two']);
  const { code, stderr } = await runHere(script, stdin.subarray(0, -3), 10_000);
  expect([code, stderr]).toEqual([1, 'the records did not arrive whole\n']);
  expect((await tell()).code).toBe(44);
});

test('what follows a record that was cut off begins on a line of its own', async () => {
  await runHere(`mkdir -p ${folder()}; printf '{"cut' >${folder()}/party.jsonl`, NOTHING, 1_000);
  await keep('', 'whole');
  expect((await tell()).stdout).toBe('{"cut\nwhole\n');
});

test('parts of 5 MB, the newest five and the present one; told oldest first, old parts on request not', async () => {
  const big = (number: number) => `${number}${'x'.repeat(5_000_000)}`;
  for (let number = 1; number <= 7; number += 1) await keep('', big(number));
  await keep('', 'last');
  const told = (await tell()).stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(0, 4));
  expect(told).toEqual(['3xxx', '4xxx', '5xxx', '6xxx', '7xxx', 'last']);
  expect(gunzipSync(file('party.jsonl.1.gz')).subarray(0, 2).toString()).toBe('7x');
  expect((await tell(Date.now() + 60_000)).stdout).toBe('last\n');
}, 30_000);

test('two who append at once lose nothing, and lines stay whole', async () => {
  const mine = Array.from({ length: 20 }, (_, at) => `${at}`.repeat(5_000));
  await Promise.all(mine.map((line) => keep('', line)));
  expect((await tell()).stdout.trimEnd().split('\n').sort()).toEqual([...mine].sort());
});
