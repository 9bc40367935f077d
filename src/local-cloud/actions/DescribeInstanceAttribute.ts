// DescribeInstanceAttribute: one attribute of one instance, user-data among them.
import {
  DescribeInstanceAttribute$,
  type DescribeInstanceAttributeRequest,
  type InstanceAttribute,
} from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { findInstance } from '../model/find.ts';
import type { Instance, State } from '../model/state.ts';
import { own } from '../own.ts';
import { groupsView, instanceView } from '../views/instance.ts';
import { action, type Call } from './action.ts';

const VIEWS: Readonly<Record<string, (instance: Instance, state: State) => InstanceAttribute>> = {
  instanceType: (one) => ({ InstanceType: { Value: one.type } }),
  userData: (one) => ({ UserData: one.userData === undefined ? {} : { Value: one.userData } }),
  disableApiTermination: (one) => ({ DisableApiTermination: { Value: one.protectedFromTermination } }),
  disableApiStop: (one) => ({ DisableApiStop: { Value: one.protectedFromStop } }),
  instanceInitiatedShutdownBehavior: (one) => ({
    InstanceInitiatedShutdownBehavior: { Value: one.terminateOnShutdown ? 'terminate' : 'stop' },
  }),
  rootDeviceName: () => ({ RootDeviceName: { Value: '/dev/xvda' } }),
  groupSet: (one, state) => ({ Groups: groupsView(state, one.groupIds) }),
  sourceDestCheck: (one) => ({ SourceDestCheck: { Value: one.sourceDestCheck } }),
  ebsOptimized: () => ({ EbsOptimized: { Value: false } }),
  enaSupport: () => ({ EnaSupport: { Value: true } }),
  enclaveOptions: () => ({ EnclaveOptions: { Enabled: false } }),
  blockDeviceMapping: (one, state) => ({
    BlockDeviceMappings: instanceView(state, one, one.region).BlockDeviceMappings,
  }),
  // What no instance here has is answered with none.
  kernel: () => ({ KernelId: {} }),
  productCodes: () => ({ ProductCodes: [] }),
  ramdisk: () => ({ RamdiskId: {} }),
  sriovNetSupport: () => ({ SriovNetSupport: {} }),
};

function run(input: DescribeInstanceAttributeRequest, { state }: Call): InstanceAttribute {
  const instance = findInstance(state, required(input.InstanceId, 'InstanceId'));
  const name = required(input.Attribute, 'Attribute');
  const view = own(VIEWS, name);
  if (view === undefined)
    throw new ApiError('InvalidParameterValue', `Value (${name}) for parameter attribute is invalid.`);
  return { InstanceId: instance.id, ...view(instance, state) };
}

export const DescribeInstanceAttribute = action(DescribeInstanceAttribute$, run);
