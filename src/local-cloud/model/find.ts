// Looks resources up by id or name; what is not there is an error in AWS's words.
import { ApiError, invalidCombination } from '../api/errors.ts';
import { own } from '../own.ts';
import { instanceOfVolume, VPC } from './ids.ts';
import { imageById, type MachineImage } from './images.ts';
import type { Address, Group, Instance, KeyPair, LeftVolume, State } from './state.ts';

function checkForm(id: string, prefix: string, code: string): void {
  if (!new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(id))
    throw new ApiError(`${code}.Malformed`, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

/** The instances of these ids, in the asked order. */
export function findInstances(state: State, ids: readonly string[]): Instance[] {
  for (const id of ids) checkForm(id, 'i', 'InvalidInstanceID');
  const absent = ids.filter((id) => own(state.instances, id) === undefined);
  if (absent.length === 1)
    throw new ApiError('InvalidInstanceID.NotFound', `The instance ID '${absent[0]}' does not exist`);
  if (absent.length > 1)
    throw new ApiError('InvalidInstanceID.NotFound', `The instance IDs '${absent.join(', ')}' do not exist`);
  return ids.flatMap((id) => own(state.instances, id) ?? []);
}

/** The instances that a request must name. Throws as EC2 does where it names none. */
export function namedInstances(state: State, ids: readonly string[] | undefined): Instance[] {
  if (ids === undefined || ids.length === 0) throw invalidCombination('No instances specified');
  return findInstances(state, ids);
}

export function findInstance(state: State, id: string): Instance {
  const [instance] = findInstances(state, [id]);
  if (instance === undefined)
    throw new ApiError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  return instance;
}

export function findGroup(state: State, id: string): Group {
  checkForm(id, 'sg', 'InvalidGroupId');
  const group = own(state.groups, id);
  if (group === undefined)
    throw new ApiError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  return group;
}

export function findGroupByName(state: State, name: string): Group {
  const group = Object.values(state.groups).find((one) => one.name === name);
  if (group === undefined)
    throw new ApiError(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in default VPC '${VPC}'`,
    );
  return group;
}

export function findKeyPair(state: State, name: string): KeyPair {
  const pair = Object.values(state.keyPairs).find((one) => one.name === name);
  if (pair === undefined)
    throw new ApiError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
  return pair;
}

/** The images of these ids, in the asked order. */
export function findImages(ids: readonly string[]): MachineImage[] {
  for (const id of ids) checkForm(id, 'ami', 'InvalidAMIID');
  const absent = ids.filter((id) => imageById(id) === undefined);
  if (absent.length > 0) {
    const [noun, verb] = absent.length === 1 ? ['id', 'does'] : ['ids', 'do'];
    throw new ApiError(
      'InvalidAMIID.NotFound',
      `The image ${noun} '[${absent.join(', ')}]' ${verb} not exist`,
    );
  }
  return ids.flatMap((id) => imageById(id) ?? []);
}

export function findImage(id: string): MachineImage {
  const [image] = findImages([id]);
  if (image === undefined)
    throw new ApiError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  return image;
}

/** Throws unless it is the one network that there is. */
export function findVpc(id: string): void {
  if (id !== VPC) throw new ApiError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
}

export function findAllocation(state: State, allocationId: string): Address {
  const address = own(state.addresses, allocationId);
  if (address === undefined)
    throw new ApiError('InvalidAllocationID.NotFound', `The allocation ID '${allocationId}' does not exist`);
  return address;
}

export function findElasticIp(state: State, ip: string): Address {
  const address = Object.values(state.addresses).find((one) => one.ip === ip);
  if (address === undefined) throw new ApiError('InvalidAddress.NotFound', `Address '${ip}' not found.`);
  return address;
}

/** The volume of this id: the instance that has it, or itself where none does. */
export function findVolume(state: State, id: string): Instance | LeftVolume {
  checkForm(id, 'vol', 'InvalidVolumeID');
  const holder = own(state.instances, instanceOfVolume(id));
  const volume = holder !== undefined && holder.state !== 'terminated' ? holder : own(state.volumes, id);
  if (volume === undefined)
    throw new ApiError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
  return volume;
}

export function findAssociation(state: State, associationId: string): Address {
  const address = Object.values(state.addresses).find((one) => one.association?.id === associationId);
  if (address === undefined)
    throw new ApiError(
      'InvalidAssociationID.NotFound',
      `The association ID '${associationId}' does not exist`,
    );
  return address;
}
