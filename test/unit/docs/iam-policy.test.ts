import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HOST_KEY_TAG, SSH_KEY_TAG } from '../../../src/pool/keys.ts';
import { POOL_TAG, STOPPING_TAG } from '../../../src/pool/pool.ts';
import { CALLS } from '../../../src/world/doctor/permissions.ts';
import { allows, list, type Policy, policies } from './iam.ts';

const { operator, node } = policies;
const both = Object.entries(policies);
const actionsOf = (policy: Policy) => policy.Statement.flatMap(({ Action }) => Action);

/** A call has an action of another name where S3 says so (AWS: "Required permissions for Amazon S3 API operations"). */
const RENAMED: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
};
/** What others do with a node's role: s3fs with the files, EC2 with the profile that a launch names. */
const OTHERS = [
  's3:ListBucket',
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  'iam:PassRole',
];

/** Every call of the SDK that a file of world/ imports, as IAM names it. */
function callsIn(text: string): readonly string[] {
  const imports = text.matchAll(/\{([^{}]*)\}\s*(?:=\s*await import\(|from)\s*'@aws-sdk\/client-(ec2|s3)'/g);
  return [...imports].flatMap(([, names = '', service]) =>
    [...names.matchAll(/\b([A-Z]\w*)Command\b|\bpaginate(\w+)/g)].map(([, call, page]) => {
      const action = `${service}:${call ?? page}`;
      return RENAMED[action] ?? action;
    }),
  );
}

async function called(): Promise<ReadonlySet<string>> {
  const folder = new URL('../../../src/world', import.meta.url).pathname;
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return new Set(texts.flatMap(callsIn));
}

describe('the policies', () => {
  test('allow every call that the code makes, and none that nobody makes', async () => {
    const calls = await called();
    expect(calls.size).toBeGreaterThan(15);
    const granted = new Set(both.flatMap(([, policy]) => actionsOf(policy)));
    expect([...granted].sort()).toEqual([...new Set([...calls, ...OTHERS])].sort());
  });

  test('and pool doctor asks about every one of EC2’s', () => {
    const asked = Object.keys(CALLS).map((call) => `ec2:${call}`);
    const granted = new Set(actionsOf(operator).filter((one) => one.startsWith('ec2:')));
    expect(asked.sort()).toEqual([...granted].sort());
  });

  test('of a node holds nothing that the operator lacks, but for the files that its mount shares', () => {
    const more = actionsOf(node).filter((action) => !actionsOf(operator).includes(action));
    expect(more.every((action) => action.startsWith('s3:'))).toBe(true);
  });

  test.for(both)('of the %s names each action, and fits into IAM’s limit for a role’s own', ([, policy]) => {
    expect(policy.Version).toBe('2012-10-17');
    expect(actionsOf(policy).filter((action) => /[*?]/.test(action))).toEqual([]);
    expect(new Set(policy.Statement.map(({ Sid }) => Sid)).size).toBe(policy.Statement.length);
    expect(policy.Statement.every(({ Effect }) => Effect === 'Allow')).toBe(true);
    // IAM counts no white space; 6144 is for a managed policy, the least of the limits but a user's own.
    expect(JSON.stringify(policy).length).toBeLessThan(6_144);
  });

  test.for(both)('of the %s change nothing without a condition or a name', ([, policy]) => {
    const used = /:(image|key-pair|network-interface|subnet|vpc)\/\*$/;
    const free = policy.Statement.filter(({ Action, Resource, Condition }) => {
      const looks = Action.every((action) => action.startsWith('ec2:Describe'));
      const named = list(Resource).every(
        (one) => used.test(one) || one.startsWith('arn:aws:s3:::poolparty-'),
      );
      return Condition === undefined && !looks && !named;
    });
    expect(free).toEqual([]);
  });
});

const arn = (type: string) => `arn:aws:ec2:eu-west-1:123456789012:${type}/x-1`;
const ours = { [`aws:ResourceTag/${POOL_TAG}`]: 'party' };
const asked = (...keys: string[]) => ({ 'aws:TagKeys': keys, [`aws:RequestTag/${POOL_TAG}`]: 'party' });

describe.for(both)('by its policy the %s', ([who, policy]) => {
  const may = (action: string, type: string, context = {}) => allows(policy, action, arn(type), context);

  test.for([
    ['ec2:TerminateInstances', 'instance'],
    ['ec2:GetConsoleOutput', 'instance'],
    ['ec2:AssociateAddress', 'instance'],
    ['ec2:AssociateAddress', 'elastic-ip'],
    ['ec2:DisassociateAddress', 'elastic-ip'],
    ['ec2:RunInstances', 'security-group'],
  ])('may %s on a pool’s %s, and on nobody else’s', ([action = '', type = '']) => {
    expect([may(action, type, ours), may(action, type)]).toEqual([true, false]);
  });

  test('launches only what is tagged as a pool’s', () => {
    expect(may('ec2:RunInstances', 'instance', asked(POOL_TAG, 'Name'))).toBe(true);
    expect(may('ec2:RunInstances', 'volume', { 'aws:TagKeys': ['Name'] })).toBe(false);
    for (const type of ['image', 'subnet', 'network-interface', 'key-pair'])
      expect(may('ec2:RunInstances', type)).toBe(true);
  });

  test('sets the pool’s tag at creation and never afterwards', () => {
    const born = { ...asked(POOL_TAG, 'Name'), 'ec2:CreateAction': 'RunInstances' };
    for (const type of ['instance', 'volume', 'network-interface', 'spot-instances-request'])
      expect(may('ec2:CreateTags', type, born)).toBe(true);
    for (const type of ['instance', 'volume', 'security-group', 'elastic-ip']) {
      expect(may('ec2:CreateTags', type, asked(POOL_TAG))).toBe(false);
      expect(may('ec2:CreateTags', type, { ...ours, ...asked(POOL_TAG) })).toBe(false);
      expect(may('ec2:DeleteTags', type, { ...ours, ...asked(POOL_TAG) })).toBe(false);
    }
    expect(may('ec2:CreateTags', 'instance', { ...born, 'aws:TagKeys': [POOL_TAG, 'other'] })).toBe(false);
  });

  test('shows keys on a pool’s instances alone, and nothing beside them', () => {
    const keys = { 'aws:TagKeys': [SSH_KEY_TAG, HOST_KEY_TAG] };
    expect(may('ec2:CreateTags', 'instance', { ...ours, ...keys })).toBe(true);
    expect(may('ec2:CreateTags', 'instance', { ...ours, 'aws:TagKeys': [HOST_KEY_TAG] })).toBe(true);
    expect(may('ec2:CreateTags', 'instance', keys)).toBe(false);
    expect(may('ec2:CreateTags', 'elastic-ip', { ...ours, ...keys })).toBe(false);
    expect(may('ec2:DeleteTags', 'instance', { ...ours, ...keys })).toBe(false);
  });

  test('gives instances the one role', () => {
    const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const pass = (name: string, to: string) =>
      allows(policy, 'iam:PassRole', role(name), { 'iam:PassedToService': to });
    expect(pass('poolparty', 'ec2.amazonaws.com')).toBe(true);
    expect(pass('admin', 'ec2.amazonaws.com')).toBe(false);
    expect(pass('poolparty', 'lambda.amazonaws.com')).toBe(false);
  });

  test(`${who === 'operator' ? 'makes and removes' : 'neither makes nor removes'} groups and addresses, and says that the pool stops`, () => {
    const can = who === 'operator';
    const born = { ...asked(POOL_TAG), 'ec2:CreateAction': 'AllocateAddress' };
    expect([
      may('ec2:AllocateAddress', 'elastic-ip', asked(POOL_TAG)),
      may('ec2:CreateTags', 'elastic-ip', born),
      may('ec2:ReleaseAddress', 'elastic-ip', ours),
      may('ec2:CreateSecurityGroup', 'security-group', asked(POOL_TAG)),
      may('ec2:CreateSecurityGroup', 'vpc'),
      may('ec2:AuthorizeSecurityGroupIngress', 'security-group', ours),
      may('ec2:RevokeSecurityGroupIngress', 'security-group', ours),
      may('ec2:DeleteSecurityGroup', 'security-group', ours),
      may('ec2:CreateTags', 'elastic-ip', { ...ours, 'aws:TagKeys': [STOPPING_TAG] }),
      may('ec2:DeleteTags', 'elastic-ip', { ...ours, 'aws:TagKeys': [STOPPING_TAG] }),
    ]).toEqual(Array(10).fill(can));
    expect(may('ec2:ReleaseAddress', 'elastic-ip')).toBe(false);
    expect(may('ec2:AllocateAddress', 'elastic-ip')).toBe(false);
    expect(may('ec2:CreateTags', 'elastic-ip', { 'aws:TagKeys': [STOPPING_TAG] })).toBe(false);
  });
});
