// Every action of the local cloud, asked by the SDK: what others may ask of it beside our own commands.

import type { EC2Client } from '@aws-sdk/client-ec2';
import * as AWS from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { vi } from 'vitest';
import { IMAGES } from '../../../src/local-cloud/model/images.ts';

const image = IMAGES[0]!.id;
const ANYWHERE = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];

async function running(ec2: EC2Client, ...ids: string[]): Promise<void> {
  await vi.waitFor(async () => {
    const { InstanceStatuses = [] } = await ec2.send(
      new AWS.DescribeInstanceStatusCommand({ InstanceIds: ids }),
    );
    if (InstanceStatuses.length < ids.length) throw new Error('not yet');
  });
}

async function describeTheRegion(ec2: EC2Client): Promise<void> {
  await ec2.send(new AWS.DescribeRegionsCommand({}));
  await ec2.send(new AWS.DescribeAvailabilityZonesCommand({}));
  await ec2.send(new AWS.DescribeAccountAttributesCommand({ AttributeNames: ['default-vpc'] }));
  await ec2.send(new AWS.DescribeAccountAttributesCommand({}));
  await ec2.send(new AWS.DescribeVpcsCommand({}));
  await ec2.send(new AWS.DescribeVpcClassicLinkCommand({}));
  await ec2.send(new AWS.DescribeVpcClassicLinkDnsSupportCommand({}));
  await ec2.send(new AWS.DescribeSubnetsCommand({}));
  await ec2.send(new AWS.DescribeImagesCommand({}));
  await ec2.send(new AWS.DescribeVolumesCommand({}));
  await ec2.send(new AWS.DescribeInstanceTypesCommand({}));
  await ec2.send(new AWS.DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone' }));
}

async function keys(ec2: EC2Client): Promise<void> {
  await ec2.send(new AWS.CreateKeyPairCommand({ KeyName: 'made', KeyType: 'ed25519' }));
  await ec2.send(new AWS.DescribeKeyPairsCommand({ IncludePublicKey: true }));
  await ec2.send(new AWS.DeleteKeyPairCommand({ KeyName: 'made' }));
}

async function groups(ec2: EC2Client): Promise<void> {
  const about = { GroupName: 'others', Description: 'of others' };
  const { GroupId } = await ec2.send(new AWS.CreateSecurityGroupCommand(about));
  await ec2.send(new AWS.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: ANYWHERE }));
  const mine = { Filters: [{ Name: 'group-id', Values: [GroupId ?? ''] }] };
  await ec2.send(new AWS.DescribeSecurityGroupRulesCommand(mine));
  await ec2.send(new AWS.DescribeSecurityGroupsCommand({}));
  await ec2.send(new AWS.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: ANYWHERE }));
  await ec2.send(new AWS.DeleteSecurityGroupCommand({ GroupId }));
}

const ATTRIBUTES = ['instanceType', 'userData', 'disableApiTermination', 'groupSet'] as const;

async function change(ec2: EC2Client, InstanceId: string): Promise<void> {
  for (const Attribute of ATTRIBUTES)
    await ec2.send(new AWS.DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
  await ec2.send(
    new AWS.ModifyInstanceMetadataOptionsCommand({ InstanceId, InstanceMetadataTags: 'enabled' }),
  );
  await ec2.send(
    new AWS.ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: false } }),
  );
  await ec2.send(new AWS.RebootInstancesCommand({ InstanceIds: [InstanceId] }));
  await ec2.send(new AWS.GetConsoleOutputCommand({ InstanceId }));
}

async function machines(ec2: EC2Client): Promise<void> {
  const input = { ImageId: image, MinCount: 2, MaxCount: 2, InstanceType: 't3.nano' as const };
  const { Instances = [] } = await ec2.send(new AWS.RunInstancesCommand(input));
  const [one = '', other = ''] = Instances.map(({ InstanceId }) => InstanceId);
  await running(ec2, one, other);
  await ec2.send(new AWS.CreateTagsCommand({ Resources: [one], Tags: [{ Key: 'a<b', Value: '"&>' }] }));
  await ec2.send(new AWS.DescribeTagsCommand({}));
  await ec2.send(new AWS.DeleteTagsCommand({ Resources: [one], Tags: [{ Key: 'a<b' }] }));
  await change(ec2, one);
  await ec2.send(new AWS.StopInstancesCommand({ InstanceIds: [other] }));
  await vi.waitFor(() => ec2.send(new AWS.StartInstancesCommand({ InstanceIds: [other] })));
  await ec2.send(
    new AWS.DescribeInstanceStatusCommand({ InstanceIds: [one, other], IncludeAllInstances: true }),
  );
  await ec2.send(new AWS.DescribeInstancesCommand({ MaxResults: 5 }));
  await ec2.send(new AWS.TerminateInstancesCommand({ InstanceIds: [one, other] }));
  await ec2.send(new AWS.DescribeInstancesCommand({}));
}

/** One that outlives its instance, and is deleted. */
async function volume(ec2: EC2Client): Promise<void> {
  const input = { ImageId: image, MinCount: 1, MaxCount: 1, InstanceType: 't3.nano' as const };
  const { Instances: [{ InstanceId = '' } = {}] = [] } = await ec2.send(new AWS.RunInstancesCommand(input));
  const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }];
  await ec2.send(new AWS.ModifyInstanceAttributeCommand({ InstanceId, BlockDeviceMappings }));
  await ec2.send(new AWS.TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  const VolumeId = await vi.waitFor(async () => {
    const left = { Filters: [{ Name: 'status', Values: ['available'] }] };
    const { Volumes = [] } = await ec2.send(new AWS.DescribeVolumesCommand(left));
    if (Volumes[0]?.VolumeId === undefined) throw new Error('not yet');
    return Volumes[0].VolumeId;
  });
  await ec2.send(new AWS.DeleteVolumeCommand({ VolumeId }));
}

async function addresses(ec2: EC2Client): Promise<void> {
  const { AllocationId } = await ec2.send(new AWS.AllocateAddressCommand({}));
  await ec2.send(new AWS.DescribeAddressesCommand({}));
  await ec2.send(new AWS.ReleaseAddressCommand({ AllocationId }));
}

async function whoAmI(endpoint: string, credentials: AWS.EC2ClientConfig['credentials']): Promise<void> {
  const sts = new STSClient({ endpoint, region: 'us-east-1', ...(credentials ? { credentials } : {}) });
  await sts.send(new GetCallerIdentityCommand({}));
  sts.destroy();
}

/** Asks for each of them at least once. */
export async function everyAction(ec2: EC2Client, endpoint: string): Promise<void> {
  await describeTheRegion(ec2);
  await keys(ec2);
  await groups(ec2);
  await machines(ec2);
  await volume(ec2);
  await addresses(ec2);
  await whoAmI(endpoint, ec2.config.credentials);
}
