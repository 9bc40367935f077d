// What an account may launch from: images, subnets, key pairs.
import { usageError } from '../../../src/pool/failure.ts';
import type { Image, LaunchKind, Subnet } from '../../../src/world/world.ts';
import { FakeAccount, refusal } from './account.ts';

export const SUBNETS: readonly Subnet[] = ['us-east-1a', 'us-east-1b', 'us-east-1c'].map((zone, at) => ({
  id: `subnet-${at}`,
  zone,
  vpcId: 'vpc-1',
}));

export class FakeOffers extends FakeAccount {
  async image(alias: string): Promise<Image> {
    this.enter('image');
    const byId = [...this.images].find(([, id]) => id === alias);
    if (alias.startsWith('ami-') && !byId)
      throw refusal('DescribeImages', 'InvalidAMIID.NotFound', `The image id '[${alias}]' does not exist`);
    const id = byId?.[1] ?? this.images.get(alias);
    if (id === undefined)
      throw usageError(
        `no image "${alias}" in this region: set ami to an id (ami-…), an image of your own, or debian-12`,
      );
    return { id, name: byId?.[0] ?? alias, architecture: 'x86_64' };
  }

  async subnets(zones: readonly string[], ids: readonly string[]) {
    this.enter('subnets');
    const unknown = ids.find((id) => !SUBNETS.some((one) => one.id === id));
    if (unknown)
      throw refusal(
        'DescribeSubnets',
        'InvalidSubnetID.NotFound',
        `The subnet ID '${unknown}' does not exist`,
      );
    if (ids.length > 0) return SUBNETS.filter(({ id }) => ids.includes(id));
    return SUBNETS.filter(({ zone }) => zones.length === 0 || zones.includes(zone));
  }

  async keypairExists(name: string): Promise<boolean> {
    this.enter('keypairExists');
    return this.keypairs.has(name);
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
