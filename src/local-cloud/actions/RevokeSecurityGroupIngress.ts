// RevokeSecurityGroupIngress: no longer lets traffic in.
import {
  RevokeSecurityGroupIngress$,
  type RevokeSecurityGroupIngressRequest,
  type RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { revoke } from '../model/permissions.ts';
import { action, type Call, dryRun } from './action.ts';

function run(
  input: RevokeSecurityGroupIngressRequest,
  { cloud, state }: Call,
): RevokeSecurityGroupIngressResult {
  revoke(state, input, false, () => dryRun(input));
  cloud.changed();
  return { Return: true };
}

export const RevokeSecurityGroupIngress = action(RevokeSecurityGroupIngress$, run);
