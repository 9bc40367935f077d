// The SDK's own client drives the API over a fake engine: launches, states, tokens, errors.
import {
  CreateKeyPairCommand,
  CreateTagsCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { servedCloud } from '../cloud.fixture.ts';

const image = IMAGES[0]!.id;
let served: Awaited<ReturnType<typeof servedCloud>>;

beforeEach(async () => {
  served = await servedCloud();
});
afterEach(() => served.close());

const launch = async (more: Partial<RunInstancesCommandInput> = {}, ec2: EC2Client = served.ec2) => {
  const input = { ImageId: image, InstanceType: 't3.small' as const, MinCount: 1, MaxCount: 1, ...more };
  return (await ec2.send(new RunInstancesCommand(input))).Instances ?? [];
};
const look = async (id: string) =>
  (await served.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]
    ?.Instances?.[0];
const reaches = (id: string, state: string) =>
  vi.waitFor(async () => expect((await look(id))?.State?.Name).toBe(state), { interval: 5 });
const failing = (code: string) => expect.objectContaining({ name: code });

describe('a launch', () => {
  test('is pending until the machine answers, then running', async () => {
    let open = (): void => {};
    served.engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    const [one] = await launch();
    expect((await look(one!.InstanceId!))?.State).toEqual({ Code: 0, Name: 'pending' });
    open();
    await reaches(one!.InstanceId!, 'running');
  });

  test('row 38: carries its tags from the first look on', async () => {
    const Tags = [{ Key: 'poolparty:pool', Value: 'a<b>&"c"' }];
    const [one] = await launch({ TagSpecifications: [{ ResourceType: 'instance', Tags }] });
    expect(one?.Tags).toEqual(Tags);
    const filter = { Filters: [{ Name: 'tag:poolparty:pool', Values: ['a<*'] }] };
    const found = await served.ec2.send(new DescribeInstancesCommand(filter));
    expect(found.Reservations?.[0]?.Instances?.[0]?.InstanceId).toBe(one?.InstanceId);
  });

  test('that fails ends terminated and says why', async () => {
    served.engine.nextError = new Error('no space left');
    const [one] = await launch();
    await reaches(one!.InstanceId!, 'terminated');
    expect((await look(one!.InstanceId!))?.StateReason?.Message).toContain('no space left');
  });

  test('given up while pending leaves no machine', async () => {
    const [one] = await launch();
    await served.ec2.send(new TerminateInstancesCommand({ InstanceIds: [one!.InstanceId!] }));
    await reaches(one!.InstanceId!, 'terminated');
    expect(await served.engine.machines()).toEqual([]);
  });

  test('repeated with its token is the same launch', async () => {
    const [[first], [again]] = await Promise.all([
      launch({ ClientToken: 't' }),
      launch({ ClientToken: 't' }),
    ]);
    expect(again?.InstanceId).toBe(first?.InstanceId);
    expect(Object.keys(served.cloud.state.instances)).toHaveLength(1);
  });

  test('of a used token is refused when it differs, or when its instance is gone', async () => {
    const [one] = await launch({ ClientToken: 't' });
    await expect(launch({ ClientToken: 't', MaxCount: 2 })).rejects.toEqual(
      failing('IdempotentParameterMismatch'),
    );
    await served.ec2.send(new TerminateInstancesCommand({ InstanceIds: [one!.InstanceId!] }));
    await reaches(one!.InstanceId!, 'terminated');
    await expect(launch({ ClientToken: 't' })).rejects.toEqual(failing('IdempotentInstanceTerminated'));
  });

  test.for<[string, Partial<RunInstancesCommandInput>]>([
    ['InvalidAMIID.NotFound', { ImageId: 'ami-00000000' }],
    ['InvalidAMIID.Malformed', { ImageId: 'poolparty' }],
    ['InvalidKeyPair.NotFound', { KeyName: 'nobody' }],
    ['InvalidGroup.NotFound', { SecurityGroupIds: ['sg-00000000'] }],
    ['InvalidGroup.NotFound', { SecurityGroups: ['nobody'] }],
    ['InvalidSubnetID.NotFound', { SubnetId: 'subnet-00000000' }],
    ['InvalidParameterValue', { InstanceType: 'x9.huge' as 't3.small' }],
    ['InvalidParameterValue', { InstanceType: 't4g.small' }],
    ['InvalidParameterValue', { Placement: { AvailabilityZone: 'us-east-1q' } }],
    ['InvalidParameterValue', { IamInstanceProfile: { Name: 'nobody' } }],
    ['InvalidParameterValue', { MinCount: 2, MaxCount: 1 }],
    ['InvalidParameterValue', { UserData: 'not base64!' }],
    ['DryRunOperation', { DryRun: true }],
  ])('is refused with %s', async ([code, change]) => {
    await expect(launch(change)).rejects.toEqual(failing(code));
    expect(served.cloud.state.instances).toEqual({});
  });
});

describe('an instance', () => {
  test('stops, keeps its disk and starts again', async () => {
    const [one] = await launch();
    const ids = { InstanceIds: [one!.InstanceId!] };
    await reaches(one!.InstanceId!, 'running');
    await served.ec2.send(new StopInstancesCommand(ids));
    await reaches(one!.InstanceId!, 'stopped');
    expect(await served.engine.machines()).toEqual([one!.InstanceId]);
    expect((await look(one!.InstanceId!))?.PublicIpAddress).toBeUndefined();
    await served.ec2.send(new StartInstancesCommand(ids));
    await reaches(one!.InstanceId!, 'running');
    expect((await look(one!.InstanceId!))?.PublicIpAddress).toBeDefined();
  });

  test('whose machine was killed reads stopped and is not restarted', async () => {
    const [one] = await launch();
    await reaches(one!.InstanceId!, 'running');
    served.engine.kill(one!.InstanceId!);
    expect((await look(one!.InstanceId!))?.State?.Name).toBe('stopped');
    expect(served.engine.booted).toEqual([one!.InstanceId]);
  });

  test('that reboots from inside boots again and never leaves running', async () => {
    const [one] = await launch();
    await reaches(one!.InstanceId!, 'running');
    served.engine.kill(one!.InstanceId!, 'reboot');
    expect((await look(one!.InstanceId!))?.State?.Name).toBe('running');
    expect(served.engine.booted).toEqual([one!.InstanceId, one!.InstanceId]);
  });

  test('that is protected is not terminated, nor are the others of the request', async () => {
    const [one, two] = await launch({ MinCount: 2, MaxCount: 2 });
    const protect = { InstanceId: two!.InstanceId!, DisableApiTermination: { Value: true } };
    await served.ec2.send(new ModifyInstanceAttributeCommand(protect));
    const both = { InstanceIds: [one!.InstanceId!, two!.InstanceId!] };
    await expect(served.ec2.send(new TerminateInstancesCommand(both))).rejects.toEqual(
      failing('OperationNotPermitted'),
    );
    await reaches(one!.InstanceId!, 'running');
  });

  test('that nobody knows is an error in the words of EC2', async () => {
    const id = 'i-0123456789abcdef0';
    await expect(look(id)).rejects.toThrow(`The instance ID '${id}' does not exist`);
    await expect(look('i-x')).rejects.toEqual(failing('InvalidInstanceID.Malformed'));
    const tag = new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] });
    await expect(served.ec2.send(tag)).rejects.toEqual(failing('InvalidInstanceID.NotFound'));
  });

  test('has a status while it runs, and none before', async () => {
    const [one] = await launch();
    await reaches(one!.InstanceId!, 'running');
    const answer = await served.ec2.send(new DescribeInstanceStatusCommand({}));
    expect(answer.InstanceStatuses?.map((status) => status.InstanceStatus?.Status)).toEqual(['initializing']);
  });
});

