// What machines need of their host is what the set-up installs, and what is missing is named.
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { hostPackages, missing } from '../../../../src/local-cloud/machines/prerequisites.ts';

/** Every Debian has it. */
const essential = ['util-linux'];

test.for(hostPackages.filter((name) => !essential.includes(name)))('the set-up installs %s', (name) => {
  const words = readFileSync(new URL('../../../../scripts/lib.sh', import.meta.url), 'utf8').split(/[\s()]+/);
  expect(words).toContain(name);
});

test('someone who is not root is told so, in one line', async () => {
  const { getuid } = process;
  onTestFinished(() => {
    Object.assign(process, { getuid });
  });
  Object.assign(process, { getuid: () => 1000 });
  expect((await missing()).filter((line) => /root/.test(line))).toHaveLength(1);
  Object.assign(process, { getuid: () => 0 });
  expect((await missing()).filter((line) => /root/.test(line))).toEqual([]);
});
