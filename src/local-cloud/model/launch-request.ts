// What RunInstances asks for, checked and with every default filled in.
import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { ApiError, invalidCombination, invalidValue, required } from '../api/errors.ts';
import { findGroup, findGroupByName, findImage, findKeyPair } from './find.ts';
import { newId } from './ids.ts';
import { instanceType, isOffered } from './instance-types.ts';
import { spotFor } from './market.ts';
import type { Instance, MetadataOptions, State, Zone } from './state.ts';
import { volumeFor } from './volumes.ts';
import { ZONES, zoneName, zoneNamed, zoneOfSubnet } from './zones.ts';

const USER_DATA_LIMIT = 16_384;
const PROFILES: readonly string[] = ['poolparty'];

type Wanted = Pick<
  Instance,
  | 'imageId'
  | 'type'
  | 'zone'
  | 'groupIds'
  | 'metadata'
  | 'wantsPublicIp'
  | 'terminateOnShutdown'
  | 'protectedFromTermination'
  | 'protectedFromStop'
  | 'monitoring'
  | 'tenancy'
> &
  Partial<Pick<Instance, 'keyName' | 'userData' | 'profile' | 'privateIp' | 'volume' | 'spotRequest'>>;

function typeFor(input: RunInstancesRequest): string {
  const name = input.InstanceType ?? 'm1.small';
  const type = instanceType(name);
  if (type === undefined)
    throw new ApiError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  if (type.architecture !== 'x86_64')
    throw new ApiError(
      'InvalidParameterValue',
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture 'x86_64' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  return name;
}

function zoneFor(input: RunInstancesRequest, region: string): Zone {
  const subnet = input.SubnetId ?? input.NetworkInterfaces?.[0]?.SubnetId;
  const name = input.Placement?.AvailabilityZone;
  const byName = name === undefined ? undefined : zoneNamed(region, name);
  if (name !== undefined && byName === undefined)
    throw new ApiError('InvalidParameterValue', `Invalid availability zone: [${name}]`);
  if (subnet === undefined) return byName ?? ZONES[0] ?? 'a';
  const bySubnet = zoneOfSubnet(subnet);
  if (bySubnet === undefined)
    throw new ApiError('InvalidSubnetID.NotFound', `The subnet ID '${subnet}' does not exist`);
  if (byName !== undefined && byName !== bySubnet)
    throw invalidValue('availabilityZone', name ?? '', `The subnet '${subnet}' is in another zone.`);
  return bySubnet;
}

/** As EC2 words it: not every zone has every type. */
function checkOffer(type: string, zone: Zone, region: string): void {
  if (isOffered(type, zone)) return;
  const others = ZONES.filter((one) => isOffered(type, one)).map((one) => zoneName(region, one));
  throw new ApiError(
    'Unsupported',
    `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zoneName(region, zone)}). Please retry your request by not specifying an Availability Zone or choosing ${others.join(', ')}.`,
  );
}

function groupsFor(input: RunInstancesRequest, state: State): string[] {
  const ofInterface = input.NetworkInterfaces?.[0]?.Groups ?? [];
  const ids = input.SecurityGroupIds ?? [];
  if (input.NetworkInterfaces?.length && (ids.length > 0 || input.SubnetId !== undefined))
    throw invalidCombination(
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  const found = [
    ...[...ids, ...ofInterface].map((id) => findGroup(state, id).id),
    ...(input.SecurityGroups ?? []).map((name) => findGroupByName(state, name).id),
  ];
  return found.length > 0 ? [...new Set(found)] : [findGroupByName(state, 'default').id];
}

function userDataFor(input: RunInstancesRequest): string | undefined {
  const text = input.UserData;
  if (text === undefined || text === '') return undefined;
  if (!/^[A-Za-z0-9+/=\s]*$/.test(text))
    throw new ApiError('InvalidParameterValue', 'Invalid BASE64 encoding of user data.');
  if (Buffer.from(text, 'base64').length > USER_DATA_LIMIT)
    throw new ApiError('InvalidParameterValue', 'User data is limited to 16384 bytes');
  return text;
}

function profileFor(input: RunInstancesRequest): string | undefined {
  const { Name, Arn } = input.IamInstanceProfile ?? {};
  const name = Name ?? Arn?.split('/').at(-1);
  if (name === undefined) return undefined;
  if (!PROFILES.includes(name))
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
    );
  return name;
}

/** Metadata asks for a token unless the caller wants it otherwise, as new accounts on EC2 have it. */
export function metadataFor(
  asked: RunInstancesRequest['MetadataOptions'],
  before: MetadataOptions = { tokens: 'required', endpoint: 'enabled', tags: 'disabled', hops: 2 },
): MetadataOptions {
  return {
    tokens: asked?.HttpTokens ?? before.tokens,
    endpoint: asked?.HttpEndpoint ?? before.endpoint,
    tags: asked?.InstanceMetadataTags ?? before.tags,
    hops: asked?.HttpPutResponseHopLimit ?? before.hops,
  };
}

/** Checks the counts: throws as EC2 does when they are missing or make no sense. */
export function counts(input: RunInstancesRequest): { least: number; most: number } {
  const least = required(input.MinCount, 'MinCount');
  const most = required(input.MaxCount, 'MaxCount');
  if (least < 1 || !Number.isInteger(least)) throw invalidValue('minCount', String(least), 'Minimum is 1.');
  if (most < least) throw invalidValue('maxCount', String(most), 'MaxCount must not be less than MinCount.');
  return { least, most };
}

/** Everything but the identity of the instances. Throws AWS's own error for whatever does not exist or fit. */
export function wanted(input: RunInstancesRequest, state: State, region: string): Wanted {
  const userData = userDataFor(input);
  const profile = profileFor(input);
  const keyName = input.KeyName === undefined ? undefined : findKeyPair(state, input.KeyName).name;
  const image = findImage(required(input.ImageId, 'ImageId'));
  const type = typeFor(input);
  const zone = zoneFor(input, region);
  checkOffer(type, zone, region);
  const privateIp = input.PrivateIpAddress ?? input.NetworkInterfaces?.[0]?.PrivateIpAddress;
  return {
    imageId: image.id,
    type,
    zone,
    volume: volumeFor(input, image),
    groupIds: groupsFor(input, state),
    metadata: metadataFor(input.MetadataOptions),
    wantsPublicIp: input.NetworkInterfaces?.[0]?.AssociatePublicIpAddress ?? true,
    terminateOnShutdown: input.InstanceInitiatedShutdownBehavior === 'terminate',
    protectedFromTermination: input.DisableApiTermination ?? false,
    protectedFromStop: input.DisableApiStop ?? false,
    monitoring: input.Monitoring?.Enabled ?? false,
    tenancy: input.Placement?.Tenancy ?? 'default',
    ...(spotFor(input) ? { spotRequest: newId('sir') } : {}),
    ...(keyName === undefined ? {} : { keyName }),
    ...(userData === undefined ? {} : { userData }),
    ...(profile === undefined ? {} : { profile }),
    ...(privateIp === undefined ? {} : { privateIp }),
  };
}
