// Identifiers in EC2's form: a prefix and 17 hex digits, random or made from a name.
import { createHash, randomBytes } from 'node:crypto';

export const ACCOUNT = '123456789012';

/** A new id, such as `i-0123456789abcdef0` for the prefix `i`. */
export const newId = (prefix: string): string => `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;

/** The id that a name always has. */
export const idOf = (prefix: string, name: string): string =>
  `${prefix}-${createHash('sha256').update(`${prefix}/${name}`).digest('hex').slice(0, 17)}`;

export const VPC = idOf('vpc', 'default');
/** The network interface and root volume of an instance carry the instance's own digits. */
export const interfaceOf = (instanceId: string): string => instanceId.replace(/^i-/, 'eni-');
export const volumeOf = (instanceId: string): string => instanceId.replace(/^i-/, 'vol-');
export const instanceOfVolume = (id: string): string => id.replace(/^vol-/, 'i-');
export const instanceOfInterface = (id: string): string => id.replace(/^eni-/, 'i-');
