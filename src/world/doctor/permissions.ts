// May we do what the product does? Each call as a dry run: EC2 says whether it would, and does nothing.
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeAccountAttributesCommand,
  DescribeAddressesCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DisassociateAddressCommand,
  type EC2Client,
  GetConsoleOutputCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Verdict } from '../../plans/doctor/account.ts';
import { groupName, POOL_TAG, STOPPING_TAG } from '../../pool/pool.ts';
import type { Ec2 } from '../ec2/client.ts';
import { codeOf, isRefusal } from '../ec2/errors.ts';
import type { Launch, Subject } from './subject.ts';

/** Sends the dry run; undefined where the pool has nothing yet that it could be about. */
type Ask = (client: EC2Client, subject: Subject) => Promise<unknown> | '' | undefined;

const DryRun = true;

const tagged = (ResourceType: 'security-group' | 'elastic-ip', { pool }: Subject) => ({
  TagSpecifications: [{ ResourceType, Tags: [{ Key: POOL_TAG, Value: pool }] }],
});

/** A rule that nobody has: a documentation address (RFC 5737). */
const RULE = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.255/32' }] }];

const launchInput = (pool: string, launch: Launch, groupId: string): RunInstancesCommandInput => ({
  ...{ DryRun, MinCount: 1, MaxCount: 1, ImageId: launch.imageId, KeyName: launch.keypair },
  InstanceType: launch.type as NonNullable<RunInstancesCommandInput['InstanceType']>,
  ...{ SubnetId: launch.subnetId, SecurityGroupIds: [groupId] },
  ...(launch.profile === undefined ? {} : { IamInstanceProfile: { Name: launch.profile } }),
  TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map((ResourceType) => ({
    ResourceType,
    Tags: [{ Key: POOL_TAG, Value: pool }],
  })),
});

const LOOKS: Readonly<Record<string, Ask>> = {
  DescribeAccountAttributes: (ec2) => ec2.send(new DescribeAccountAttributesCommand({ DryRun })),
  DescribeAddresses: (ec2) => ec2.send(new DescribeAddressesCommand({ DryRun })),
  DescribeImages: (ec2) => ec2.send(new DescribeImagesCommand({ DryRun, Owners: ['self'] })),
  DescribeInstanceStatus: (ec2) => ec2.send(new DescribeInstanceStatusCommand({ DryRun })),
  DescribeInstanceTypeOfferings: (ec2) => ec2.send(new DescribeInstanceTypeOfferingsCommand({ DryRun })),
  DescribeInstanceTypes: (ec2) => ec2.send(new DescribeInstanceTypesCommand({ DryRun })),
  DescribeInstances: (ec2) => ec2.send(new DescribeInstancesCommand({ DryRun })),
  DescribeKeyPairs: (ec2) => ec2.send(new DescribeKeyPairsCommand({ DryRun })),
  DescribeRegions: (ec2) => ec2.send(new DescribeRegionsCommand({ DryRun })),
  DescribeSecurityGroups: (ec2) => ec2.send(new DescribeSecurityGroupsCommand({ DryRun })),
  DescribeSubnets: (ec2) => ec2.send(new DescribeSubnetsCommand({ DryRun })),
  DescribeVolumes: (ec2) => ec2.send(new DescribeVolumesCommand({ DryRun })),
};

const ON_POOL: Readonly<Record<string, Ask>> = {
  AllocateAddress: (ec2, subject) =>
    ec2.send(new AllocateAddressCommand({ DryRun, Domain: 'vpc', ...tagged('elastic-ip', subject) })),
  CreateSecurityGroup: (ec2, subject) =>
    ec2.send(
      new CreateSecurityGroupCommand({
        ...{
          DryRun,
          GroupName: groupName(subject.pool),
          Description: 'PoolParty asks',
          VpcId: subject.vpcId,
        },
        ...tagged('security-group', subject),
      }),
    ),
  // The policy lets instances into a group of a pool alone, so that without one nothing can be told.
  RunInstances: (ec2, { pool, launch, groupId }) =>
    launch && groupId && ec2.send(new RunInstancesCommand(launchInput(pool, launch, groupId))),
};

