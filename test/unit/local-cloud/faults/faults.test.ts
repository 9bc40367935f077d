// Each fault of the API and of the records as the SDK's own client meets it, over an engine without machines.
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeAddressesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Wanted } from '../../../../src/local-cloud/faults/fault.ts';
import { keepTime } from '../../../../src/local-cloud/life/due.ts';
import { addFaults, clearFaults } from '../../../../src/local-cloud/life/faults.ts';
import { lookUp } from '../../../../src/local-cloud/metadata/lookup.ts';
import { latest } from '../../../../src/local-cloud/metadata/tree.ts';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { subnetId } from '../../../../src/local-cloud/model/zones.ts';
import { servedCloud } from '../cloud.fixture.ts';

let served: Awaited<ReturnType<typeof servedCloud>>;
let stopTime: () => void;
beforeEach(async () => {
  served = await servedCloud();
  stopTime = keepTime(served.cloud);
});
afterEach(() => {
  stopTime();
  served.close();
});

const wrong = (...faults: Wanted[]) => addFaults(served.cloud, faults);
const failing = (name: string, status: number) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });
const launch = async (more: Partial<RunInstancesCommandInput> = {}) => {
  const input = {
    ImageId: IMAGES[0]!.id,
    InstanceType: 't3.nano' as const,
    MinCount: 1,
    MaxCount: 1,
    ...more,
  };
  return (await served.ec2.send(new RunInstancesCommand(input))).Instances?.[0]?.InstanceId ?? '';
};
const describeAll = async () =>
  ((await served.ec2.send(new DescribeInstancesCommand({}))).Reservations ?? []).flatMap((one) =>
    (one.Instances ?? []).map(({ InstanceId, State }) => [InstanceId, State?.Name]),
  );
const running = async (id: string) =>
  vi.waitFor(() => expect(served.cloud.state.instances[id]?.state).toBe('running'), { interval: 2 });
const look = () => served.ec2.send(new DescribeInstancesCommand({}));

describe('calls', () => {
  test('are throttled, so often as asked, and only those of the action', async () => {
    wrong({ kind: 'throttle', action: 'DescribeInstances', count: 2 });
    await served.ec2.send(new DescribeAddressesCommand({}));
    for (let n = 0; n < 2; n++) await expect(look()).rejects.toThrow(failing('RequestLimitExceeded', 503));
    await look();
    await vi.waitFor(() => expect(served.cloud.state.faults).toEqual([]));
  });

  test('fail on the server’s side', async () => {
    wrong({ kind: 'error', how: 'internal', count: 1 });
    await expect(look()).rejects.toThrow(failing('InternalError', 500));
    wrong({ kind: 'error', how: 'unavailable', count: 1 });
    await expect(look()).rejects.toThrow(failing('Unavailable', 503));
    await look();
  });

  test('are cut before anything is done, or after it: the same token is then the same launch', async () => {
    wrong({ kind: 'cut', action: 'RunInstances', how: 'before', count: 1 });
    await expect(launch({ ClientToken: 'one' })).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(served.cloud.state.instances).toEqual({});
    wrong({ kind: 'cut', action: 'RunInstances', how: 'after', count: 1 });
    await expect(launch({ ClientToken: 'one' })).rejects.toThrow(/aborted|ECONNRESET/);
    const [made] = Object.keys(served.cloud.state.instances);
    expect(await launch({ ClientToken: 'one' })).toBe(made);
  });

  test('of launches lack capacity in a zone, of a type, and nowhere else', async () => {
    wrong({ kind: 'capacity', zone: 'a', type: 't3.nano' });
    const inA = { SubnetId: subnetId('a') };
    const refused = failing('InsufficientInstanceCapacity', 500);
    await expect(launch(inA)).rejects.toThrow(refused);
    await expect(launch(inA)).rejects.toThrow(
      /sufficient t3.nano capacity .* \(us-east-1a\).* choosing us-east-1b, us-east-1c/,
    );
    await launch({ SubnetId: subnetId('b') });
    await launch({ ...inA, InstanceType: 't3.micro' });
    await expect(launch({ ...inA, DryRun: true })).rejects.toThrow(failing('DryRunOperation', 412));
  });
});

