// F13: what comes to its place on this machine does so whole or not at all, also where it is interrupted.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staged } from '../../../../src/world/copy/stage.ts';

const FILES = 1_000;
let folder: string;
let place: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-stage-'));
  place = join(folder, 'place');
  fill(Buffer.from(place), 'old', 0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fill(path: Buffer, text: string, first: number): void {
  mkdirSync(path);
  for (let at = first; at < first + FILES; at += 1) writeFileSync(`${path}/${at}`, text);
}

const texts = (): readonly string[] =>
  readdirSync(place)
    .filter((name) => !name.startsWith('.'))
    .map((name) =>
      [name, readFileSync(join(place, name), 'utf8'), statSync(join(place, name)).ino].join(' '),
    );

test('an interruption while half of it has moved puts all back', async () => {
  const before = texts();
  const { mtimeMs } = statSync(place);
  const interrupted = new AbortController();
  let seen: readonly string[] = [];
  const fillAndInterrupt = async (tree: Buffer) => {
    fill(tree, 'new', FILES / 2);
    setImmediate(() => {
      seen = texts().filter((one) => one.includes(' new '));
      interrupted.abort();
    });
  };
  const copying = staged(place, fillAndInterrupt, interrupted.signal);
  await expect(copying).rejects.toThrow(/^interrupted/);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.length).toBeLessThan(FILES);
  expect(texts()).toEqual(before);
  expect(readdirSync(place).length).toBe(FILES);
  expect(statSync(place).mtimeMs).toBeCloseTo(mtimeMs, 0);
});

test('without one, all of it is there, and what was beside it', async () => {
  await staged(place, async (tree) => fill(tree, 'new', FILES / 2), new AbortController().signal);
  const found = texts().map((one) => one.split(' ')[1]);
  expect([found.length, found.filter((one) => one === 'new').length]).toEqual([1.5 * FILES, FILES]);
});
