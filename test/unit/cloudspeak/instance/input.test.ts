// One input for several nodes.
import { expect, test } from 'vitest';
import { spread } from '../../../../src/cloudspeak/instance/input.ts';

/** Numbers as they are asked for, and how many were. */
function numbers(most: number) {
  const asked = { count: 0 };
  async function* source() {
    for (; asked.count < most; asked.count += 1) yield Buffer.from(`${asked.count} `);
  }
  return { asked, source: source() };
}

async function all(input: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of input) text += Buffer.from(piece).toString();
  return text;
}

test('each gets all of it', async () => {
  const shares = spread(numbers(5).source, 3);
  expect(await Promise.all(shares.map(({ input }) => all(input)))).toEqual(Array(3).fill('0 1 2 3 4 '));
});

test('the slowest sets the pace, and is not waited for when it has left', async () => {
  const { asked, source } = numbers(100);
  const [quick, slow] = spread(source, 2);
  if (!quick || !slow) throw new Error('two were asked for');
  const read = all(quick.input);
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked.count).toBe(0);
  await slow.input[Symbol.asyncIterator]().next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked.count).toBe(0);
  slow.leave();
  expect((await read).trim().split(' ')).toHaveLength(100);
});

test('one that waits when it leaves is at its end', async () => {
  const [one, other] = spread(numbers(3).source, 2);
  const read = all(one?.input ?? numbers(0).source);
  one?.leave();
  expect(await read).toBe('');
  expect(await all(other?.input ?? numbers(0).source)).toBe('0 1 2 ');
});

test('what goes wrong with it goes wrong for each', async () => {
  async function* broken() {
    yield Buffer.from('half');
    throw new Error('a bad sector');
  }
  const ends = await Promise.allSettled(spread(broken(), 2).map(({ input }) => all(input)));
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
