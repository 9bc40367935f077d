// The credentials of the instance's role, from metadata and from nowhere else.
import type { AwsCredentialIdentity } from '@smithy/types';
import { PoolError } from '../../pool/failure.ts';
import type { Metadata } from './metadata.ts';

const FOLDER = 'iam/security-credentials/';

interface RoleKey {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

/** What the SDK asks for keys; it asks again some minutes before they expire. */
export const roleCredentials = (metadata: Metadata) => async (): Promise<AwsCredentialIdentity> => {
  const role = (await metadata.read(FOLDER))?.split('\n')[0];
  if (!role)
    throw new PoolError(
      'this instance has no role, so it may not ask EC2; set instance_profile and restart the pool',
    );
  const key = JSON.parse((await metadata.read(FOLDER + role)) ?? '{}') as Partial<RoleKey>;
  if (!key.AccessKeyId || !key.SecretAccessKey || !key.Token || !key.Expiration)
    throw new PoolError(`metadata has no keys for the role ${role}; does its instance profile exist?`);
  return {
    accessKeyId: key.AccessKeyId,
    secretAccessKey: key.SecretAccessKey,
    sessionToken: key.Token,
    expiration: new Date(key.Expiration),
  };
};
