// ModifyInstanceMetadataOptions: whether metadata wants a token, and whether it shows tags.
import {
  ModifyInstanceMetadataOptions$,
  type ModifyInstanceMetadataOptionsRequest,
  type ModifyInstanceMetadataOptionsResult,
} from '@aws-sdk/client-ec2';
import { required } from '../api/errors.ts';
import { findInstance } from '../model/find.ts';
import { metadataFor } from '../model/launch-request.ts';
import { instanceView } from '../views/instance.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: ModifyInstanceMetadataOptionsRequest, call: Call): ModifyInstanceMetadataOptionsResult {
  const { cloud, state, region } = call;
  const instance = findInstance(state, required(input.InstanceId, 'InstanceId'));
  dryRun(input);
  instance.metadata = metadataFor(input, instance.metadata);
  cloud.changed();
  return {
    InstanceId: instance.id,
    InstanceMetadataOptions: instanceView(state, instance, region).MetadataOptions,
  };
}

export const ModifyInstanceMetadataOptions = action(ModifyInstanceMetadataOptions$, run);
