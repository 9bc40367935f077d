// pool local: the words reach the local cloud's own program, and its exit code comes back.
import { expect, test } from 'vitest';
import { FakeOutside, speak } from '../fake-world.ts';

test.for([
  ['pool local up', ['up']],
  ['pool --json local status', ['status', '--json']],
  ['pool local down --home /srv/cloud', ['down', '--home', '/srv/cloud']],
] as const)('%s', async ([line, words]) => {
  const outside = new FakeOutside();
  outside.env = {};
  expect(await speak(line, outside)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(outside.localCalls).toEqual([words]);
});

test('its exit code is ours', async () => {
  const outside = new FakeOutside();
  outside.localCloud = async () => 3;
  expect((await speak('pool local up', outside)).code).toBe(3);
});
