// EC2's answers to DescribeInstanceStatus in our words; test/contract/world/cloud.test.ts asks a real one.
import type { InstanceStatus as Ec2Status } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import type { Ec2 } from '../../../../src/world/ec2/client.ts';
import { status } from '../../../../src/world/ec2/status.ts';

/** A client that knows these, and how many ids each call had. */
function answering(known: readonly Ec2Status[]) {
  const calls: number[] = [];
  const send = async ({ input: { InstanceIds } }: { input: { InstanceIds: readonly string[] } }) => {
    calls.push(InstanceIds.length);
    const unknown = InstanceIds.filter((id) => !known.some(({ InstanceId }) => InstanceId === id));
    if (unknown.length > 0)
      throw Object.assign(new Error(`The instance IDs '${unknown.join(', ')}' do not exist`), {
        name: 'InvalidInstanceID.NotFound',
      });
    return { InstanceStatuses: known.filter(({ InstanceId = '' }) => InstanceIds.includes(InstanceId)) };
  };
  const ec2 = { client: { send }, call: (_: string, work: () => Promise<unknown>) => work() };
  return { ec2: ec2 as unknown as Ec2, calls };
}

const one = (InstanceId: string, own: string, host: string, more: Partial<Ec2Status> = {}) =>
  ({ InstanceId, InstanceStatus: { Status: own }, SystemStatus: { Status: host }, ...more }) as Ec2Status;

test('row 57: well is who passes both checks, impaired who fails one of them', async () => {
  const { ec2 } = answering([
    one('i-1', 'ok', 'ok'),
    one('i-2', 'impaired', 'ok'),
    one('i-3', 'ok', 'impaired'),
    one('i-4', 'initializing', 'ok'),
    one('i-5', 'not-applicable', 'not-applicable'),
    one('i-6', 'insufficient-data', 'ok'),
  ]);
  const found = await status(ec2, ['i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6']);
  const healths = ['ok', 'impaired', 'impaired', 'unknown', 'unknown', 'unknown'];
  expect([...found.values()].map(({ health }) => health)).toEqual(healths);
});

test('a retirement is a notice, unless it is over', async () => {
  const at = new Date('2027-01-21T09:00:43Z');
  const event = (Description: string) => ({
    Events: [{ Code: 'instance-retirement' as const, Description, NotBefore: at }],
  });
  const { ec2 } = answering([
    one('i-1', 'ok', 'ok', event('The instance is running on degraded hardware')),
    one('i-2', 'ok', 'ok', event('[Completed] The instance is running on degraded hardware')),
  ]);
  const found = await status(ec2, ['i-1', 'i-2']);
  const notice = { why: 'scheduled', action: 'instance-retirement', at: at.toISOString() };
  expect([found.get('i-1')?.notice, found.get('i-2')?.notice]).toEqual([notice, 'none']);
});

test('more than 100 are asked for in several calls, and unknown ones harm nobody', async () => {
  const ids = Array.from({ length: 150 }, (_, at) => `i-${(at + 1).toString(16)}`);
  const { ec2, calls } = answering(ids.slice(1).map((id) => one(id, 'ok', 'ok')));
  const found = await status(ec2, ids);
  expect(calls).toEqual([100, 99, 50]);
  expect([...found.keys()]).toEqual(ids);
  expect([found.get('i-1')?.health, found.get('i-2')?.health]).toEqual(['unknown', 'ok']);
});
