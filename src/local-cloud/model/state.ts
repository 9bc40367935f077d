// Everything the cloud remembers, as plain data: what is written to the state folder and read back.
import type { InstanceStatusEvent, Tenancy, VolumeType } from '@aws-sdk/client-ec2';
import type { Fault } from '../faults/fault.ts';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';
export type Health = 'initializing' | 'ok' | 'impaired';
export type Zone = 'a' | 'b' | 'c';

/** Why an instance left its last state, with AWS's own codes. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** A root volume; `size` in GiB, `goesAlong`: it ends with its instance. */
export interface Volume {
  readonly size: number;
  readonly type: VolumeType;
  readonly encrypted: boolean;
  readonly goesAlong: boolean;
}

/** A volume that outlived its instance: a record, the disk itself went with the machine. */
export interface LeftVolume extends Omit<Volume, 'goesAlong'> {
  readonly id: string;
  readonly zone: Zone;
  readonly imageId: string;
  readonly created: string;
}

export interface MetadataOptions {
  tokens: 'required' | 'optional';
  endpoint: 'enabled' | 'disabled';
  tags: 'enabled' | 'disabled';
  hops: number;
}

/** Times are ISO 8601 texts everywhere in the state. */
export interface Instance {
  readonly id: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly imageId: string;
  type: string;
  readonly region: string;
  readonly zone: Zone;
  readonly privateIp: string;
  readonly mac: string;
  readonly clientToken: string;
  readonly tenancy: Tenancy;
  /** Absent in states of earlier versions. */
  volume?: Volume;
  /** The id of its request, where it is a spot instance. */
  readonly spotRequest?: string;
  keyName?: string;
  userData?: string;
  profile?: string;
  groupIds: string[];
  state: InstanceState;
  reason?: Reason;
  health: Health;
  /** Its machine has been up once: the disk is worth keeping. */
  bootedOnce: boolean;
  /** The automatic public address; absent while an elastic one is associated. */
  publicIp?: string;
  readonly wantsPublicIp: boolean;
  launchTime: string;
  transitionTime: string;
  metadata: MetadataOptions;
  terminateOnShutdown: boolean;
  protectedFromTermination: boolean;
  protectedFromStop: boolean;
  sourceDestCheck: boolean;
  monitoring: boolean;
  events: (Omit<InstanceStatusEvent, 'NotBefore' | 'NotAfter' | 'NotBeforeDeadline'> & {
    NotBefore?: string;
  })[];
  spotNotice?: { readonly action: 'terminate' | 'stop'; readonly time: string };
  /** When it was made; absent in states that earlier versions wrote. */
  made?: string;
  /** What goes wrong with its boot: ms that it is late, no end at all, ms that its sshd is refused once it runs. */
  trouble?: { readonly late?: number; readonly hangs?: boolean; readonly refused?: number };
  /** Until then its sshd is refused. */
  refusedUntil?: string;
}

/** One permission of a group; exactly one of `cidr` and `group` is set. Protocol `-1` is every protocol. */
export interface Rule {
  readonly id: string;
  readonly egress: boolean;
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidr?: string;
  readonly group?: string;
  readonly description?: string;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  rules: Rule[];
  made?: string;
}

export interface KeyPair {
  readonly id: string;
  readonly name: string;
  readonly type: 'rsa' | 'ed25519';
  readonly fingerprint: string;
  /** In OpenSSH's form, as authorized_keys has it. */
  readonly publicKey: string;
  readonly created: string;
}

export interface Address {
  readonly allocationId: string;
  readonly ip: string;
  /** Packets follow the association only from `leadsFrom` on, where that is set. */
  association?: { readonly id: string; readonly instanceId: string; readonly leadsFrom?: string };
  made?: string;
}

/** What a ClientToken stood for: a request of the same token must be the same request. */
export interface Launch {
  readonly fingerprint: string;
  readonly reservationId: string;
  readonly instanceIds: readonly string[];
  readonly time: string;
}

/** Credentials of a role that the metadata service handed to an instance. */
export interface RoleKey {
  readonly secret: string;
  readonly token: string;
  readonly expires: string;
  readonly updated: string;
  readonly instanceId: string;
  readonly role: string;
}

export interface State {
  /** The private range that the addresses below were taken from. */
  vpc?: string;
  instances: Record<string, Instance>;
  groups: Record<string, Group>;
  keyPairs: Record<string, KeyPair>;
  addresses: Record<string, Address>;
  /** Those that belong to no instance any more. */
  volumes: Record<string, LeftVolume>;
  /** Resource id to tags. */
  tags: Record<string, Record<string, string>>;
  launches: Record<string, Launch>;
  /** Access key id to credentials. */
  roleKeys: Record<string, RoleKey>;
  /** What goes wrong on request. */
  faults: readonly Fault[];
}
