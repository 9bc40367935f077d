// What the doctor makes of what it is told.
import { describe, expect, test } from 'vitest';
import {
  judgeAccess,
  judgeAddresses,
  judgeBucket,
  judgePermissions,
  type Verdict,
} from '../../../../src/plans/doctor/account.ts';
import { refused } from '../../../../src/plans/doctor/finding.ts';
import { judgeClock, judgeVersions } from '../../../../src/plans/doctor/machine.ts';
import { judgeShell, parseShellCost, shellCostScript } from '../../../../src/plans/doctor/shell-cost.ts';
import { PoolError } from '../../../../src/pool/failure.ts';
import type { Node } from '../../../../src/pool/instance.ts';

const NOON = new Date('2026-11-25T12:00:00Z');
const ahead = (ms: number) => new Date(NOON.getTime() + ms);

describe('the clock', () => {
  test.for<[what: string, theirs: Date | undefined, result: string, text: RegExp]>([
    ['right', NOON, 'ok', /^the same/],
    ['a minute slow', ahead(60_000), 'ok', /^60 s slow$/],
    ['a minute fast', ahead(-60_400), 'ok', /^60 s fast$/],
    ['more than a minute slow', ahead(61_000), 'failed', /^61 s slow: /],
    ['hours fast', ahead(-7_200_000), 'failed', /^7200 s fast: /],
    ['unknown', undefined, 'failed', /tells no time/],
  ])('%s', ([, theirs, result, text]) => {
    expect(judgeClock(NOON, theirs)).toMatchObject({ result, text: expect.stringMatching(text) });
  });
});

describe('versions', () => {
  const versions = { pool: '1.0.0', node: 'v20.19.0', ssh: 'OpenSSH_9.2p1' };
  test.for([
    [{}, 'ok'],
    [{ node: 'v22.1.0' }, 'ok'],
    [{ node: 'v20.18.3' }, 'failed'],
    [{ node: 'v18.20.0' }, 'failed'],
    [{ ssh: undefined }, 'failed'],
  ] as const)('%o: %s', ([over, result]) => {
    expect(judgeVersions({ ...versions, ...over }).result).toBe(result);
  });
});

describe('permissions', () => {
  const verdicts = (...all: Verdict[]) => new Map(all.map((one, at) => [`Call${at}`, one]));
  test('all allowed is one line; what could not be asked is one of its own', () => {
    expect(judgePermissions(verdicts('allowed', 'allowed')).map(({ result }) => result)).toEqual(['ok']);
    expect(judgePermissions(verdicts('allowed', 'unasked'))).toMatchObject([
      { result: 'ok', text: '1 of 2 calls are allowed' },
      { result: 'skipped', text: expect.stringContaining(': Call1') },
    ]);
  });
  test('what is denied is named, with the policy that mends it', () => {
    expect(judgePermissions(verdicts('allowed', 'denied', 'denied'))).toMatchObject([
      {
        ...{ result: 'failed', text: '1 of 3 calls are allowed; denied: Call1, Call2' },
        mend: expect.stringContaining('docs/iam-policy.json'),
      },
    ]);
  });
});

test.for([
  [{ limit: 5, used: 4, wantsMore: true }, 'ok'],
  [{ limit: 5, used: 5, wantsMore: true }, 'failed'],
  [{ limit: 5, used: 5, wantsMore: false }, 'ok'],
  [{ limit: undefined, used: 5, wantsMore: true }, 'skipped'],
] as const)('addresses: %o: %s', ([count, result]) => expect(judgeAddresses(count).result).toBe(result));

test.for([
  [undefined, undefined, 'skipped'],
  ['files', 'ours', 'ok'],
  ['files', 'absent', 'ok'],
  ['files', 'forbidden', 'failed'],
  ['files', 'elsewhere', 'failed'],
] as const)('a bucket %s, %s: %s', ([name, sight, result]) =>
  expect(judgeBucket(name, sight).result).toBe(result),
);

describe('ssh', () => {
  const caller = { who: 'me@here', range: '198.51.100.7/32' };
  const group = (peer: string, fromPort = 22) => ({
    ...{ id: 'sg-1', vpcId: 'vpc-1', pool: 'party' },
    rules: [{ protocol: 'tcp', fromPort, toPort: 22, peer, about: undefined }],
  });
  test.for([
    [group('198.51.100.7/32'), 'auto', 'ok'],
    [group('198.51.100.0/24', 1), 'auto', 'ok'],
    [group('198.51.101.0/24'), 'auto', 'failed'],
    [group('group'), 'auto', 'failed'],
    [group('group'), 'none', 'skipped'],
    [undefined, 'auto', 'skipped'],
  ] as const)('%o, %s: %s', ([found, ssh_from, result]) => {
    expect(judgeAccess(found, { ssh_from }, caller).result).toBe(result);
  });
  test('has a mend', () => {
    expect(judgeAccess(group('group'), { ssh_from: 'auto' }, caller).mend).toBe('pool authorize --me');
  });
});

test.for([
  ['no image "x" in this region: set ami to an id', 'no image "x" in this region', 'set ami to an id'],
  ['EC2 refused X: Y: a; b; do that', 'EC2 refused X: Y: a; b', 'do that'],
])('a refusal is split into what and how: %s', ([message = '', text, mend]) => {
  expect(refused('launch', new PoolError(message))).toEqual({
    check: 'launch',
    result: 'failed',
    text,
    mend,
  });
});

test('a shell may take 200 ms', () => {
  const node = { name: 'node0', id: 'i-1' } as Node;
  expect([200, 201].map((ms) => judgeShell(node, ms).result)).toEqual(['ok', 'failed']);
  expect(['12\n', '', 'no'].map(parseShellCost)).toEqual([12, undefined, undefined]);
  expect(shellCostScript("o'neil")).toContain(String.raw`user='o'\''neil'`);
});
