// The last lines of `npm test`, from runs that went well, failed and crashed.
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

function said(...runs: string[]): { code: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, [script, ...runs], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { code: status, lines: stdout.trimEnd().split('\n') };
}

test.for([
  ['all went well', ['a=0=good', 'b=0=good', 'lint=0='], 0, '10 passed, 0 failed'],
  ['a test failed', ['a=0=good', 'b=1=bad'], 1, '7 passed, 3 failed'],
  ['a run crashed before it counted', ['a=0=good', 'b=134=absent'], 1, '5 passed, 1 failed'],
  ['a run crashed after its tests had passed', ['a=1=good'], 1, '5 passed, 1 failed'],
  ['a check failed', ['a=0=good', 'lint=1='], 1, '5 passed, 1 failed'],
  ['no test ran', ['a=0=absent'], 1, '0 passed, 0 failed'],
] as const)('%s', ([, runs, code, last]) => {
  const { code: ended, lines } = said(...runs);
  expect({ code: ended, last: lines.at(-1) }).toEqual({ code, last });
});

test('what failed is named beside the count, with the first lines of why', () => {
  const long = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
  const failed = {
    status: 'failed',
    fullName: 'row 1: it starts',
    failureMessages: [`\x1b[31m${long}\x1b[39m`],
  };
  const testResults = [
    { name: join(folder, 'a.test.ts'), status: 'failed', assertionResults: [failed, { status: 'passed' }] },
    { name: join(folder, 'b.test.ts'), status: 'failed', message: 'no machine', assertionResults: [] },
    { name: join(folder, 'c.test.ts'), status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  writeFileSync(join(folder, 'named'), JSON.stringify({ numPassedTests: 2, numFailedTests: 1, testResults }));
  expect(said('a=1=named').lines).toEqual([
    'failed: a (1)',
    '✗ a.test.ts: row 1: it starts',
    ...Array.from({ length: 12 }, (_, line) => `    line ${line}`),
    '✗ b.test.ts',
    '    no machine',
    '2 passed, 1 failed',
  ]);
});
