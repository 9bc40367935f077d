// DescribeVolumes: the root volume of every instance that there is, and those that outlived theirs.
import {
  DescribeVolumes$,
  type DescribeVolumesRequest,
  type DescribeVolumesResult,
  type Volume,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { volumeFields } from '../filters/others.ts';
import { filtered } from '../model/filters.ts';
import { page } from '../model/pages.ts';
import { leftVolumeView, rootVolumeView } from '../views/volume.ts';
import { action, type Call } from './action.ts';

function run(input: DescribeVolumesRequest, { state, region }: Call): DescribeVolumesResult {
  const attached = Object.values(state.instances)
    .filter((instance) => instance.state !== 'terminated')
    .map((instance) => rootVolumeView(state, instance, region));
  const left = Object.values(state.volumes).map((volume) => leftVolumeView(state, volume, region));
  const all = [...attached, ...left];
  const ids = input.VolumeIds ?? [];
  const absent = ids.find((id) => all.every((volume) => volume.VolumeId !== id));
  if (absent !== undefined)
    throw new ApiError('InvalidVolume.NotFound', `The volume '${absent}' does not exist.`);
  const named = ids.length > 0 ? all.filter((volume) => ids.includes(volume.VolumeId ?? '')) : all;
  const key = (volume: Volume): string => volume.VolumeId ?? '';
  const kept = filtered(named, input.Filters, volumeFields).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { items, next } = page(kept, input, key);
  return { Volumes: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeVolumes = action(DescribeVolumes$, run, volumeFields);
