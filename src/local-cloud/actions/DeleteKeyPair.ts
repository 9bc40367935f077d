// DeleteKeyPair: one that is not there is deleted already.
import { DeleteKeyPair$, type DeleteKeyPairRequest, type DeleteKeyPairResult } from '@aws-sdk/client-ec2';
import { missingParameter } from '../api/errors.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: DeleteKeyPairRequest, { cloud, state }: Call): DeleteKeyPairResult {
  if (input.KeyName === undefined && input.KeyPairId === undefined) throw missingParameter('KeyName');
  const pair = Object.values(state.keyPairs).find(
    (one) => one.name === input.KeyName || one.id === input.KeyPairId,
  );
  dryRun(input);
  if (pair === undefined) return { Return: true };
  delete state.keyPairs[pair.id];
  delete state.tags[pair.id];
  cloud.changed();
  return { Return: true, KeyPairId: pair.id };
}

export const DeleteKeyPair = action(DeleteKeyPair$, run);
