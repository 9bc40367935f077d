// The last line of `npm test`, from runs that went well, failed and crashed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const script = new URL('../../../scripts/count-tests.mjs', import.meta.url).pathname;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'count-'));
  writeFileSync(join(folder, 'good'), '{"numPassedTests":5,"numFailedTests":0}');
  writeFileSync(join(folder, 'bad'), '{"numPassedTests":2,"numFailedTests":3}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function count(...runs: string[]): { code: number | null; last: string | undefined } {
  const { status, stdout } = spawnSync(process.execPath, [script, ...runs], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { code: status, last: stdout.trimEnd().split('\n').at(-1) };
}

test.for([
  ['all went well', ['a=0=good', 'b=0=good', 'lint=0='], 0, '10 passed, 0 failed'],
  ['a test failed', ['a=0=good', 'b=1=bad'], 1, '7 passed, 3 failed'],
  ['a run crashed before it counted', ['a=0=good', 'b=134=absent'], 1, '5 passed, 1 failed'],
  ['a run crashed after its tests had passed', ['a=1=good'], 1, '5 passed, 1 failed'],
  ['a check failed', ['a=0=good', 'lint=1='], 1, '5 passed, 1 failed'],
  ['no test ran', ['a=0=absent'], 1, '0 passed, 0 failed'],
] as const)('%s', ([, runs, code, last]) => {
  expect(count(...runs)).toEqual({ code, last });
});
