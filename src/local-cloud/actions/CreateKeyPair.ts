// CreateKeyPair: the private key is in the answer, and nowhere else.
import { CreateKeyPair$, type CreateKeyPairRequest, type KeyPair } from '@aws-sdk/client-ec2';
import { ApiError, invalidValue, required } from '../api/errors.ts';
import { newId } from '../model/ids.ts';
import { checkNewName, makeKey } from '../model/key-pairs.ts';
import { addTags, specifiedTags } from '../model/tags.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call, dryRun } from './action.ts';

async function run(input: CreateKeyPairRequest, { cloud, state }: Call): Promise<KeyPair> {
  const name = required(input.KeyName, 'KeyName');
  checkNewName(state.keyPairs, name);
  if (input.KeyFormat === 'ppk')
    throw new ApiError('InvalidParameterValue', 'Value (ppk) for parameter KeyFormat is invalid. Use pem.');
  const type: string = input.KeyType ?? 'rsa';
  if (type !== 'rsa' && type !== 'ed25519') throw invalidValue('KeyType', type, 'It is rsa or ed25519.');
  const tags = specifiedTags(input.TagSpecifications, 'key-pair');
  dryRun(input);
  const { privateKey, ...made } = await makeKey(type, name);
  // Another call may have taken the name in the meantime.
  checkNewName(state.keyPairs, name);
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
