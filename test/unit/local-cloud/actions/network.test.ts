// Addresses and groups through the API over a fake engine: what the network is told to be.
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DisassociateAddressCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { servedCloud } from '../cloud.fixture.ts';

let served: Awaited<ReturnType<typeof servedCloud>>;
beforeEach(async () => {
  served = await servedCloud();
});
afterEach(() => served.close());

const failing = (code: string) => expect.objectContaining({ name: code });
const look = async (id: string) => {
  const answer = await served.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return answer.Reservations?.[0]?.Instances?.[0];
};

async function running(count: number, groups?: string[]): Promise<string[]> {
  const input = { ImageId: IMAGES[0]!.id, MinCount: count, MaxCount: count, SecurityGroupIds: groups };
  const ids = (await served.ec2.send(new RunInstancesCommand(input))).Instances!.map(
    (one) => one.InstanceId!,
  );
  for (const id of ids)
    await vi.waitFor(async () => expect((await look(id))?.State?.Name).toBe('running'), { interval: 5 });
  return ids;
}

const allocate = async () => {
  const { AllocationId, PublicIp } = await served.ec2.send(new AllocateAddressCommand({}));
  return { AllocationId: AllocationId!, PublicIp: PublicIp! };
};
const associate = (AllocationId: string, InstanceId: string, AllowReassociation = false) =>
  served.ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId, AllowReassociation }));

describe('an Elastic IP', () => {
  test('takes the automatic address away, and another one comes after it has left', async () => {
    const [id] = (await running(1)) as [string];
    const automatic = (await look(id))?.PublicIpAddress;
    const { AllocationId, PublicIp } = await allocate();
    const { AssociationId } = await associate(AllocationId, id);
    expect((await look(id))?.PublicIpAddress).toBe(PublicIp);
    expect([...served.engine.applied!.addresses.keys()]).toEqual([PublicIp]);
    await served.ec2.send(new DisassociateAddressCommand({ AssociationId }));
    expect((await look(id))?.PublicIpAddress).toBeUndefined();
    await vi.waitFor(async () => expect((await look(id))?.PublicIpAddress).toBeDefined(), { interval: 5 });
    expect(automatic).toBeDefined();
  });

  test('of two that claim it without reassociation goes to one', async () => {
    const [a, b] = (await running(2)) as [string, string];
    const { AllocationId } = await allocate();
    const claims = await Promise.allSettled([associate(AllocationId, a), associate(AllocationId, b)]);
    expect(claims.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = claims.find((one) => one.status === 'rejected');
    expect(lost?.reason).toEqual(failing('Resource.AlreadyAssociated'));
  });

  test('moves when reassociation is allowed', async () => {
    const [a, b] = (await running(2)) as [string, string];
    const { AllocationId, PublicIp } = await allocate();
    await associate(AllocationId, a);
    await associate(AllocationId, b, true);
    expect(served.engine.applied?.addresses.get(PublicIp)).toBe((await look(b))?.PrivateIpAddress);
  });

  test('foreign A2: leaves its instance by itself when it is released, since the network is the default one', async () => {
    const [id] = (await running(1)) as [string];
    const { AllocationId, PublicIp } = await allocate();
    await associate(AllocationId, id);
    await served.ec2.send(new ReleaseAddressCommand({ AllocationId }));
    expect((await look(id))?.PublicIpAddress).not.toBe(PublicIp);
    expect(served.engine.applied?.addresses.has(PublicIp)).toBe(false);
    await vi.waitFor(async () => expect((await look(id))?.PublicIpAddress).toBeDefined(), { interval: 5 });
    const gone = served.ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }));
    await expect(gone).rejects.toEqual(failing('InvalidAllocationID.NotFound'));
  });

  test('that was given up twice is not found the second time', async () => {
    const [id] = (await running(1)) as [string];
    const { AllocationId } = await allocate();
    const { AssociationId } = await associate(AllocationId, id);
    await served.ec2.send(new DisassociateAddressCommand({ AssociationId }));
    const again = served.ec2.send(new DisassociateAddressCommand({ AssociationId }));
    await expect(again).rejects.toEqual(failing('InvalidAssociationID.NotFound'));
  });
});

const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const create = async (GroupName: string) =>
  (await served.ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: 'd' }))).GroupId!;

describe('a security group', () => {
  test('opens what its rules say, and names its members by their private addresses', async () => {
    const group = await create('web');
    const inside = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: group }] };
    const rules = { GroupId: group, IpPermissions: [ssh, inside] };
    await served.ec2.send(new AuthorizeSecurityGroupIngressCommand(rules));
    const ids = await running(2, [group]);
    const ips = await Promise.all(ids.map(async (id) => (await look(id))!.PrivateIpAddress!));
    expect(served.engine.applied?.openings.get(ips[0]!)).toEqual([
      { protocol: 'tcp', fromPort: 22, toPort: 22, peers: ['0.0.0.0/0'] },
      { protocol: 'all', peers: ips },
    ]);
    await served.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [ssh] }));
    expect(served.engine.applied?.openings.get(ips[0]!)).toEqual([{ protocol: 'all', peers: ips }]);
  });

  test('refuses a rule it has and a rule it has not', async () => {
    const rules = { GroupId: await create('web'), IpPermissions: [ssh] };
    await expect(served.ec2.send(new RevokeSecurityGroupIngressCommand(rules))).rejects.toEqual(
      failing('InvalidPermission.NotFound'),
    );
    await served.ec2.send(new AuthorizeSecurityGroupIngressCommand(rules));
    await expect(served.ec2.send(new AuthorizeSecurityGroupIngressCommand(rules))).rejects.toEqual(
      failing('InvalidPermission.Duplicate'),
    );
  });

  test('is kept while an instance uses it, and its name is taken once', async () => {
    const group = await create('web');
    await expect(create('web')).rejects.toEqual(failing('InvalidGroup.Duplicate'));
    const ids = await running(1, [group]);
    const remove = new DeleteSecurityGroupCommand({ GroupId: group });
    await expect(served.ec2.send(remove)).rejects.toEqual(failing('DependencyViolation'));
    await served.ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }));
    await vi.waitFor(() => served.ec2.send(remove), { interval: 5 });
    const find = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['web'] }] });
    expect((await served.ec2.send(find)).SecurityGroups).toEqual([]);
  });
});
