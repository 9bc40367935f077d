// AuthorizeSecurityGroupIngress: lets traffic in.
import {
  AuthorizeSecurityGroupIngress$,
  type AuthorizeSecurityGroupIngressRequest,
  type AuthorizeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { authorize } from '../model/permissions.ts';
import { action, type Call, dryRun } from './action.ts';

function run(
  input: AuthorizeSecurityGroupIngressRequest,
  { cloud, state }: Call,
): AuthorizeSecurityGroupIngressResult {
  const rules = authorize(state, input, false, () => dryRun(input));
  cloud.changed();
  return { Return: true, SecurityGroupRules: rules };
}

export const AuthorizeSecurityGroupIngress = action(AuthorizeSecurityGroupIngress$, run);
