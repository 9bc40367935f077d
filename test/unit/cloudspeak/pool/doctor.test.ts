// pool doctor in the fake world: all well, and one fault after the other, each with its mend.
import { describe, expect, test } from 'vitest';
import { PoolError } from '../../../../src/pool/failure.ts';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { next, type Party, party, started } from './party.ts';

const version = /^✓ versions {11}(pool \S+), Node \S+, OpenSSH_9\.2p1$/m;

/** The pool, and nodes that start a shell in so many ms. */
async function running(ms = 12): Promise<Party> {
  const all = next(await started());
  const { handler } = all.outside.nodes;
  all.outside.nodes.handler = async (one, script, options) =>
    script.includes('runuser') ? { stdout: `${ms}\n` } : await handler(one, script, options);
  return all;
}

interface Document {
  readonly ok: boolean;
  readonly checks: readonly { check: string; result: string; text: string; mend: string | null }[];
}

async function failed(outside: FakeOutside) {
  const { code, stdout, stderr } = await speak('pool doctor --json', outside);
  const { ok, checks } = JSON.parse(stdout) as Document;
  const ill = checks.filter(({ result }) => result === 'failed');
  expect([code, ok, stderr]).toEqual([ill.length > 0 ? 1 : 0, ill.length === 0, '']);
  return ill.map(({ check, text, mend }) => `${check}: ${text} → ${mend}`);
}

describe('row 79: pool doctor', () => {
  test('without a pool: all well, and what cannot be asked yet', async () => {
    const { outside } = party();
    const { code, stdout, stderr } = await speak('pool doctor', outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(version);
    expect(
      stdout.replace(/^.*\n/, ''),
    ).toBe(`✓ key file           /home/tester/.ec2/poolparty is there, and yours alone
✓ endpoint           https://ec2.us-east-1.amazonaws.com/ answers
✓ clock              the same as EC2’s
✓ credentials        arn:aws:iam::123456789012:user/tester, account 123456789012
✓ permissions        2 of 4 calls are allowed
– permissions        not asked while the pool has nothing to ask about: RunInstances, TerminateInstances
✓ launch             t3.small from debian-12 (ami-debian-12) in us-east-1a, us-east-1b, us-east-1c, key pair poolparty, no profile
✓ elastic addresses  0 of 5 are in use
– vcpus              EC2 tells no limit; ask: aws service-quotas get-service-quota --service-code ec2 --quota-code L-1216C47A
– bucket             shared_bucket is not set
– ssh                you are at 192.0.2.10; the pool has no security group yet
– shell              no node is running
`);
    expect(outside.ec2.changes).toEqual([]);
  });

  test('with a pool: what it has is asked about, and each node’s shell', async () => {
    const all = await running();
    const { code, stdout } = await speak('pool doctor', all.outside);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ permissions        4 of 4 calls are allowed\n');
    expect(stdout).toContain('✓ ssh                you are at 192.0.2.10, and let in by ssh\n');
    expect(stdout.match(/^✓ shell .*node\d \(i-\w+\) takes 12 ms to start a shell$/gm)).toHaveLength(3);
    expect(all.outside.ec2.changes).toEqual([]);
  });

  test('without a pool.yml, too', async () => {
    const { outside } = party();
    outside.texts.clear();
    expect((await speak('pool doctor', outside)).code).toBe(0);
  });

  test.for<[what: string, plant: (outside: FakeOutside) => void, ill: readonly RegExp[]]>([
    [
      'a key that others read',
      ({ disk }) => {
        disk.checkPrivateKey = async (path) => {
          throw new PoolError(`the private key ${path} can be read by others; mend it: chmod 600 ${path}`);
        };
      },
      [/^key file: the private key \S+ can be read by others → mend it: chmod 600 \S+$/],
    ],
    [
      'a slow clock',
      ({ ill }) => void Object.assign(ill, { ahead: 3_600_000 }),
      [/^clock: 3600 s slow: .* → set it/],
    ],
    [
      'nobody at the endpoint',
      ({ ill }) => void Object.assign(ill, { ahead: undefined }),
      [/^endpoint: \S+ does not answer \(connect ECONNREFUSED\) → check the network/],
    ],
    [
      'credentials that nobody knows',
      ({ ill }) => {
        ill.identity = () => {
          throw refusal('GetCallerIdentity', 'InvalidClientTokenId', 'The security token is invalid.');
        };
      },
      [/^credentials: .*InvalidClientTokenId: .* → check AWS_ACCESS_KEY_ID/],
    ],
    [
      'a call that is denied',
      ({ ill }) => void ill.denied.add('AllocateAddress'),
      [/^permissions: 1 of 4 .* denied: AllocateAddress → give/],
    ],
    [
      'an image that is not there',
      ({ env }) => void Object.assign(env, { POOL_AMI: 'nothing' }),
      [/^launch: no image "nothing".* → set ami/],
    ],
    [
      'no address left',
      ({ ill }) => void Object.assign(ill, { used: 5 }),
      [/^elastic addresses: 5 of 5 are in use, and the pool wants one → release one/],
    ],
    [
      'a bucket of others',
      (outside) => {
        outside.ec2.buckets.set('theirs', 'forbidden');
        outside.env = { ...outside.env, POOL_SHARED_BUCKET: 'theirs', POOL_INSTANCE_PROFILE: 'poolparty' };
      },
      [/^bucket: theirs exists, but these credentials may not use it → set shared_bucket/],
    ],
    [
      'no ssh',
      ({ ill }) => void Object.assign(ill, { ssh: undefined }),
      [/^versions: .*no ssh → install openssh-client/],
    ],
  ])('%s is found, with its mend, and nothing else', async ([, plant, expected]) => {
    const { outside } = party();
    plant(outside);
    expect(await failed(outside)).toEqual(expected.map((line) => expect.stringMatching(line)));
    expect(outside.ec2.changes).toEqual([]);
  });

  test('an address that has changed, and a slow .bashrc', async () => {
    const all = await running(950);
    all.outside.ec2.callsFrom = { who: 'tester@laptop', range: '192.0.2.20/32' };
    const ill = await failed(all.outside);
    expect(ill[0]).toBe('ssh: you are at 192.0.2.20, and not let in by ssh → pool authorize --me');
    expect(ill.slice(1)).toEqual(
      Array(3).fill(
        expect.stringMatching(/^shell: node\d \(i-\w+\) takes 950 ms to start a shell → look at ~\/\.bashrc/),
      ),
    );
  });

  test('wrong settings are a usage error, as everywhere', async () => {
    const { outside } = party('minimum_instance: 2\n');
    expect((await speak('pool doctor', outside)).code).toBe(2);
  });
});
