// Tags on resources: which ids can have them, and what is written at creation.
import type { ResourceType, TagSpecification } from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { lengthOf } from '../api/text.ts';
import { own } from '../own.ts';
import { findAllocation, findGroup, findInstance, findVolume } from './find.ts';
import { instanceOfInterface, VPC } from './ids.ts';
import { IMAGES } from './images.ts';
import type { State } from './state.ts';
import { zoneOfSubnet } from './zones.ts';

const TYPES: Readonly<Record<string, ResourceType>> = {
  i: 'instance',
  sg: 'security-group',
  sgr: 'security-group-rule',
  eipalloc: 'elastic-ip',
  key: 'key-pair',
  eni: 'network-interface',
  sir: 'spot-instances-request',
  vol: 'volume',
  ami: 'image',
  vpc: 'vpc',
  subnet: 'subnet',
};
const LIMIT = 50;

/** The kind of resource that an id belongs to. */
export const resourceType = (id: string): ResourceType | undefined => own(TYPES, id.split('-')[0]);

const known: Readonly<Record<string, (state: State, id: string) => boolean>> = {
  instance: (state, id) => Boolean(findInstance(state, id)),
  'security-group': (state, id) => Boolean(findGroup(state, id)),
  'elastic-ip': (state, id) => Boolean(findAllocation(state, id)),
  'key-pair': (state, id) => own(state.keyPairs, id) !== undefined,
  'spot-instances-request': (state, id) =>
    Object.values(state.instances).some(({ spotRequest }) => spotRequest === id),
  'network-interface': (state, id) => own(state.instances, instanceOfInterface(id)) !== undefined,
  volume: (state, id) => Boolean(findVolume(state, id)),
  'security-group-rule': (state, id) =>
    Object.values(state.groups).some((group) => group.rules.some((rule) => rule.id === id)),
  image: (_state, id) => IMAGES.some((image) => image.id === id),
  vpc: (_state, id) => id === VPC,
  subnet: (_state, id) => zoneOfSubnet(id) !== undefined,
};

/** EC2: "up to 1000 resources". */
const MOST_RESOURCES = 1_000;

/** The resources that a request must name. */
export function namedResources(ids: readonly string[] | undefined): readonly string[] {
  const named = required(ids, 'ResourceId');
  if (named.length > MOST_RESOURCES)
    throw new ApiError('InvalidParameterValue', `A request may name up to ${MOST_RESOURCES} resources.`);
  return named;
}

/** Throws in AWS's words unless the id is that of something that exists. */
export function checkResource(state: State, id: string): void {
  const isThere = own(known, resourceType(id));
  if (isThere === undefined || !isThere(state, id))
    throw new ApiError('InvalidID', `The ID '${id}' is not valid`);
}

function checkTag(key: string | undefined, value: string): string {
  if (key === undefined || key === '')
    throw new ApiError('InvalidParameterValue', 'Tag keys cannot be empty.');
  if (key.toLowerCase().startsWith('aws:'))
    throw new ApiError(
      'InvalidParameterValue',
      `Tag keys starting with 'aws:' are reserved for internal use`,
    );
  if (lengthOf(key) > 127)
    throw new ApiError('InvalidParameterValue', `Tag key exceeds the maximum length of 127 characters`);
  if (lengthOf(value) > 255)
    throw new ApiError('InvalidParameterValue', `Tag value exceeds the maximum length of 255 characters`);
  return key;
}

type GivenTags = readonly { Key?: string | undefined; Value?: string | undefined }[];

/** Checks tags and makes a record of them. */
export function tagRecord(tags: GivenTags | undefined): Record<string, string> {
  const pairs = (tags ?? []).map(({ Key, Value = '' }) => [checkTag(Key, Value), Value] as const);
  const keys = pairs.map(([key]) => key);
  if (new Set(keys).size < keys.length)
    throw new ApiError('InvalidParameterValue', 'Duplicate tag keys found: each key may be given once.');
  return Object.fromEntries(pairs);
}

/** Adds tags to a resource. Throws TagLimitExceeded beyond 50. */
export function addTags(state: State, id: string, tags: Readonly<Record<string, string>>): void {
  const after = { ...state.tags[id], ...tags };
  if (Object.keys(after).length > LIMIT)
    throw new ApiError('TagLimitExceeded', `The maximum number of Tags for a resource is ${LIMIT}.`);
  if (Object.keys(after).length > 0) state.tags[id] = after;
}

/** The tags that a request gives to new resources of a type; other types must be among `allowed`. */
export function specifiedTags(
  specifications: readonly TagSpecification[] | undefined,
  type: ResourceType,
  allowed: readonly ResourceType[] = [type],
): Record<string, string> {
  const list = specifications ?? [];
  const strange = list.find((one) => one.ResourceType === undefined || !allowed.includes(one.ResourceType));
  if (strange !== undefined)
    throw new ApiError(
      'InvalidParameterValue',
      `'${strange.ResourceType}' is not a valid taggable resource type for this operation.`,
    );
  return tagRecord(list.filter((one) => one.ResourceType === type).flatMap((one) => one.Tags ?? []));
}
