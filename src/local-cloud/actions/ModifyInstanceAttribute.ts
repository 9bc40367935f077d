// ModifyInstanceAttribute: groups, protection and what becomes of the volume at any time, type and user-data while stopped.
import { ModifyInstanceAttribute$, type ModifyInstanceAttributeRequest } from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { findGroup, findInstance } from '../model/find.ts';
import { instanceType } from '../model/instance-types.ts';
import type { Instance, State } from '../model/state.ts';
import { ROOT_DEVICE, USUAL } from '../model/volumes.ts';
import { action, type Call, dryRun } from './action.ts';

type Input = ModifyInstanceAttributeRequest;

/** `Attribute` and `Value` are the older way to say the same. */
function unfold(input: Input): Input {
  const { Attribute, Value } = input;
  if (Attribute === undefined || Value === undefined) return input;
  const flag = { Value: Value === 'true' };
  const forms: Partial<Record<NonNullable<Input['Attribute']>, Partial<Input>>> = {
    instanceType: { InstanceType: { Value } },
    userData: { UserData: { Value: Buffer.from(Value, 'base64') } },
    disableApiTermination: { DisableApiTermination: flag },
    disableApiStop: { DisableApiStop: flag },
    sourceDestCheck: { SourceDestCheck: flag },
    instanceInitiatedShutdownBehavior: { InstanceInitiatedShutdownBehavior: { Value } },
  };
  return { ...input, ...forms[Attribute] };
}

function checkDevices({ BlockDeviceMappings = [] }: Input): void {
  const strange = BlockDeviceMappings.find(({ DeviceName }) => DeviceName !== ROOT_DEVICE);
  if (strange !== undefined)
    throw new ApiError(
      'InvalidInstanceAttributeValue',
      `No device is currently mapped at ${strange.DeviceName}`,
    );
}

function check(input: Input, instance: Instance, state: State): void {
  for (const id of input.Groups ?? []) findGroup(state, id);
  checkDevices(input);
  const type = input.InstanceType?.Value;
  if (type !== undefined && instanceType(type) === undefined)
    throw new ApiError('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`);
  const needsStop = type !== undefined || input.UserData !== undefined;
  if (needsStop && instance.state !== 'stopped')
    throw new ApiError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in the 'stopped' state.`,
    );
}

function apply(input: Input, instance: Instance): void {
  const { Groups, InstanceType, UserData, DisableApiTermination, DisableApiStop, SourceDestCheck } = input;
  if (Groups?.length) instance.groupIds = [...Groups];
  instance.type = InstanceType?.Value ?? instance.type;
  if (UserData?.Value !== undefined) instance.userData = Buffer.from(UserData.Value).toString('base64');
  instance.protectedFromTermination = DisableApiTermination?.Value ?? instance.protectedFromTermination;
  instance.protectedFromStop = DisableApiStop?.Value ?? instance.protectedFromStop;
  instance.sourceDestCheck = SourceDestCheck?.Value ?? instance.sourceDestCheck;
  const behaviour = input.InstanceInitiatedShutdownBehavior?.Value;
  if (behaviour !== undefined) instance.terminateOnShutdown = behaviour === 'terminate';
}

function applyToVolume({ BlockDeviceMappings = [] }: Input, instance: Instance): void {
  for (const { Ebs } of BlockDeviceMappings) {
    const volume = instance.volume ?? USUAL;
    instance.volume = { ...volume, goesAlong: Ebs?.DeleteOnTermination ?? volume.goesAlong };
  }
}

function run(asked: Input, { cloud, state }: Call): void {
  const input = unfold(asked);
  const instance = findInstance(state, required(input.InstanceId, 'InstanceId'));
  check(input, instance, state);
  dryRun(input);
  apply(input, instance);
  applyToVolume(input, instance);
  cloud.changed();
}

export const ModifyInstanceAttribute = action(ModifyInstanceAttribute$, run);