test('launches lack capacity on the spot market alone, where that is asked for', async () => {
  wrong({ kind: 'capacity', market: 'spot' });
  const onSpot = { InstanceMarketOptions: { MarketType: 'spot' as const } };
  const refused = failing('InsufficientInstanceCapacity', 500);
  await expect(launch(onSpot)).rejects.toThrow(refused);
  await expect(launch(onSpot)).rejects.toThrow(
    'There is no Spot capacity available that matches your request.',
  );
  await launch();
  clearFaults(served.cloud, 'capacity');
  await launch(onSpot);
});

describe('records', () => {
  test('do not know new ids for a while, whoever asks and however', async () => {
    wrong({ kind: 'unknown-ids', delay: 400 });
    const { GroupId } = await served.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'young', Description: 'young' }),
    );
    const { AllocationId } = await served.ec2.send(new AllocateAddressCommand({}));
    const id = await launch({ ClientToken: 'young' });
    expect(await launch({ ClientToken: 'young' })).toBe(id);
    expect(await describeAll()).toEqual([]);
    const unknown = (name: string) => expect.objectContaining({ name });
    const one = { InstanceIds: [id] };
    await expect(served.ec2.send(new DescribeInstancesCommand(one))).rejects.toThrow(
      unknown('InvalidInstanceID.NotFound'),
    );
    await expect(served.ec2.send(new TerminateInstancesCommand(one))).rejects.toThrow(
      unknown('InvalidInstanceID.NotFound'),
    );
    await expect(
      served.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] })),
    ).rejects.toThrow(unknown('InvalidInstanceID.NotFound'));
    await expect(
      served.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId!] })),
    ).rejects.toThrow(unknown('InvalidGroup.NotFound'));
    await expect(
      served.ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: id })),
    ).rejects.toThrow(/NotFound|does not exist/);
    await vi.waitFor(async () => expect(await describeAll()).toEqual([[id, 'running']]), { interval: 50 });
    await served.ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: id }));
  });

  test('lag: a look shows what was so some time ago', async () => {
    const id = await launch();
    await running(id);
    wrong({ kind: 'lag', delay: 400 });
    await served.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(await describeAll()).toEqual([[id, 'running']]);
    const other = await launch();
    expect((await describeAll()).flat()).not.toContain(other);
    await vi.waitFor(
      async () => expect((await describeAll()).flat()).toEqual([id, 'terminated', other, 'running']),
      {
        interval: 50,
      },
    );
    clearFaults(served.cloud);
  });

  test('give an address at once, and packets follow later', async () => {
    const id = await launch();
    await running(id);
    const { AllocationId, PublicIp } = await served.ec2.send(new AllocateAddressCommand({}));
    wrong({ kind: 'slow-address', delay: 300 });
    await served.ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: id }));
    const { Addresses } = await served.ec2.send(new DescribeAddressesCommand({}));
    expect(Addresses?.[0]?.InstanceId).toBe(id);
    expect(served.engine.applied?.addresses.has(PublicIp!)).toBe(false);
    await vi.waitFor(() => expect(served.engine.applied?.addresses.has(PublicIp!)).toBe(true), {
      interval: 20,
    });
  });
});

