// Who these credentials are, by STS: the one question that needs no permission.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Settings } from '../../pool/settings.ts';
import { explain } from '../ec2/errors.ts';

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

export async function whoAmI(
  { region, aws_profile: profile }: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Identity> {
  const client = new STSClient({
    ...(region ? { region } : {}),
    ...(profile ? { profile } : {}),
    maxAttempts: 2,
  });
  try {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (error) {
    const endpoint = env['AWS_ENDPOINT_URL_STS'] ?? env['AWS_ENDPOINT_URL'];
    throw explain('GetCallerIdentity', error, endpoint, { name: 'STS', mends: {} });
  }
}
