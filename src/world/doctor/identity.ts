// Who these credentials are, by STS: the one question that needs no permission.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { endpointOption, targetOf } from '../../pool/endpoints.ts';
import type { Settings } from '../../pool/settings.ts';
import { onlyAnswersOf } from '../ec2/answers.ts';
import { explain } from '../ec2/errors.ts';
import { handlerOptions, type Limits, PATIENT } from '../ec2/limits.ts';
import { ownCredentials } from '../ec2/own-credentials.ts';
import { credentialsThroughProxy, placeOf, throughProxy } from '../ec2/proxy.ts';

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

export async function whoAmI(
  { region, aws_profile: profile }: Settings,
  env: Readonly<Record<string, string | undefined>>,
  limits: Limits = PATIENT,
): Promise<Identity> {
  const own = ownCredentials(profile, env);
  const client = new STSClient({
    logger: own.logger,
    ...endpointOption('STS', env),
    ...(region ? { region } : {}),
    ...(profile ? { profile } : {}),
    maxAttempts: 2,
    requestHandler: throughProxy(targetOf('STS', region, env), env, handlerOptions(limits)),
    ...credentialsThroughProxy(env, handlerOptions(limits)),
  });
  own.guard(client);
  onlyAnswersOf('STS', client, limits);
  try {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (error) {
    const { endpoint, proxy } = await placeOf('STS', region, env);
    throw explain('GetCallerIdentity', error, endpoint, { name: 'STS', mends: {} }, proxy);
  }
}
