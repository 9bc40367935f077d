// Which traces can be read, and what is said of those that cannot: tables.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTrace } from '../../../src/simulation/trace.ts';

const HEAD = 'timestamp,value';
const read = (...rows: readonly string[]) => readTrace([HEAD, ...rows].join('\n'), 'load.csv');
const MINUTE = 60_000;

describe('a trace', () => {
  test('is rows of a time and a value', () => {
    const trace = read('2014-04-10 00:04:00,94.0', '2014-04-10 00:09:00,56', '');
    expect(trace.rows).toEqual([
      { at: Date.UTC(2014, 3, 10, 0, 4), value: 94 },
      { at: Date.UTC(2014, 3, 10, 0, 9), value: 56 },
    ]);
    expect(trace).toMatchObject({ name: 'load.csv', count: 2, step: 5 * MINUTE, repeats: 0, gaps: [] });
  });

  test.for([
    ['2014-04-10T00:04:00', Date.UTC(2014, 3, 10, 0, 4)],
    ['2014-04-10T00:04:00Z', Date.UTC(2014, 3, 10, 0, 4)],
    ['2014-04-10T00:04:00.500Z', Date.UTC(2014, 3, 10, 0, 4, 0, 500)],
    ['2014-04-10T00:04:00+02:00', Date.UTC(2014, 3, 9, 22, 4)],
    ['2014-04-10T00:04:00-0130', Date.UTC(2014, 3, 10, 1, 34)],
    ['2014-04-10 00:04', Date.UTC(2014, 3, 10, 0, 4)],
    ['"2014-04-10 00:04:00"', Date.UTC(2014, 3, 10, 0, 4)],
  ] as const)('reads the time %s', ([time, at]) => {
    expect(read(`${time},1`, '2015-01-01 00:00:00,1').rows[0]).toEqual({ at, value: 1 });
  });

  test('may come from another system: a byte order mark, carriage returns, capitals', () => {
    const text = '\uFEFFTimestamp,Value\r\n2014-04-10 00:04:00,1\r\n2014-04-10 00:05:00,2\r\n';
    expect(readTrace(text, 'x').rows.map(({ value }) => value)).toEqual([1, 2]);
  });

  test.for([
    ['2014-01-01 00:00,"1,234.5"', 1234.5],
    ['"2014-01-01 00:00","12,345,678"', 12_345_678],
    ['"2014-01-01 00:00", "7" ', 7],
    ['2014-01-01 00:00,1e3', 1000],
    ['2014-01-01 00:00,.5', 0.5],
    ['2014-01-01 00:00, 1. ', 1],
    ['2014-01-01 00:00,+2', 2],
  ] as const)('puzzling: %s is a cell each, as RFC 4180 has it', ([row, value]) => {
    expect(read(row, '2014-01-01 00:05,1').rows[0]?.value).toBe(value);
  });

  test('puzzling: cells between quotes and without say the same, whatever ends the lines', () => {
    const minutes = fc.array(fc.nat(1e7), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(minutes, fc.constantFrom('\n', '\r\n'), fc.boolean(), (values, end, isQuoted) => {
        const quote = (cell: string) => (isQuoted ? `"${cell}"` : cell);
        const shown = (value: number) => (isQuoted ? value.toLocaleString('en-US') : `${value}`);
        const rows = values.map(
          (value, at) => `${quote(new Date(at * MINUTE).toJSON())},${quote(shown(value))}`,
        );
        const text = ['', `${quote('Timestamp')},${quote('Value')}`, '', ...rows, '', ''].join(end);
        expect(readTrace(`\uFEFF${text}`, 'x').rows.map(({ value }) => value)).toEqual(values);
      }),
    );
  });

  test('of equal times the last row counts, and it is told', () => {
    const trace = read(
      '2014-01-01 00:00,1',
      '2014-01-01 00:05,2',
      '2014-01-01 00:05,3',
      '2014-01-01 00:10,4',
    );
    expect(trace.rows.map(({ value }) => value)).toEqual([1, 3, 4]);
    expect(trace).toMatchObject({ count: 4, repeats: 1 });
  });

  test('a gap is told', () => {
    const trace = read(
      '2014-01-01 00:00,1',
      '2014-01-01 00:05,2',
      '2014-01-01 00:10,2',
      '2014-01-01 01:10,3',
    );
    expect(trace).toMatchObject({ step: 5 * MINUTE, gaps: [60 * MINUTE] });
  });
});