describe('machines', () => {
  const ipOf = (id: string) => served.cloud.state.instances[id]?.privateIp;

  test('boot late', async () => {
    wrong({ kind: 'slow-boot', delay: 200, count: 1 });
    const [late, other] = [await launch(), await launch()];
    await running(other);
    expect(served.cloud.state.instances[late]?.state).toBe('pending');
    await running(late);
  });

  test('that boot late can be ended before', async () => {
    wrong({ kind: 'slow-boot', delay: 60_000 });
    const id = await launch();
    await served.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await vi.waitFor(() => expect(served.cloud.state.instances[id]?.state).toBe('terminated'), {
      interval: 5,
    });
    expect(served.engine.booted).toEqual([]);
  });

  test('never come up, though they read running', async () => {
    wrong({ kind: 'no-boot', count: 1 });
    const id = await launch();
    await running(id);
    expect(served.engine.specs.at(-1)).toMatchObject({ id, hangs: true });
  });

  test('refuse ssh from their birth until some time after they run, and on request', async () => {
    wrong({ kind: 'ssh-refused', delay: 300, count: 1 });
    const id = await launch();
    await running(id);
    expect(served.engine.applied?.refused).toEqual([ipOf(id)]);
    await vi.waitFor(() => expect(served.engine.applied?.refused).toEqual([]), { interval: 20 });
    wrong({ kind: 'ssh-refused', delay: 60_000, instance: id });
    await vi.waitFor(() => expect(served.engine.applied?.refused).toEqual([ipOf(id)]), { interval: 5 });
    clearFaults(served.cloud, 'ssh-refused');
    await vi.waitFor(() => expect(served.engine.applied?.refused).toEqual([]), { interval: 5 });
  });

  test('fall into a black hole, and come out of it', async () => {
    const id = await launch();
    await running(id);
    wrong({ kind: 'blackhole', instance: id, lasts: 300 });
    await vi.waitFor(() => expect(served.engine.applied?.silenced).toEqual([ipOf(id)]), { interval: 5 });
    await vi.waitFor(() => expect(served.engine.applied?.silenced).toEqual([]), { interval: 20 });
    expect(served.cloud.state.faults).toEqual([]);
  });

  test('find a spot notice, and end when it says', async () => {
    const id = await launch();
    await running(id);
    wrong({ kind: 'spot-notice', instance: id, delay: 300 });
    const told = () =>
      lookUp(latest(served.cloud, served.cloud.state.instances[id]!), [
        'meta-data',
        'spot',
        'instance-action',
      ]);
    const { time } = served.cloud.state.instances[id]!.spotNotice!;
    expect(JSON.parse(told()!)).toEqual({ action: 'terminate', time: `${time.slice(0, 19)}Z` });
    await vi.waitFor(() => expect(served.cloud.state.instances[id]?.state).toBe('terminated'), {
      interval: 20,
    });
    expect(served.cloud.state.instances[id]?.reason?.code).toBe('Server.SpotInstanceTermination');
    expect(served.cloud.state.faults).toEqual([]);
  });

  test('keep on living where the notice is cleared', async () => {
    const id = await launch();
    await running(id);
    wrong({ kind: 'spot-notice', instance: id, delay: 200 });
    clearFaults(served.cloud, 'f1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(served.cloud.state.instances[id]?.state).toBe('running');
  });

  test('are retired: EC2 shows it, their metadata too, and then they stop', async () => {
    const id = await launch();
    await running(id);
    wrong({ kind: 'retirement', instance: id, delay: 300 });
    const statuses = await served.ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }));
    expect(statuses.InstanceStatuses?.[0]?.Events).toMatchObject([{ Code: 'instance-retirement' }]);
    const path = ['meta-data', 'events', 'maintenance', 'scheduled'];
    const told = () => JSON.parse(lookUp(latest(served.cloud, served.cloud.state.instances[id]!), path)!);
    expect(told()).toMatchObject([{ Code: 'instance-retirement', State: 'active' }]);
    await vi.waitFor(() => expect(served.cloud.state.instances[id]?.state).toBe('stopped'), { interval: 20 });
    expect(served.cloud.state.instances[id]?.events[0]?.Description).toMatch(/^\[Completed\] /);
  });
});

describe('what makes no sense is refused, and nothing is changed', () => {
  test.for<[Wanted, string]>([
    [
      { kind: 'throttle', action: 'RunInstance' },
      'there is no action "RunInstance" that throttle could strike; did you mean "RunInstances"?',
    ],
    [{ kind: 'lag', action: 'RunInstances' }, 'there is no action "RunInstances" that lag could strike'],
    [{ kind: 'capacity', type: 't3.huge' }, 'there is no instance type "t3.huge"'],
    [{ kind: 'blackhole', instance: 'i-0123456789abcdef0' }, 'there is no instance i-0123456789abcdef0'],
  ])('%o', ([wanted, message]) => {
    expect(() => wrong({ kind: 'error' }, wanted)).toThrow(message);
    expect(served.cloud.state.faults).toEqual([]);
  });

  test('nor is anything cleared that is not there', () => {
    wrong({ kind: 'error' });
    expect(() => clearFaults(served.cloud, 'f2')).toThrow(
      'there is no fault "f2" to clear; did you mean "f1"?',
    );
    expect(clearFaults(served.cloud, 'lag')).toEqual([]);
    expect(clearFaults(served.cloud).map(({ id }) => id)).toEqual(['f1']);
  });
});
