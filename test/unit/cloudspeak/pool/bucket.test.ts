// The shared bucket: made where nobody has it, refused where it is not for us, left where it is when the pool ends.
import { expect, test } from 'vitest';
import { PoolError } from '../../../../src/pool/failure.ts';
import { speak } from '../../fake-world.ts';
import { next, party, started } from './party.ts';

const BUCKET = 'shared_bucket: files\ninstance_profile: nodes\n';

test('row 47: an absent bucket is made, and nothing is launched before it is there', async () => {
  const { outside } = party(BUCKET);
  expect(await speak('pool start', outside)).toMatchObject({ code: 0, stderr: '' });
  const { changes, buckets } = outside.ec2;
  expect(buckets.get('files')).toBe('ours');
  expect(changes.indexOf('make bucket files')).toBeGreaterThanOrEqual(0);
  expect(changes.indexOf('make bucket files')).toBeLessThan(changes.indexOf('launch 1'));
});

test('a bucket that is ours already is used as it is', async () => {
  const { outside } = party(BUCKET);
  outside.ec2.buckets.set('files', 'ours');
  expect((await speak('pool start', outside)).code).toBe(0);
  expect(outside.ec2.calls).not.toContain('makeBucket');
});

test('row 16: --dry-run shows that it would be made', async () => {
  const { outside } = party(BUCKET);
  const { code, stdout } = await speak('pool start --dry-run', outside);
  expect([code, outside.ec2.changes]).toEqual([0, []]);
  expect(stdout).toContain('make-bucket files: nobody has a bucket of that name\n');
  expect(stdout).toContain('launch 1 in us-east-1a');
});

test.for([
  ['forbidden', 'the bucket files exists, but these credentials may not use it; set shared_bucket to one of'],
  [
    'elsewhere',
    "the bucket files is in another region than the pool; set shared_bucket to one of the pool's",
  ],
] as const)('a bucket that is %s: code 2, and nothing is touched', async ([sight, told]) => {
  const { outside } = party(BUCKET);
  outside.ec2.buckets.set('files', sight);
  const { code, stderr } = await speak('pool start', outside);
  expect(code).toBe(2);
  expect(stderr).toContain(told);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(outside.ec2.changes).toEqual([]);
});

test('pool configure with a bucket that nobody has made is told so, and touches nothing', async () => {
  const { outside } = next(await started());
  Object.assign(outside.env, {
    POOL_SHARED_BUCKET: 'files',
    POOL_INSTANCE_PROFILE: 'nodes',
    POOL_HOST_PORT: '8080',
  });
  const { code, stderr } = await speak('pool configure', outside);
  expect([code, stderr]).toEqual([2, 'pool: the bucket files is not there yet; pool start makes it\n']);
  expect(outside.ec2.changes).toEqual([]);
});

test('whoever may not make one is told so, and nothing is launched', async () => {
  const { outside } = party(BUCKET);
  outside.ec2.nextError.set('makeBucket', new PoolError('S3 refused CreateBucket: AccessDenied: no'));
  const { code, stderr } = await speak('pool start', outside);
  expect([code, stderr]).toEqual([1, 'pool: S3 refused CreateBucket: AccessDenied: no\n']);
  expect(outside.ec2.changes.join()).not.toContain('launch');
});

test('without a bucket S3 is not asked', async () => {
  const { outside } = await started();
  expect(outside.ec2.calls.filter((call) => /bucket/i.test(call))).toEqual([]);
});

test('pool stop leaves the bucket and says so', async () => {
  const { outside } = next(await started(BUCKET));
  const { code, stdout } = await speak('pool stop --yes', outside);
  expect(code).toBe(0);
  expect(stdout).toMatch(/-- The bucket files stays, with its files\n-- Cloud is stopped\n$/);
  expect(outside.ec2.buckets.get('files')).toBe('ours');
});