describe('a trace that cannot be read is an error with its line', () => {
  test.for([
    [['2014-01-01 00:05,1', '2014-01-01 00:00,2'], 'load.csv:3: its time is before that of the row above'],
    [['2014-01-01 00:05,1', '2014-01-01 00:06'], 'load.csv:3: a row is a time and a value'],
    [['2014-01-01 00:05,1,2'], 'load.csv:2: a row is a time and a value'],
    [['2014-02-30 00:05,1'], 'load.csv:2: "2014-02-30 00:05" is no time'],
    [['2014-01-01 25:05,1'], 'load.csv:2: "2014-01-01 25:05" is no time'],
    [['yesterday,1'], 'load.csv:2: "yesterday" is no time'],
    [['2014-01-01 00:05,many'], 'load.csv:2: "many" is no load'],
    [['2014-01-01 00:05,'], 'load.csv:2: "" is no load'],
    [['2014-01-01 00:05,NaN'], 'load.csv:2: "NaN" is no load'],
    [['2014-01-01 00:05,-1'], 'load.csv:2: "-1" is no load'],
    [['2014-01-01 00:05,1'], 'load.csv: it has one time only'],
    [['2014-01-01 00:05,1', '2014-01-01 00:05,2'], 'load.csv: it has one time only'],
    [['2014-01-01 00:05,1,234.5'], 'load.csv:2: a row is a time and a value'],
    [['2014-01-01 00:05,"1'], 'load.csv:2: a row is a time and a value'],
    [['2014-01-01 00:05,"1"2'], 'load.csv:2: a row is a time and a value'],
    [['2014-01-01 00:05,"1,23"'], 'load.csv:2: "1,23" is no load'],
    [['2014-01-01 00:05,0x10'], 'load.csv:2: "0x10" is no load'],
    [['2014-01-01 00:05,1e999'], 'load.csv:2: "1e999" is no load'],
    [['2014-01-01 00:05,Infinity'], 'load.csv:2: "Infinity" is no load'],
    [['', '', '2014-01-01 00:05,x'], 'load.csv:4: "x" is no load'],
    [['2014-01-01 00:05,1', '2032-01-01 00:05,1'], 'load.csv:3: its time is 6574 days after the row above'],
    [[], 'load.csv: it has no rows'],
  ] as const)('%j', ([rows, message]) => {
    expect(() => read(...rows)).toThrow(message);
  });

  test.for([
    ['the last', 5],
    ['one in the middle', 3],
    ['the first', 0],
  ] as const)('puzzling: a time that is mistyped by 18 years is told with its line: %s', ([, at]) => {
    const rows = Array.from({ length: 6 }, (_, index) => `2014-01-01 00:0${index}:00,1`);
    const wrong = at === 0 ? '1996' : '2032';
    rows[at] = (rows[at] ?? '').replace('2014', wrong);
    // The first cannot be told from those after it: then the second is named.
    const line = at === 0 ? 3 : at + 2;
    expect(() => read('', ...rows)).toThrow(
      `load.csv:${line + 1}: its time is ${at === 0 ? 6575 : 6574} days after`,
    );
  });

  test('puzzling: a gap of weeks, and rows a week from each other, are no mistake', () => {
    const gap = read('2014-01-01 00:00,1', '2014-01-01 00:05,2', '2014-01-01 00:10,2', '2014-01-20 00:00,3');
    expect(gap.gaps).toHaveLength(1);
    expect(read('2014-01-01 00:00,1', '2014-01-08 00:00,2', '2014-03-05 00:00,2').step).toBeGreaterThan(0);
  });

  test.for(['', '2014-01-01 00:05,1', 'time;value'])('no header: %j', (text) => {
    expect(() => readTrace(text, 'load.csv')).toThrow('load.csv:1: the first line must be the header');
  });
});
