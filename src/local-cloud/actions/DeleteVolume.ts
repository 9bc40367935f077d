// DeleteVolume: only one that no instance has.
import { DeleteVolume$, type DeleteVolumeRequest } from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { findVolume } from '../model/find.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: DeleteVolumeRequest, { cloud, state }: Call): void {
  const id = required(input.VolumeId, 'VolumeId');
  const found = findVolume(state, id);
  if (found.id !== id) throw new ApiError('VolumeInUse', `Volume ${id} is currently attached to ${found.id}`);
  dryRun(input);
  delete state.volumes[id];
  delete state.tags[id];
  cloud.changed();
}

export const DeleteVolume = action(DeleteVolume$, run);
