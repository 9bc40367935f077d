// pool explain's sentences: from a fresh word, from an old one, and from the journal alone.
import { describe, expect, test } from 'vitest';
import {
  explain,
  explained,
  explainScript,
  parseExplained,
  type Sources,
} from '../../../src/plans/explain.ts';
import { journalLine, lastWordOf } from '../../../src/pool/journal.ts';
import { poolOf } from '../../../src/pool/pool.ts';
import { ago, tellActs } from '../../../src/pool/told.ts';
import { record } from '../pool/records.ts';
import { address, instance, settings } from './ground.ts';

const pool = poolOf({
  name: 'party',
  instances: [instance('i-0'), instance('i-1')],
  address: address('i-0'),
});
const now = new Date('2026-11-23T01:05:03.004Z');
const why = 'holding at 2: load 0.92 > 0.8 for 30s, but node1 is warming, 18 s left';
const because = 'minimum_instances is 2, 1 are there';
const change = record({ acts: [{ do: 'launch', count: 1, because }], because, who: 'i-9' });
const last = record({ time: '2026-11-23T01:04:03.004Z', because: why });

const lines = (sources: Partial<Sources>, over = {}) => {
  const of = settings({ instance_profile: 'poolparty', ...over });
  const all: Sources = { word: undefined, age: 0, last, change, ...sources };
  const explanation = explain(all, pool, of, now);
  return explanation && explained(explanation, of);
};

describe('explain', () => {
  test('a fresh word is the answer, with its age and who said it', () => {
    expect(lines({ word: lastWordOf(last, undefined), age: 12 })).toEqual([
      `${why} (12 s ago, by node0)`,
      `last change 3 min ago, by i-9: launch 1: ${because}`,
    ]);
  });

  test('what is being done now says so', () => {
    const word = lastWordOf(
      record({ acts: [{ do: 'leave', id: 'i-1', because: 'load 0.10 < 0.3' }], because: 'load 0.10 < 0.3' }),
      undefined,
    );
    expect(lines({ word, age: 1 })?.[0]).toBe('leave node1: load 0.10 < 0.3 (1 s ago, by node0)');
  });

  test('an old word means that nobody maintains: that is said, and what to do', () => {
    expect(lines({ word: lastWordOf(last, undefined), age: 240 })).toEqual([
      expect.stringMatching(/^nobody maintains the pool now; .*instance start_maintain.*pool maintain/),
      `last word 4 min ago, by node0: ${why}`,
      expect.stringContaining('last change 3 min ago'),
    ]);
    expect(lines({ word: lastWordOf(last, undefined), age: 240 }, { public_ip: 'none' })?.[0]).toBe(
      'nobody maintains the pool now; pool maintain does, from a terminal',
    );
  });

  test('three ticks are old, whatever a tick is', () => {
    const word = lastWordOf(last, undefined);
    expect(lines({ word, age: 60 }, { polling_time: 30_000 })?.[0]).toContain('(60 s ago');
    expect(lines({ word, age: 90 }, { polling_time: 30_000 })?.[0]).toContain('nobody maintains');
  });

  test('where only the journal is left, its last record tells, by its own time', () => {
    expect(lines({})?.[1]).toBe(`last word 60 s ago, by node0: ${why}`);
    expect(lines({ change: undefined })?.at(-1)).toBe('no change is in the journal');
    expect(lines({ last: undefined })).toBeUndefined();
  });
});

test('what a node prints is understood, whatever of it is missing', () => {
  const word = lastWordOf(last, undefined);
  const told = [
    'age 7',
    `word ${journalLine(word)}`,
    `last ${journalLine(last)}`,
    `change ${journalLine(change)}`,
    '',
  ];
  expect(parseExplained(told.join('\n'))).toStrictEqual({ word, age: 7, last, change });
  expect(parseExplained('last {"cut\nchange \n')).toMatchObject({
    word: undefined,
    last: undefined,
    change: undefined,
  });
  expect(explainScript('# journal.sh', 'party')).toBe('# journal.sh\nexplain_journal party');
});

test('ages are told in the largest unit of which there are two, acts by the names of nodes', () => {
  expect([0, 119, 120, 7_199, 7_200, 172_799, 172_800].map(ago)).toEqual([
    '0 s ago',
    '119 s ago',
    '2 min ago',
    '119 min ago',
    '2 h ago',
    '47 h ago',
    '2 d ago',
  ]);
  expect(tellActs([], [])).toBe('nothing');
  expect(
    tellActs(
      [
        { do: 'terminate', id: 'i-1', because: '' },
        { do: 'protect', because: '' },
      ],
      pool.nodes,
    ),
  ).toBe('terminate node1, protect');
});
