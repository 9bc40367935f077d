// Picks free addresses out of ranges in CIDR form, and knows which ones are taken.
import { isIPv4 } from 'node:net';
import { ApiError } from '../api/errors.ts';
import type { State, Zone } from './state.ts';

/** The ranges that this cloud may hand out, and the address where it listens itself. */
export interface Plan {
  readonly cloud: string;
  readonly vpc: string;
  readonly subnets: Readonly<Record<Zone, string>>;
  readonly publicRange: string;
}

const toNumber = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (n: number): string => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');

/** How many addresses a range has. */
export const sizeOf = (cidr: string): number => 2 ** (32 - Number(cidr.split('/')[1]));

/** The lowest free address; EC2 keeps the first four and the last of a subnet for itself, and so do we. */
export function freeAddress(cidr: string, taken: ReadonlySet<string>): string {
  const start = toNumber(cidr.split('/')[0] ?? '');
  for (let offset = 4; offset < sizeOf(cidr) - 1; offset++) {
    const ip = toText(start + offset);
    if (!taken.has(ip)) return ip;
  }
  throw new ApiError('InsufficientFreeAddressesInSubnet', `There are no free addresses left in ${cidr}.`);
}

/** Whether an address lies in a range. */
export function inside(ip: string, cidr: string): boolean {
  if (!isIPv4(ip)) return false;
  const start = toNumber(cidr.split('/')[0] ?? '');
  return toNumber(ip) >= start && toNumber(ip) < start + sizeOf(cidr);
}

export const privateTaken = (state: State): Set<string> =>
  new Set(
    Object.values(state.instances)
      .filter((instance) => instance.state !== 'terminated')
      .map((instance) => instance.privateIp),
  );

export const publicTaken = (state: State): Set<string> =>
  new Set([
    ...Object.values(state.addresses).map((address) => address.ip),
    ...Object.values(state.instances).flatMap(({ publicIp }) => (publicIp === undefined ? [] : [publicIp])),
  ]);

/** The elastic address that is associated with an instance, if any. */
export const elasticOf = (state: State, instanceId: string) =>
  Object.values(state.addresses).find((address) => address.association?.instanceId === instanceId);

/** The address at which the world reaches an instance: the elastic one, else the automatic one. */
export const publicAddress = (state: State, instanceId: string): string | undefined =>
  elasticOf(state, instanceId)?.ip ?? state.instances[instanceId]?.publicIp;
