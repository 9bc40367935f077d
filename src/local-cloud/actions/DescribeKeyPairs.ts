// DescribeKeyPairs: names, fingerprints and, when asked, the public keys.
import {
  DescribeKeyPairs$,
  type DescribeKeyPairsRequest,
  type DescribeKeyPairsResult,
  type KeyPairInfo,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { keyPairFields } from '../filters/others.ts';
import { filtered } from '../model/filters.ts';
import { findKeyPair } from '../model/find.ts';
import type { KeyPair, State } from '../model/state.ts';
import { own } from '../own.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

function byId(state: State, id: string): KeyPair {
  const pair = own(state.keyPairs, id);
  if (pair === undefined)
    throw new ApiError('InvalidKeyPair.NotFound', `The key pair '${id}' does not exist`);
  return pair;
}

const view = (state: State, pair: KeyPair, withKey: boolean): KeyPairInfo => ({
  KeyPairId: pair.id,
  KeyName: pair.name,
  KeyType: pair.type,
  KeyFingerprint: pair.fingerprint,
  CreateTime: new Date(pair.created),
  Tags: tagsOf(state, pair.id),
  ...(withKey ? { PublicKey: pair.publicKey } : {}),
});

function run(input: DescribeKeyPairsRequest, { state }: Call): DescribeKeyPairsResult {
  const named = [
    ...(input.KeyNames ?? []).map((name) => findKeyPair(state, name)),
    ...(input.KeyPairIds ?? []).map((id) => byId(state, id)),
  ];
  const chosen = named.length > 0 ? named : Object.values(state.keyPairs);
  const views = chosen.map((pair) => view(state, pair, input.IncludePublicKey === true));
  return { KeyPairs: filtered(views, input.Filters, keyPairFields) };
}

export const DescribeKeyPairs = action(DescribeKeyPairs$, run, keyPairFields);
