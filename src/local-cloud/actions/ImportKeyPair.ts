// ImportKeyPair: a public key of one's own.
import { ImportKeyPair$, type ImportKeyPairRequest, type ImportKeyPairResult } from '@aws-sdk/client-ec2';
import { missingParameter, required } from '../api/errors.ts';
import { newId } from '../model/ids.ts';
import { checkNewName, importKey } from '../model/key-pairs.ts';
import { addTags, specifiedTags } from '../model/tags.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: ImportKeyPairRequest, { cloud, state }: Call): ImportKeyPairResult {
  const name = required(input.KeyName, 'KeyName');
  if (input.PublicKeyMaterial === undefined) throw missingParameter('PublicKeyMaterial');
  checkNewName(state.keyPairs, name);
  const made = importKey(Buffer.from(input.PublicKeyMaterial).toString('utf8'), name);
  const tags = specifiedTags(input.TagSpecifications, 'key-pair');
  dryRun(input);
  const id = newId('key');
  state.keyPairs[id] = { id, name, created: cloud.now().toISOString(), ...made };
  addTags(state, id, tags);
  cloud.changed();
  return { KeyPairId: id, KeyName: name, KeyFingerprint: made.fingerprint, Tags: tagsOf(state, id) };
}

export const ImportKeyPair = action(ImportKeyPair$, run);
