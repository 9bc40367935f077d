// Temporary credentials of an instance's role, made anew when less than a part of their life is left.
import { randomBytes } from 'node:crypto';
import type { Cloud } from '../cloud.ts';
import type { Instance, RoleKey } from '../model/state.ts';

const LIFE_MS = 6 * 3_600_000;
const RENEW_MS = 3_600_000;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An access key id: four letters that say its kind, and sixteen random ones. */
export const accessKeyId = (kind: 'AKIA' | 'ASIA'): string =>
  kind + [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

/** A secret of 40 characters, as AWS's are. */
export const secretKey = (): string => randomBytes(30).toString('base64');

function current(cloud: Cloud, instanceId: string): [string, RoleKey] | undefined {
  const soon = cloud.now().getTime() + RENEW_MS;
  return Object.entries(cloud.state.roleKeys).find(
    ([, key]) => key.instanceId === instanceId && Date.parse(key.expires) > soon,
  );
}

function make(cloud: Cloud, instance: Instance, role: string): [string, RoleKey] {
  const now = cloud.now();
  const id = accessKeyId('ASIA');
  const key: RoleKey = {
    secret: secretKey(),
    token: randomBytes(96).toString('base64'),
    updated: now.toISOString(),
    expires: new Date(now.getTime() + LIFE_MS).toISOString(),
    instanceId: instance.id,
    role,
  };
  cloud.state.roleKeys[id] = key;
  cloud.changed();
  return [id, key];
}

/** What `iam/security-credentials/ROLE` shows; the API and S3 accept these keys until they expire. */
export function roleCredentials(cloud: Cloud, instance: Instance, role: string): object {
  const [id, key] = current(cloud, instance.id) ?? make(cloud, instance, role);
  const seconds = (time: string): string => `${time.slice(0, 19)}Z`;
  return {
    Code: 'Success',
    LastUpdated: seconds(key.updated),
    Type: 'AWS-HMAC',
    AccessKeyId: id,
    SecretAccessKey: key.secret,
    Token: key.token,
    Expiration: seconds(key.expires),
  };
}
