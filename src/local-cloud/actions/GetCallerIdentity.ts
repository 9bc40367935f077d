// STS GetCallerIdentity: the account's own user, or the role of an instance.
import { GetCallerIdentity$, type GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { ACCOUNT } from '../model/ids.ts';
import { own } from '../own.ts';
import { action, type Call } from './action.ts';

function run(_input: object, { state, accessKeyId }: Call): GetCallerIdentityResponse {
  const role = own(state.roleKeys, accessKeyId);
  if (role === undefined)
    return { Account: ACCOUNT, UserId: 'AIDAPOOLPARTY', Arn: `arn:aws:iam::${ACCOUNT}:user/poolparty` };
  return {
    Account: ACCOUNT,
    UserId: `AROAPOOLPARTY:${role.instanceId}`,
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role.role}/${role.instanceId}`,
  };
}

export const GetCallerIdentity = action(GetCallerIdentity$, run);
