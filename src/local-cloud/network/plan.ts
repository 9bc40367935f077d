// The addresses of a local cloud: every slot has ranges of its own, so that clouds never collide.

/** How many clouds one host can hold. */
export const slots = 64;

/** Where the metadata server listens on the cloud's own address; 169.254.169.254:80 leads there. */
export const metadataPort = 1338;

export interface AddressPlan {
  readonly slot: number;
  /** The cloud's own address, the same for host and machines: its API, S3 and metadata stand here. */
  readonly address: string;
  /** The private range. The host has its first address, and that is the machines' gateway. */
  readonly vpc: string;
  readonly gateway: string;
  /** One range for each of three zones. As on EC2 the first four addresses of each are not for machines. */
  readonly subnets: readonly [string, string, string];
  /** Automatic and elastic addresses come from here. */
  readonly publicRange: string;
  /** The kernel's group of all the machines' interfaces, by which nftables knows them. */
  readonly interfaceGroup: number;
}

/**
 * The ranges of a slot: 10.144.0.0/16 and following for machines, and 2048 addresses each out of
 * 198.18.0.0/15 (RFC 2544, routed nowhere) for the cloud's own address and the public ones.
 */
export function addressPlan(slot: number): AddressPlan {
  if (!Number.isInteger(slot) || slot < 0 || slot >= slots)
    throw new Error(`slot ${slot} is not 0 to ${slots - 1}`);
  const net = `10.${144 + slot}`;
  const base = toNumber('198.18.0.0') + slot * 2048;
  return {
    slot,
    address: toAddress(base + 1),
    vpc: `${net}.0.0/16`,
    gateway: `${net}.0.1`,
    subnets: [`${net}.0.0/20`, `${net}.16.0/20`, `${net}.32.0/20`],
    publicRange: `${toAddress(base + 1024)}/22`,
    interfaceGroup: 7700 + slot,
  };
}

/** Whether two ranges in CIDR form share an address. A missing length means a single address. */
export function overlap(one: string, other: string): boolean {
  const [first, last] = bounds(one);
  const [otherFirst, otherLast] = bounds(other);
  return first <= otherLast && otherFirst <= last;
}

function bounds(cidr: string): [number, number] {
  const [address = '', length = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(toNumber(address) / size) * size;
  return [first, first + size - 1];
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
