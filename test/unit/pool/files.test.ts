import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf, nodeFile, octal } from '../../../src/pool/files.ts';

test('the hash is sha256, of text and of bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const known = createHash('sha256').update(text).digest('hex');
      expect([hashOf(text), hashOf(new TextEncoder().encode(text))]).toEqual([known, known]);
    }),
    { numRuns: 50 },
  );
});

test("a file is root's and readable unless said otherwise", () => {
  const { mode, owner, reaction } = nodeFile('/etc/hosts', '');
  expect({ mode: octal(mode), owner, reaction }).toEqual({
    mode: '0644',
    owner: 'root',
    reaction: 'nothing',
  });
});