describe('a caller', () => {
  test('with a wrong secret or an unknown id is refused', async () => {
    const wrong = served.clientOf({ accessKeyId: 'AKIATEST', secretAccessKey: 'guess' });
    await expect(launch({}, wrong)).rejects.toEqual(failing('SignatureDoesNotMatch'));
    const unknown = served.clientOf({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'secret' });
    await expect(launch({}, unknown)).rejects.toEqual(failing('AuthFailure'));
  });

  test('sees the zones of the region it asks from', async () => {
    const [one] = await launch(
      { Placement: { AvailabilityZone: 'eu-west-3b' } },
      served.clientOf(undefined, 'eu-west-3'),
    );
    expect(one?.Placement?.AvailabilityZone).toBe('eu-west-3b');
  });

  test('that asks for an action nobody has gets InvalidAction', async () => {
    const { CreateVolumeCommand } = await import('@aws-sdk/client-ec2');
    await expect(served.ec2.send(new CreateVolumeCommand({}))).rejects.toEqual(failing('InvalidAction'));
  });

  test('has every change on disk before the answer', async () => {
    const made = await served.ec2.send(new CreateKeyPairCommand({ KeyName: 'mine', KeyType: 'ed25519' }));
    expect(made.KeyMaterial).toContain('BEGIN OPENSSH PRIVATE KEY');
    expect(served.saved.at(-1)).toContain('"mine"');
    expect(served.saved.join()).not.toContain('PRIVATE KEY');
  });
});
