// pool local: the words reach the local cloud's own program, and its exit code comes back.
import { expect, test } from 'vitest';
import { FakeOutside, speak } from '../fake-world.ts';

test.for([
  ['pool local up', ['up']],
  ['pool --json local status', ['status', '--json']],
  ['pool local down --home /srv/cloud', ['down', '--home', '/srv/cloud']],
  ['pool local down --orphans', ['down', '--orphans']],
  ['pool local fault mix --seed 7', ['fault', 'mix', '--seed', '7']],
  ['pool local --zone a fault capacity --for 5m', ['fault', 'capacity', '--zone', 'a', '--for', '5m']],
  ['pool local fault clear f1 --json', ['fault', 'clear', 'f1', '--json']],
  ['pool local fault -h', ['fault', 'help']],
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

test.for([
  ['pool local fault clear f1 f2', 'pool: local takes no "f2"'],
  ['pool local up now', 'pool: local takes no "now"'],
  ['pool local falt', 'pool: local takes one of up, down, status, fault, not "falt"; did you mean "fault"?'],
] as const)('%s is a mistake', async ([line, message]) => {
  const { code, stderr } = await speak(line, new FakeOutside());
  expect([code, stderr.split('\n')[0]]).toEqual([2, message]);
});
