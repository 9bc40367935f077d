// Which traces can be read, and what is said of those that cannot: tables.
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
    [[], 'load.csv: it has no rows'],
  ] as const)('%j', ([rows, message]) => {
    expect(() => read(...rows)).toThrow(message);
  });

  test.for(['', '2014-01-01 00:05,1', 'time;value'])('no header: %j', (text) => {
    expect(() => readTrace(text, 'load.csv')).toThrow('load.csv:1: the first line must be the header');
  });
});
