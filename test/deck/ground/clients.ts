// EC2 as others see it: what stands in the account whose machines, addresses and groups we count.
import {
  DeleteVolumeCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { idOf } from '../../../src/local-cloud/model/ids.ts';

const LIVING = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];

/** Ids of all that the account holds with this pool's tag, ended instances left out. */
export async function holdings(ec2: EC2Client, pool: string) {
  const tag = { Name: 'tag:poolparty:pool', Values: [pool] };
  const living = { Name: 'instance-state-name', Values: LIVING };
  const [{ Reservations = [] }, { Addresses = [] }, { SecurityGroups = [] }] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({ Filters: [tag, living] })),
    ec2.send(new DescribeAddressesCommand({ Filters: [tag] })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters: [tag] })),
  ]);
  return {
    instances: Reservations.flatMap(({ Instances = [] }) => Instances.map((one) => one.InstanceId ?? '')),
    addresses: Addresses.map(({ PublicIp }) => PublicIp ?? ''),
    groups: SecurityGroups.map(({ GroupName }) => GroupName ?? ''),
  };
}

/** An instance that somebody else launched, with these tags. */
export async function launchForeign(ec2: EC2Client, tags: Record<string, string>): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: idOf('ami', 'poolparty'),
      InstanceType: 't3.nano',
      MinCount: 1,
      MaxCount: 1,
      ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance', Tags }] } : {}),
    }),
  );
  return Instances[0]?.InstanceId ?? '';
}

export async function stateOf(ec2: EC2Client, id: string): Promise<string | undefined> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0]?.State?.Name;
}

export const endForeign = (ec2: EC2Client, ids: readonly string[]) =>
  ec2.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }));

/** Termination protection, as somebody sets it who wants to keep a machine. */
export const protect = (ec2: EC2Client, InstanceId: string, Value: boolean) =>
  ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value } }));

/** Somebody wants the root volume to outlive its instance. */
export const keepVolume = (ec2: EC2Client, InstanceId: string) =>
  ec2.send(
    new ModifyInstanceAttributeCommand({
      InstanceId,
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }],
    }),
  );

/** The pool's volumes, each with its state. */
export async function volumesOf(ec2: EC2Client, pool: string) {
  const Filters = [{ Name: 'tag:poolparty:pool', Values: [pool] }];
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
  return Volumes.map(({ VolumeId = '', State }) => ({ id: VolumeId, state: State }));
}

export const removeVolume = (ec2: EC2Client, VolumeId: string) =>
  ec2.send(new DeleteVolumeCommand({ VolumeId }));