const ON_GROUP: Readonly<Record<string, (ec2: EC2Client, GroupId: string) => Promise<unknown>>> = {
  AuthorizeSecurityGroupIngress: (ec2, GroupId) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ DryRun, GroupId, IpPermissions: RULE })),
  RevokeSecurityGroupIngress: (ec2, GroupId) =>
    ec2.send(new RevokeSecurityGroupIngressCommand({ DryRun, GroupId, IpPermissions: RULE })),
  DeleteSecurityGroup: (ec2, GroupId) => ec2.send(new DeleteSecurityGroupCommand({ DryRun, GroupId })),
};

const ON_INSTANCE: Readonly<Record<string, (ec2: EC2Client, id: string) => Promise<unknown>>> = {
  GetConsoleOutput: (ec2, InstanceId) => ec2.send(new GetConsoleOutputCommand({ DryRun, InstanceId })),
  TerminateInstances: (ec2, id) => ec2.send(new TerminateInstancesCommand({ DryRun, InstanceIds: [id] })),
};

const ON_ADDRESS: Readonly<Record<string, (ec2: EC2Client, id: string) => Promise<unknown>>> = {
  CreateTags: (ec2, id) =>
    ec2.send(new CreateTagsCommand({ DryRun, Resources: [id], Tags: [{ Key: STOPPING_TAG, Value: 'yes' }] })),
  DeleteTags: (ec2, id) =>
    ec2.send(new DeleteTagsCommand({ DryRun, Resources: [id], Tags: [{ Key: STOPPING_TAG }] })),
  ReleaseAddress: (ec2, id) => ec2.send(new ReleaseAddressCommand({ DryRun, AllocationId: id })),
};

const about = (
  asks: Readonly<Record<string, (ec2: EC2Client, id: string) => Promise<unknown>>>,
  idOf: (subject: Subject) => string | undefined,
): Readonly<Record<string, Ask>> =>
  Object.fromEntries(
    Object.entries(asks).map(([name, ask]) => {
      const asked: Ask = (ec2, subject) => {
        const id = idOf(subject);
        return id && ask(ec2, id);
      };
      return [name, asked];
    }),
  );

/** Every call of EC2's that the product makes. */
export const CALLS: Readonly<Record<string, Ask>> = {
  ...LOOKS,
  ...ON_POOL,
  ...about(ON_GROUP, ({ groupId }) => groupId),
  ...about(ON_INSTANCE, ({ instanceId }) => instanceId),
  ...about(ON_ADDRESS, ({ allocationId }) => allocationId),
  AssociateAddress: (ec2, { allocationId, instanceId }) =>
    allocationId &&
    instanceId &&
    ec2.send(new AssociateAddressCommand({ DryRun, AllocationId: allocationId, InstanceId: instanceId })),
  DisassociateAddress: (ec2, { associationId }) =>
    associationId && ec2.send(new DisassociateAddressCommand({ DryRun, AssociationId: associationId })),
};

/** EC2 refuses who may not before it looks at what is asked: any other answer of its own is that of one who may. */
async function verdictOf(ask: ReturnType<Ask>): Promise<Verdict> {
  if (!ask) return 'unasked';
  try {
    await ask;
    return 'allowed';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return ['UnauthorizedOperation', 'AccessDenied'].includes(codeOf(error)) ? 'denied' : 'allowed';
  }
}

/** Throws where EC2 itself does not answer. */
export async function mayCall(ec2: Ec2, subject: Subject): Promise<ReadonlyMap<string, Verdict>> {
  const entries = Object.entries(CALLS).sort(([a], [b]) => (a < b ? -1 : 1));
  const asked = entries.map(
    async ([name, ask]) => [name, await ec2.call(name, () => verdictOf(ask(ec2.client, subject)))] as const,
  );
  return new Map(await Promise.all(asked));
}
