// What an account may launch from: images, subnets, key pairs.
import type { Image, Subnet, TypeOffer } from '../../../src/pool/offers.ts';
import type { LaunchKind } from '../../../src/world/world.ts';
import { FakeAccount, refusal } from './account.ts';

export const SUBNETS: readonly Subnet[] = ['us-east-1a', 'us-east-1b', 'us-east-1c'].map((zone, at) => ({
  id: `subnet-${at}`,
  zone,
  vpcId: 'vpc-1',
  free: 4_091,
}));

const FAMILIES: Readonly<Record<string, string>> = {
  t3: 'x86_64',
  t3a: 'x86_64',
  m5: 'x86_64',
  t4g: 'arm64',
};

export class FakeOffers extends FakeAccount {
  /** What a test wants otherwise than everywhere and roomy. */
  offeredSubnets: readonly Subnet[] = SUBNETS;
  /** Types that a zone does not have, as `TYPE ZONE`. */
  readonly notOffered = new Set<string>();
  /** What EC2 shows of every key pair's key. */
  fingerprint = 'fingerprint-of-the-key';

  async images(ami: string): Promise<readonly Image[]> {
    this.enter('images');
    const byId = [...this.imageIds].find(([, id]) => id === ami);
    if (ami.startsWith('ami-') && !byId)
      throw refusal('DescribeImages', 'InvalidAMIID.NotFound', `The image id '[${ami}]' does not exist`);
    const id = byId?.[1] ?? this.imageIds.get(ami);
    if (id === undefined) return [];
    const name = byId?.[0] ?? ami;
    const created = '2008-05-31T00:00:00.000Z';
    return [{ id, name, architecture: 'x86_64', created, rootDevice: '/dev/xvda', rootSize: 8 }];
  }

  async subnets(ids: readonly string[]): Promise<readonly Subnet[]> {
    this.enter('subnets');
    const unknown = ids.find((id) => !this.offeredSubnets.some((one) => one.id === id));
    if (unknown)
      throw refusal(
        'DescribeSubnets',
        'InvalidSubnetID.NotFound',
        `The subnet ID '${unknown}' does not exist`,
      );
    return this.offeredSubnets.filter(({ id }) => ids.length === 0 || ids.includes(id));
  }

  async types(names: readonly string[]): Promise<readonly TypeOffer[]> {
    this.enter('types');
    return names.flatMap((type) => {
      const [family = '', size = ''] = type.split('.');
      const architecture = FAMILIES[family];
      if (architecture === undefined || !/^(nano|micro|small|medium|x?large)$/.test(size)) return [];
      const zones = this.offeredSubnets.map(({ zone }) => zone);
      const there = zones.filter((zone) => !this.notOffered.has(`${type} ${zone}`));
      return [{ type, architectures: [architecture], zones: [...new Set(there)] }];
    });
  }

  async keypairFingerprint(name: string): Promise<string | undefined> {
    this.enter('keypairFingerprint');
    return this.keypairs.has(name) ? this.fingerprint : undefined;
  }

  async rehearse(kind: LaunchKind): Promise<void> {
    this.enter('rehearse');
    if (!/^[a-z0-9-]+\.(nano|micro|small|medium|x?large)$/.test(kind.type))
      throw refusal(
        'RunInstances',
        'InvalidParameterValue',
        `Invalid value '${kind.type}' for InstanceType.`,
      );
  }
}
