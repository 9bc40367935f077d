// Names what failed, adds the runs up to one line, `N passed, N failed`, and ends with 1 when anything failed.
// Usage: count-tests.mjs NAME=STATUS=FILE…    FILE is vitest's JSON, or empty for a check that has none
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** The words of a failure that are told again at the end: who sees only the last page of a log needs no more. */
const LINES_OF_A_FAILURE = 12;

/** A run that ended badly without a failed test has crashed, or is a check: it counts as one failure. */
function count(run) {
  const [name, status, file] = run.split('=');
  const { numPassedTests: passed, numFailedTests: failed, testResults = [] } = read(file);
  return {
    name,
    passed,
    failed: status !== '0' && failed === 0 ? 1 : failed,
    stories: testResults.flatMap(stories),
  };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}

/** What failed in one file of tests: its tests, or the file itself, whose preparation failed. */
function stories({ name, status, message = '', assertionResults = [] }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const told = failed.map(({ fullName, failureMessages }) =>
    story(name, fullName, failureMessages.join('\n')),
  );
  return status === 'failed' && failed.length === 0 ? [story(name, '', message)] : told;
}

function story(file, test, message) {
  const lines = stripVTControlCharacters(message).trimEnd().split('\n').slice(0, LINES_OF_A_FAILURE);
  return [
    `✗ ${[relative('', file), test].filter(Boolean).join(': ')}`,
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
}

const counts = process.argv.slice(2).map(count);
const sum = (key) => counts.reduce((total, each) => total + each[key], 0);
for (const { name, failed, stories: told } of counts) {
  if (failed > 0) console.log([`failed: ${name} (${failed})`, ...told].join('\n'));
}
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
