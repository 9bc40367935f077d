// Adds the runs up to one line, `N passed, N failed`, and ends with 1 when anything failed.
// Usage: count-tests.mjs NAME=STATUS=FILE…    FILE is vitest's JSON, or empty for a check that has none
import { readFileSync } from 'node:fs';

/** A run that ended badly without a failed test has crashed, or is a check: it counts as one failure. */
function count(run) {
  const [name, status, file] = run.split('=');
  const { numPassedTests: passed, numFailedTests: failed } = read(file);
  return { name, passed, failed: status !== '0' && failed === 0 ? 1 : failed };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}

const counts = process.argv.slice(2).map(count);
const sum = (key) => counts.reduce((total, each) => total + each[key], 0);
for (const { name, failed } of counts) if (failed > 0) console.log(`failed: ${name} (${failed})`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
