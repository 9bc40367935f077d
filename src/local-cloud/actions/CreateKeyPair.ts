// CreateKeyPair: the private key is in the answer, and nowhere else.
import { CreateKeyPair$, type CreateKeyPairRequest, type KeyPair } from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { newId } from '../model/ids.ts';
import { checkNewName, makeKey } from '../model/key-pairs.ts';
import { addTags, specifiedTags } from '../model/tags.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: CreateKeyPairRequest, { cloud, state }: Call): KeyPair {
  const name = required(input.KeyName, 'KeyName');
  checkNewName(state.keyPairs, name);
  if (input.KeyFormat === 'ppk')
    throw new ApiError('InvalidParameterValue', 'Value (ppk) for parameter KeyFormat is invalid. Use pem.');
  const tags = specifiedTags(input.TagSpecifications, 'key-pair');
  dryRun(input);
  const { privateKey, ...made } = makeKey(input.KeyType ?? 'rsa', name);
  const id = newId('key');
  state.keyPairs[id] = { id, name, created: cloud.now().toISOString(), ...made };
  addTags(state, id, tags);
  cloud.changed();
  return {
    KeyPairId: id,
    KeyName: name,
    KeyFingerprint: made.fingerprint,
    KeyMaterial: privateKey,
    Tags: tagsOf(state, id),
  };
}

export const CreateKeyPair = action(CreateKeyPair$, run);
