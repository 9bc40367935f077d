// A script that stays on a node: whole answers, half ones, none, and what happens when it ends.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokenConnection, PoolError } from '../../../../src/pool/failure.ts';
import { type Begin, Session } from '../../../../src/world/ssh/session.ts';
import { factsOf, instance } from '../../built-in.ts';

const { node } = factsOf([instance(0)]);

/** The node's side of a session. */
class Far {
  readonly questions: string[] = [];
  signal: AbortSignal | undefined;
  say: (text: string, from?: 'stdout' | 'stderr') => void = () => undefined;
  end: (code: number) => void = () => undefined;
  breaks: (why: Error) => void = () => undefined;

  readonly begin: Begin = (input, { onChunk, signal }) => {
    this.signal = signal;
    this.say = (text, from = 'stdout') => onChunk(Buffer.from(text), from);
    void this.#listen(input);
    return new Promise((resolve, reject) => {
      this.end = (code) => resolve({ code, stdout: '', stderr: '' });
      this.breaks = reject;
    });
  };

  async #listen(input: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const line of input) this.questions.push(new TextDecoder().decode(line));
    this.questions.push('end');
  }
}

let far: Far;
let session: Session;
beforeEach(() => {
  far = new Far();
  session = new Session(node, far.begin);
});
afterEach(() => session.close());

const failure = async (work: Promise<unknown>): Promise<Error> =>
  await work.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );
const asked = (count: number) => vi.waitFor(() => expect(far.questions).toHaveLength(count));

describe('an answer', () => {
  test('is what stands before its end, byte for byte, and the next question goes to the same script', async () => {
    const first = session.ask(1_000);
    await asked(1);
    far.say('load 0.5\nü\n\nanswered 1\n');
    expect(await first).toBe('load 0.5\nü\n');
    const second = session.ask(1_000);
    await asked(2);
    far.say('\nanswered 2\n');
    expect(await second).toBe('');
    expect(far.questions).toEqual(['1\n', '2\n']);
  });

  test('comes in whatever pieces it comes', async () => {
    const text = 'load 0.5\nno line break at the end, ü\nanswered 1\n';
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 7, 11, 12, 13, 40]) {
      const other = new Far();
      const one = new Session(node, other.begin);
      const answer = one.ask(1_000);
      for (let at = 0; at < bytes.length; at += size)
        other.say(bytes.toString('latin1', at, at + size).replaceAll(/[\x80-\xff]/g, 'x'));
      expect(await answer).toBe('load 0.5\nno line break at the end, xx');
      one.close();
    }
  });

  test('holds neither a greeting that came before the question nor what goes to stderr', async () => {
    far.say('Welcome to the machine\n\nanswered 1\n');
    const answer = session.ask(1_000);
    far.say('sh: something is odd\n', 'stderr');
    far.say('load 1\n\nanswered 1\n');
    expect(await answer).toBe('load 1\n');
  });

  test('goes to everyone who asked meanwhile', async () => {
    const both = Promise.all([session.ask(1_000), session.ask(1_000)]);
    await asked(1);
    far.say('same\nanswered 1\n');
    expect(await both).toEqual(['same', 'same']);
    expect(far.questions).toEqual(['1\n']);
  });
});

test.for([
  ['in one piece', ['load 0.5\n\nanswered 1\nboo']],
  ['in pieces', ['load 0.5\n', '\nanswered', ' 1\nboo']],
] as const)(
  'F13: what a login shell says after the end, %s, is no part of this answer or the next',
  async ([, pieces]) => {
    const first = session.ask(1_000);
    await asked(1);
    for (const piece of pieces) far.say(piece);
    far.say('hello\n');
    expect(await first).toBe('load 0.5\n');
    const second = session.ask(1_000);
    await asked(2);
    far.say('load 0.6\n\nanswered 2\n');
    expect(await second).toBe('load 0.6\n');
  },
);

describe('row 33: no whole answer within the limit', () => {
  const halves = {
    nothing: '',
    'half an answer': 'load 0.5\ncpus',
    'another’s end': 'load 0.5\n\nanswered 2\n',
    'an end that is part of a line': 'load answered 1\n',
  };
  for (const [what, text] of Object.entries(halves))
    test(`${what} is a failure that names the node, and ends the session`, async () => {
      const answer = session.ask(20);
      far.say(text);
      expect(await failure(answer)).toEqual(new PoolError(`node0 (${node.id}): no answer within 0.02 s`));
      expect([session.isOver, far.signal?.aborted]).toEqual([true, true]);
    });

  test('an answer that comes too late is nobody’s', async () => {
    const answer = session.ask(20);
    await failure(answer);
    far.say('load 1\n\nanswered 1\n');
    expect(session.isOver).toBe(true);
  });

  test('an answer that never ends is not kept for ever', async () => {
    const answer = failure(session.ask(10_000));
    for (let sent = 0; sent < 17; sent += 1) far.say('x'.repeat(1024 * 1024));
    expect((await answer).message).toBe(`node0 (${node.id}): an answer without end`);
    expect(far.signal?.aborted).toBe(true);
  });
});

describe('its end', () => {
  test('by itself, in the middle of an answer, is a broken connection', async () => {
    const answer = failure(session.ask(1_000));
    far.say('load 0.5\n');
    far.end(137);
    expect(await answer).toBeInstanceOf(BrokenConnection);
    expect(session.isOver).toBe(true);
  });

  test('between two questions is noticed before the next', async () => {
    expect(session.isOver).toBe(false);
    far.end(0);
    await vi.waitFor(() => expect(session.isOver).toBe(true));
  });

  test('with the connection tells why', async () => {
    const answer = failure(session.ask(1_000));
    const why = new BrokenConnection('the connection broke while a command ran');
    far.breaks(why);
    expect(await answer).toBe(why);
  });

  test('by us fails the question under way, tells the node no more, and may come twice', async () => {
    const answer = failure(session.ask(1_000));
    await asked(1);
    session.close();
    session.close();
    expect((await answer).message).toBe(`node0 (${node.id}): the session was closed`);
    await vi.waitFor(() => expect(far.questions).toEqual(['1\n', 'end']));
    expect(far.signal?.aborted).toBe(true);
  });
});
