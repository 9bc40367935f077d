// The filters of DescribeVolumes, DescribeInstanceStatus, DescribeKeyPairs and DescribeTags.
import type {
  InstanceStatus,
  InstanceStatusEvent,
  InstanceStatusSummary,
  KeyPairInfo,
  Tag,
  TagDescription,
  Volume,
  VolumeAttachment,
} from '@aws-sdk/client-ec2';
import { always, type Fields, nothingBy, tagFields } from '../model/filters.ts';
import { zoneIdNamed } from '../model/zones.ts';

const attachment =
  (look: (one: VolumeAttachment) => unknown) =>
  (volume: Volume): unknown[] =>
    (volume.Attachments ?? []).map(look);

export const volumeFields: Fields<Volume> = {
  ...tagFields,
  'attachment.attach-time': attachment((one) => one.AttachTime),
  'attachment.delete-on-termination': attachment((one) => one.DeleteOnTermination),
  'attachment.device': attachment((one) => one.Device),
  'attachment.instance-id': attachment((one) => one.InstanceId),
  'attachment.status': attachment((one) => one.State),
  'availability-zone': (volume) => volume.AvailabilityZone,
  'availability-zone-id': (volume) => zoneIdNamed(volume.AvailabilityZone),
  'create-time': (volume) => volume.CreateTime,
  encrypted: (volume) => volume.Encrypted,
  size: (volume) => volume.Size,
  'snapshot-id': (volume) => volume.SnapshotId,
  status: (volume) => volume.State,
  'volume-id': (volume) => volume.VolumeId,
  'volume-type': (volume) => volume.VolumeType,
  ...always(false, 'fast-restored', 'multi-attach-enabled', 'operator.managed'),
  ...nothingBy('operator.principal'),
};

const event =
  (look: (one: InstanceStatusEvent) => unknown) =>
  (status: InstanceStatus): unknown[] =>
    (status.Events ?? []).map(look);
const reachability = (summary: InstanceStatusSummary | undefined): unknown[] =>
  (summary?.Details ?? []).map((detail) => detail.Status);

export const statusFields: Fields<InstanceStatus> = {
  'availability-zone': (status) => status.AvailabilityZone,
  'availability-zone-id': (status) => zoneIdNamed(status.AvailabilityZone),
  'event.code': event((one) => one.Code),
  'event.description': event((one) => one.Description),
  'event.instance-event-id': event((one) => one.InstanceEventId),
  'event.not-after': event((one) => one.NotAfter),
  'event.not-before': event((one) => one.NotBefore),
  'event.not-before-deadline': event((one) => one.NotBeforeDeadline),
  'instance-state-code': (status) => status.InstanceState?.Code,
  'instance-state-name': (status) => status.InstanceState?.Name,
  'instance-status.reachability': (status) => reachability(status.InstanceStatus),
  'instance-status.status': (status) => status.InstanceStatus?.Status,
  'system-status.reachability': (status) => reachability(status.SystemStatus),
  'system-status.status': (status) => status.SystemStatus?.Status,
  ...always(false, 'operator.managed'),
  ...nothingBy('application-status.status', 'attached-ebs-status.status', 'operator.principal'),
};

export const keyPairFields: Fields<KeyPairInfo> = {
  ...tagFields,
  fingerprint: (pair) => pair.KeyFingerprint,
  'key-name': (pair) => pair.KeyName,
  'key-pair-id': (pair) => pair.KeyPairId,
};

/** One tag of one resource, which has that tag alone. */
export interface TagRow extends TagDescription {
  readonly Tags: readonly Tag[];
}

export const tagRowFields: Fields<TagRow> = {
  ...tagFields,
  key: (row) => row.Key,
  'resource-id': (row) => row.ResourceId,
  'resource-type': (row) => row.ResourceType,
  value: (row) => row.Value,
};
