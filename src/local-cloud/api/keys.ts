// The keys that this cloud accepts: its own, and those that metadata handed to instances, until they expire.
import type { Cloud } from '../cloud.ts';
import type { Key } from './signature.ts';

/** The secret of an access key id, or undefined when the cloud does not know it (any more). */
export function findKey(cloud: Cloud, id: string): Key | undefined {
  if (id === cloud.key.accessKeyId) return { secret: cloud.key.secretAccessKey };
  const role = cloud.state.roleKeys[id];
  if (role === undefined || cloud.now() > new Date(role.expires)) return undefined;
  return { secret: role.secret, token: role.token };
}
