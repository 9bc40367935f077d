// Launching and ending instances, and the image they are made from.
import {
  DescribeImagesCommand,
  DescribeKeyPairsCommand,
  DescribeSubnetsCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PoolError, usageError } from '../../pool/failure.ts';
import type { Instance, InstanceId } from '../../pool/instance.ts';
import { POOL_TAG } from '../../pool/pool.ts';
import type { Image, LaunchKind, LaunchRequest, Subnet } from '../world.ts';
import type { Ec2 } from './client.ts';
import { codeOf, idsIn } from './errors.ts';
import { instanceOf } from './look.ts';

/** Names for images that others publish: owner and name pattern; the newest that fits is taken. */
const aliases: Readonly<Record<string, { owner: string; name: string }>> = {
  // The owner id of Debian's own images: https://wiki.debian.org/Cloud/AmazonEC2Image
  'debian-12': { owner: '136693071363', name: 'debian-12-amd64-*' },
};

const imageQuery = (alias: string) => {
  if (alias.startsWith('ami-')) return { ImageIds: [alias] };
  const known = aliases[alias];
  const Filters = [{ Name: 'name', Values: [known?.name ?? alias] }];
  return { Owners: [known?.owner ?? 'self'], Filters };
};

export async function image(ec2: Ec2, alias: string): Promise<Image> {
  const { Images = [] } = await ec2.call('DescribeImages', () =>
    ec2.client.send(new DescribeImagesCommand(imageQuery(alias))),
  );
  const newest = [...Images].sort((a, b) => ((a.CreationDate ?? '') < (b.CreationDate ?? '') ? 1 : -1))[0];
  if (!newest?.ImageId) {
    throw usageError(
      `no image "${alias}" in this region: set ami to an id (ami-…), an image of your own, or debian-12`,
    );
  }
  return { id: newest.ImageId, name: newest.Name ?? alias, architecture: newest.Architecture ?? 'x86_64' };
}

const subnetQuery = (zones: readonly string[], ids: readonly string[]) => {
  if (ids.length > 0) return { SubnetIds: [...ids] };
  const inZones = zones.length > 0 ? [{ Name: 'availability-zone', Values: [...zones] }] : [];
  return { Filters: [{ Name: 'default-for-az', Values: ['true'] }, ...inZones] };
};

/** The subnets to launch into: those named, else the default ones of the zones named, else all default ones. */
export async function subnets(
  ec2: Ec2,
  zones: readonly string[],
  ids: readonly string[],
): Promise<readonly Subnet[]> {
  const { Subnets = [] } = await ec2.call('DescribeSubnets', () =>
    ec2.client.send(new DescribeSubnetsCommand(subnetQuery(zones, ids))),
  );
  return Subnets.map((subnet) => ({
    id: subnet.SubnetId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    vpcId: subnet.VpcId ?? '',
  })).sort((a, b) => (a.zone < b.zone ? -1 : a.zone > b.zone ? 1 : 0));
}

export async function keypairExists(ec2: Ec2, name: string): Promise<boolean> {
  return await ec2.call('DescribeKeyPairs', async () => {
    try {
      await ec2.client.send(new DescribeKeyPairsCommand({ KeyNames: [name] }));
      return true;
    } catch (error) {
      if (codeOf(error) === 'InvalidKeyPair.NotFound') return false;
      throw error;
    }
  });
}

const tagged = (resource: 'instance' | 'volume', pool: string) => ({
  ResourceType: resource,
  Tags: [
    { Key: POOL_TAG, Value: pool },
    { Key: 'Name', Value: `poolparty-${pool}` },
  ],
});

const kindInput = (request: LaunchKind) => ({
  ImageId: request.image.id,
  InstanceType: request.type as NonNullable<RunInstancesCommandInput['InstanceType']>,
  KeyName: request.keypair,
  SubnetId: request.subnetId,
  TagSpecifications: [tagged('instance', request.pool), tagged('volume', request.pool)],
  // Only version 2 of the metadata service, and only from the machine itself.
  MetadataOptions: {
    HttpTokens: 'required' as const,
    HttpPutResponseHopLimit: 1,
    InstanceMetadataTags: 'enabled' as const,
  },
  ...(request.instanceProfile ? { IamInstanceProfile: { Name: request.instanceProfile } } : {}),
  ...(request.userData ? { UserData: Buffer.from(request.userData).toString('base64') } : {}),
});

/** EC2's own answers to a rehearsal that went well, or that a policy for real launches alone does not allow. */
const REHEARSED = ['DryRunOperation', 'UnauthorizedOperation'];

export async function rehearse(ec2: Ec2, kind: LaunchKind): Promise<void> {
  const dry = { ...kindInput(kind), MinCount: 1, MaxCount: 1, DryRun: true };
  await ec2.call('RunInstances', () =>
    ec2.client.send(new RunInstancesCommand(dry)).catch((error) => {
      if (!REHEARSED.includes(codeOf(error))) throw error;
    }),
  );
}

const input = (request: LaunchRequest): RunInstancesCommandInput => ({
  ...kindInput(request),
  MinCount: request.count,
  MaxCount: request.count,
  ClientToken: request.token,
  SecurityGroupIds: [request.groupId],
});

export async function launch(ec2: Ec2, request: LaunchRequest): Promise<readonly Instance[]> {
  const { Instances = [] } = await ec2.call('RunInstances', () =>
    ec2.client.send(new RunInstancesCommand(input(request))),
  );
  return Instances.map(instanceOf);
}

/** EC2 refuses the whole list for one unknown id, so the unknown ones are left out and the call repeated. */
export async function terminate(ec2: Ec2, ids: readonly InstanceId[]): Promise<void> {
  if (ids.length === 0) return;
  try {
    await ec2.client.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }));
  } catch (error) {
    const unknown = codeOf(error) === 'InvalidInstanceID.NotFound' ? idsIn(error) : [];
    if (unknown.length === 0) await ec2.call('TerminateInstances', () => Promise.reject(error));
    await terminate(
      ec2,
      ids.filter((id) => !unknown.includes(id)),
    );
  }
}

/** The public host keys between cloud-init's markers; empty while the console shows none. */
export async function hostKeys(ec2: Ec2, id: InstanceId): Promise<readonly string[]> {
  try {
    const answer = await ec2.client.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: true }));
    const text = Buffer.from(answer.Output ?? '', 'base64').toString('utf8');
    const block =
      /-----BEGIN SSH HOST KEY KEYS-----([\s\S]*?)-----END SSH HOST KEY KEYS-----/.exec(text)?.[1] ?? '';
    return block.match(/(?:ssh|ecdsa)-[\w@.-]+ [A-Za-z0-9+/=]+/g) ?? [];
  } catch (error) {
    // Older types know no latest output; a policy may forbid the call: then there is nothing to check against.
    if (error instanceof PoolError) throw error;
    return [];
  }
}
