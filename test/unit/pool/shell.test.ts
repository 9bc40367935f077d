import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { command, quote } from '../../../src/pool/shell.ts';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("'", '"', '\\', '$(x)', '`x`', '\n', '*', '~', ' ', '!', '#', ';', '-n', ''),
      fc.string(),
    ),
  )
  .map((parts) => parts.join('').replaceAll('\0', ''));

describe('quoting for sh', () => {
  test('a real /bin/sh gives every word back as it was', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), (words) => {
        const { stdout } = spawnSync('/bin/sh', ['-c', command('printf', '%s\\0', ...words)]);
        expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  test('plain words stay readable, others are quoted', () => {
    expect(command('put', '/etc/hosts', '0644', "it's", '')).toBe(
      String.raw`put /etc/hosts 0644 'it'\''s' ''`,
    );
  });

  test('a NUL is refused', () => {
    expect(() => quote('a\0b')).toThrow('NUL');
  });
});
