import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { environmentFile } from '../../../src/plans/environment.ts';

const value = fc
  .array(
    fc.oneof(fc.constantFrom('"', "'", '\\', '$HOME', '`', '\n', '\t', ' ', '#', '%h', ';'), fc.string()),
  )
  .map((parts) => parts.join('').replace(/[^\P{Cc}\t\n]/gu, ''));

// systemd's file has the shell's rules for double quotes (systemd.exec(5)), so a shell can judge.
test('a shell that reads the file has the values as they were', () => {
  fc.assert(
    fc.property(value, (text) => {
      const script = `${environmentFile({ ODD: text })}printf '%s' "$ODD"`;
      expect(spawnSync('/bin/sh', ['-c', script]).stdout.toString()).toBe(text);
    }),
    { numRuns: 60 },
  );
});

test.for([
  ['A-B', 'x'],
  ['1A', 'x'],
  ['', 'x'],
  ['A', 'bell\u0007'],
  ['A', 'return\r'],
  ['A', 'half \uD800'],
] as const)('%j with %j is refused with code 2', ([name, text]) => {
  expect(() => environmentFile({ [name]: text })).toThrow(expect.objectContaining({ code: 2 }));
});
