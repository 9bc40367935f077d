// Lines with the names of their nodes.
import { expect, test } from 'vitest';
import { prefixed } from '../../../src/cloudspeak/prefix.ts';

async function shown(chunks: readonly string[]): Promise<string> {
  let text = '';
  const lines = prefixed('node0: ', (chunk) => {
    text += Buffer.from(chunk).toString('latin1');
  });
  for (const chunk of chunks) await lines.push(Buffer.from(chunk, 'latin1'), 'stdout');
  await lines.end();
  return text;
}

test('are whole, however they come', async () => {
  const text = 'one\n\ntwo\xe9\nthree';
  const expected = 'node0: one\nnode0: \nnode0: two\xe9\nnode0: three\n';
  expect(await shown([text])).toBe(expected);
  expect(await shown([...text])).toBe(expected);
});

test('F14: one without an end is broken before it fills the memory', async () => {
  const text = await shown(Array(48).fill('x'.repeat(65_536)));
  const lines = text.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.every((line) => line.startsWith('node0: x') && line.length < 1_200_000)).toBe(true);
  expect(text.replaceAll(/node0: |\n/g, '')).toHaveLength(48 * 65_536);
});
