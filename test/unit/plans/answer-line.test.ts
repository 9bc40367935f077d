// The answer of a script, between whatever a login shell prints meanwhile.
import { describe, expect, test } from 'vitest';
import { answerLine } from '../../../src/plans/answer-line.ts';
import { parseServices } from '../../../src/plans/services.ts';

const ANSWER = '{"servers":[{"id":"a"}],"entry":"}{"}';

describe('F13: what a login shell prints meanwhile is no part of an answer', () => {
  test.for([
    ['nothing', `${ANSWER}\n`],
    ['a line behind it', `${ANSWER}\nhello\n`],
    ['no line end before it, nor behind it', `first\nhello${ANSWER}bye`],
    [
      'what JSON takes as it is and a pattern for a line end',
      `hello\u2028${ANSWER.replace('"a"', '"\u2028"')}\n`,
    ],
    ['a line before it, and empty ones', `hello\n\n${ANSWER}\n\n\n`],
  ] as const)('%s', ([, said]) => expect(answerLine(said)).toMatchObject({ entry: '}{' }));

  test.for(['', 'hello\n', `${ANSWER.slice(0, 20)}\n`])('no answer is a failure: %j', (said) => {
    expect(() => answerLine(said)).toThrow();
  });

  test('nor the name of a service', () => {
    expect(parseServices('hello\nhaproxy\n\nbye\npoolparty-app\n')).toEqual(['haproxy', 'poolparty-app']);
  });
});
