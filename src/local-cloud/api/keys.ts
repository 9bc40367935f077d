// The keys that this cloud accepts: its own, and those that metadata handed to instances, until they expire.
import type { Cloud } from '../cloud.ts';
import type { RoleKey } from '../model/state.ts';
import { own } from '../own.ts';
import type { Key } from './signature.ts';

/** Whole, and not expired: a time that is none, is never to come. */
const isGood = ({ secret, token, expires }: Partial<RoleKey>, now: Date): boolean =>
  isText(secret) && isText(token) && Date.parse(String(expires)) > now.getTime();

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** The secret of an access key id, or undefined when the cloud does not know it (any more). */
export function findKey(cloud: Cloud, id: string): Key | undefined {
  if (id === cloud.key.accessKeyId) return { secret: cloud.key.secretAccessKey };
  const role = own(cloud.state.roleKeys, id);
  return role !== undefined && isGood(role, cloud.now())
    ? { secret: role.secret, token: role.token }
    : undefined;
}
