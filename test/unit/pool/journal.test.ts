// The journal as text: every record survives it, and of a damaged one as much as can be read is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { journalLine, keyOf, lastWordOf } from '../../../src/pool/journal.ts';
import { readJournal, readLastWord, readRecord } from '../../../src/pool/journal-reader.ts';
import { unremembered } from '../../../src/pool/sight.ts';
import { anyRecord, record } from './records.ts';

describe('a record', () => {
  test('is one line, and is read as it was written: infinities, unknowns and all', () => {
    fc.assert(
      fc.property(anyRecord, (one) => {
        const line = journalLine(one);
        expect(line).not.toContain('\n');
        // fast-check makes objects without a prototype.
        expect(readRecord(line)).toStrictEqual(structuredClone(one));
      }),
    );
  });

  test('of a maintainer that remembers nothing yet is one, too', () => {
    const first = record({ remembered: unremembered(5) });
    expect(readRecord(journalLine(first))?.remembered).toStrictEqual(unremembered(5));
  });

  test.for([
    ['of a later version', { ...record(), v: 2 }],
    ['without a field', { ...record(), because: undefined }],
    ['with an act that nobody knows', { ...record(), acts: [{ do: 'dance', because: 'it can' }] }],
    ['with a time that is none', { ...record(), time: 'yesterday' }],
  ])('%s is none', ([, one]) => {
    expect(readRecord(JSON.stringify(one))).toBeUndefined();
  });

  test('its last word says what was decided, and by whom', () => {
    const word = lastWordOf(record(), undefined);
    expect(readLastWord(journalLine(word))).toStrictEqual(word);
    expect(keyOf(record())).toBe('2026-11-23T01:02:03.004Z i-0');
  });
});

describe('a journal', () => {
  const three = [1, 2, 3].map((minute) => record({ time: `2026-11-23T01:0${minute}:00.000Z` }));
  const text = three.map((one) => `${journalLine(one)}\n`).join('');

  test('cut anywhere is read up to there, and the cut is named', () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length }), (at) => {
        const { records, cutOff, unread } = readJournal(text.slice(0, at));
        const whole = text
          .slice(0, at)
          .split('\n')
          .filter((line) => readRecord(line) !== undefined);
        expect(records).toStrictEqual(three.slice(0, whole.length));
        const rest = text.slice(0, at).split('\n').at(-1) ?? '';
        const isCut = rest !== '' && readRecord(rest) === undefined;
        expect([cutOff, unread]).toEqual([isCut ? whole.length + 1 : undefined, []]);
      }),
    );
  });

  test('with a damaged line in the midst is read around it', () => {
    const [first = '', second = '', third = ''] = text.split('\n');
    const { records, unread, cutOff } = readJournal(`${first}\n${second.slice(0, 80)}\n${third}\n`);
    expect([records, unread, cutOff]).toStrictEqual([[three[0], three[2]], [2], undefined]);
  });

  test('that is empty holds nothing', () => {
    expect(readJournal('')).toEqual({ records: [], lines: [], unread: [], cutOff: undefined });
  });
});
