// Launching and ending instances, and the key pair that opens them.
import {
  DescribeKeyPairsCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PoolError } from '../../pool/failure.ts';
import type { Instance, InstanceId } from '../../pool/instance.ts';
import { POOL_TAG } from '../../pool/pool.ts';
import type { LaunchKind, LaunchRequest } from '../world.ts';
import type { Ec2 } from './client.ts';
import { codeOf, idsIn } from './errors.ts';
import { instanceOf } from './look.ts';

/** What EC2 shows of the key pair's key; undefined where there is no such pair. */
export async function keypairFingerprint(ec2: Ec2, name: string): Promise<string | undefined> {
  return await ec2.call('DescribeKeyPairs', async () => {
    try {
      const { KeyPairs } = await ec2.client.send(new DescribeKeyPairsCommand({ KeyNames: [name] }));
      return KeyPairs?.[0]?.KeyFingerprint ?? '';
    } catch (error) {
      if (codeOf(error) === 'InvalidKeyPair.NotFound') return undefined;
      throw error;
    }
  });
}

/** Everything that a launch brings into the world, so that nothing of it is ever without its pool's name. */
const taggable = ({ market }: LaunchKind) => [
  'instance' as const,
  'volume' as const,
  'network-interface' as const,
  ...(market === 'spot' ? ['spot-instances-request' as const] : []),
];

const tagged = (resource: ReturnType<typeof taggable>[number], pool: string) => ({
  ResourceType: resource,
  Tags: [
    { Key: POOL_TAG, Value: pool },
    { Key: 'Name', Value: `poolparty-${pool}` },
  ],
});

/** Encrypted with the account's own key, gone with its instance, and as large as the image's unless said otherwise. */
const rootVolume = ({ image, volumeSize }: LaunchKind) =>
  image.rootDevice === undefined
    ? {}
    : {
        BlockDeviceMappings: [
          {
            DeviceName: image.rootDevice,
            Ebs: {
              Encrypted: true,
              DeleteOnTermination: true,
              VolumeType: 'gp3' as const,
              ...(volumeSize === undefined ? {} : { VolumeSize: volumeSize }),
            },
          },
        ],
      };

/** At most the price on demand, as EC2 has it where no price is named; whoever is interrupted is replaced. */
const spotMarket = {
  MarketType: 'spot' as const,
  SpotOptions: {
    SpotInstanceType: 'one-time' as const,
    InstanceInterruptionBehavior: 'terminate' as const,
  },
};

const kindInput = (request: LaunchKind) => ({
  ImageId: request.image.id,
  InstanceType: request.type as NonNullable<RunInstancesCommandInput['InstanceType']>,
  KeyName: request.keypair,
  SubnetId: request.subnetId,
  TagSpecifications: taggable(request).map((resource) => tagged(resource, request.pool)),
  ...rootVolume(request),
  ...(request.market === 'spot' ? { InstanceMarketOptions: spotMarket } : {}),
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
    ec2.failFast.send(new RunInstancesCommand(input(request))),
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
