// What a dry run can be about: as much of a pool as there is.

/** What a launch would be made from. */
export interface Launch {
  readonly imageId: string;
  readonly type: string;
  readonly subnetId: string;
  readonly keypair: string;
  readonly profile: string | undefined;
}

/** What a call can be about, as far as the pool has it. */
export interface Subject {
  readonly pool: string;
  readonly vpcId: string;
  readonly launch: Launch | undefined;
  readonly instanceId: string | undefined;
  readonly groupId: string | undefined;
  readonly allocationId: string | undefined;
  readonly associationId: string | undefined;
}
