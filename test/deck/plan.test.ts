// "pool plan" and what follows from it, on real machines: what was said is what is done, and nothing is done again. The pool
// wants spot instances, which are not to be had at first.
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, expect, inject, test } from 'vitest';
import { ec2Of, local } from './ground/cloud.ts';
import { party } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const hello = party(cloud, 'plan', {
  POOL_MINIMUM_INSTANCES: '2',
  POOL_MAX_HOURLY_USD: '0.05',
  POOL_SPOT: 'true',
});
const fault = (...words: readonly string[]) => local(cloud.pack, cloud.home, cloud.state, 'fault', ...words);

afterAll(async () => {
  ec2.destroy();
  await hello.end();
});

/** In which market each was bought. */
const machines = async (): Promise<readonly string[]> => {
  const Filters = [{ Name: 'tag:poolparty:pool', Values: [hello.name] }];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances).map(
    ({ InstanceLifecycle = 'on-demand' }) => InstanceLifecycle,
  );
};

test('a plan says what start would make and cost, and makes nothing', async () => {
  const { code, stdout, stderr } = await hello.pool('plan', '--save', 'first.plan');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`Plan for pool ${hello.name} in us-east-1: what pool start would do\n`);
  expect(stdout).toMatch(/^ {2}launch 1 in us-east-1\w: minimum_instances is 2, 0 are there$/m);
  expect(stdout).toMatch(/^ {2}0 -> 2 × t3\.small spot, at most +0\.00000 +0\.04160 +30\.37$/m);
  expect(await machines()).toEqual([]);
});

test('row 36: start --plan does that, on demand where spot is not to be had, and says so', async () => {
  const { faults } = JSON.parse(await fault('capacity', '--market', 'spot', '--json'));
  const started = await hello.pool('start', '--plan', 'first.plan');
  await fault('clear', faults[0].id);
  expect(started).toMatchObject({
    code: 0,
    stderr: 'no spot instance is to be had in these zones; launching on demand\n',
  });
  expect(await machines()).toEqual(['on-demand', 'on-demand']);
});

test('then the plan is empty, and no longer this one', async () => {
  const again = await hello.pool('plan');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain('nothing is to be done\n');
  expect(again.stdout).toContain('Files: nothing differs\n');
  const { code, stderr } = await hello.pool('start', '--plan', 'first.plan');
  expect(code).toBe(2);
  expect(stderr).toContain('nothing was touched, since the world has moved since first.plan was made');
});

test('a change of a setting shows by file and hash; more nodes than max_hourly_usd pays for are refused', async () => {
  const { stdout } = await hello.pool('plan', '--max-connections', '7');
  expect(stdout).toMatch(/^ {4}\/etc\/haproxy\/haproxy\.cfg: [0-9a-f]{12} -> [0-9a-f]{12}$/m);
  expect(await hello.pool('grow')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'pool: max_hourly_usd is 0.05, and with one more it would be 0.0624; raise it, or set a smaller size, to grow\n',
  });
  expect(await machines()).toHaveLength(2);
});

test('row 18: pool clouds lists it, with its address and price', async () => {
  const { code, stdout, stderr } = await hello.pool('clouds');
  expect([code, stderr]).toEqual([0, '']);
  const line = `^${hello.name} in us-east-1: 2 instances, 2 × t3\\.small, at [\\d.]+, 0\\.0416 USD an hour, \\d+ min$`;
  expect(stdout).toMatch(new RegExp(line, 'm'));
});

test('row 36: once there are spot instances again, the next node is one', async () => {
  expect(await hello.pool('grow', '--max-hourly-usd', '0.07')).toMatchObject({ code: 0, stderr: '' });
  expect([...(await machines())].sort()).toEqual(['on-demand', 'on-demand', 'spot']);
});
