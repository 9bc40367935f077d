// Where the machines see us come from: asked of Amazon, or known from the way to a cloud that is beside us.
import { expect, test } from 'vitest';
import { caller, realWays, type Ways } from '../../../../src/world/ec2/caller.ts';
import { connect } from '../../../../src/world/ec2/client.ts';

const AWS = connect('eu-west-1', {});
const answer = (body: string, status = 200) => ({ status, body });

/** A way out to the internet; `answers` of checkip one after the other, the last again and again. */
function ways(over: Partial<Ways>, ...answers: ReturnType<typeof answer>[]) {
  const asked: string[] = [];
  const all: Ways = {
    addresses: async () => ['54.239.55.102'],
    sourceTowards: async () => '192.168.1.7',
    ask: async (url) => {
      asked.push(url);
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next === undefined) throw new Error('timed out');
      return next;
    },
    who: () => 'rob@laptop',
    ...over,
  };
  return { asked, all };
}

test('on the internet Amazon tells it', async () => {
  const { asked, all } = ways({}, answer('198.51.100.7\n'));
  expect(await caller(AWS, 'vpc-1', all)).toEqual({ who: 'rob@laptop', range: '198.51.100.7/32' });
  expect(asked).toEqual(['https://checkip.amazonaws.com']);
});

test('a try that fails is followed by one more', async () => {
  const { asked, all } = ways({}, answer('busy', 503), answer('198.51.100.7'));
  expect((await caller(AWS, 'vpc-1', all)).range).toBe('198.51.100.7/32');
  expect(asked).toHaveLength(2);
});

test.for([
  ['no answer', [], 'timed out'],
  ['a page of a hotel', [answer('<html>')], 'it answered 200, and no address'],
] as const)('%s: one line that names ssh_from, after two tries', async ([, answers, why]) => {
  const { asked, all } = ways({}, ...answers);
  await expect(caller(AWS, 'vpc-1', all)).rejects.toThrow(
    `cannot tell which address ssh is to be let in from: https://checkip.amazonaws.com does not tell it (${why}); set ssh_from to it (POOL_SSH_FROM=198.51.100.7)`,
  );
  expect(asked).toHaveLength(2);
});

test('EC2 is asked where the settings and the environment say', async () => {
  expect(await AWS.endpoint()).toBe('https://ec2.eu-west-1.amazonaws.com/');
  expect(await connect('cn-north-1', {}).endpoint()).toContain('amazonaws.com.cn');
  expect(await connect('eu-west-1', { AWS_ENDPOINT_URL_EC2: 'http://198.18.0.1:8000' }).endpoint()).toBe(
    'http://198.18.0.1:8000',
  );
});

test('the kernel tells our own address on a way, and who we are', async () => {
  expect(await realWays.sourceTowards('127.0.0.2')).toMatch(/^127\.0\.0\./);
  expect(await realWays.addresses('127.0.0.1')).toEqual(['127.0.0.1']);
  expect(await realWays.addresses('no-such-host.invalid')).toEqual([]);
  expect(realWays.who()).toMatch(/^.+@.+$/);
});
