// What a cloud has to launch from: images, subnets, instance types, and the two markets they are sold in.

/** A machine image and what it says of itself. */
export interface Image {
  readonly id: string;
  readonly name: string;
  /** In EC2's words: x86_64, arm64. */
  readonly architecture: string;
  /** When it was made, ISO 8601. */
  readonly created: string;
  /** The device of its root volume, and that volume's size in GiB; undefined where it does not say. */
  readonly rootDevice: string | undefined;
  readonly rootSize: number | undefined;
}

export interface Subnet {
  readonly id: string;
  readonly zone: string;
  readonly vpcId: string;
  /** Addresses that nobody has. */
  readonly free: number;
}

/** An instance type that the region has. */
export interface TypeOffer {
  readonly type: string;
  readonly architectures: readonly string[];
  /** Zones that have it, too. */
  readonly zones: readonly string[];
}

export type Market = 'spot' | 'on-demand';
