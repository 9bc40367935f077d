// Lines that break at words on a terminal, and nowhere in a pipe.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hanging } from '../../../src/cloudspeak/hanging.ts';

const first = { text: '✓ name  ', width: 8 };
const text = 'a sentence of some words that is longer than what is left of the line';

test('on a terminal what follows stands below its own beginning', () => {
  expect(hanging({ isTerminal: true, columns: 40 }, first, text)).toBe(
    '✓ name  a sentence of some words that is\n        longer than what is left of the\n        line',
  );
});

test('in a pipe it stays one line', () => {
  expect(hanging({ isTerminal: false, columns: 40 }, first, text)).toBe(`${first.text}${text}`);
});

test('whatever the width, no word is broken or lost, and no line that could be shorter is too long', () => {
  const word = fc.stringMatching(/^[a-zé…]{1,11}$/);
  void fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 30, max: 120 }), (words, columns) => {
      const lines = hanging({ isTerminal: true, columns }, first, words.join(' ')).split('\n');
      expect(lines.join(' ').slice(first.width).split(/ +/)).toEqual(words);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    }),
  );
});
