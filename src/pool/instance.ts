// One machine of EC2 as the pool sees it, and its place in the pool.

export type InstanceId = string;

/** EC2's own words for a state; terminated instances are absent from a pool. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down';

export interface Instance {
  readonly id: InstanceId;
  readonly state: InstanceState;
  readonly launchedAt: Date;
  readonly type: string;
  readonly zone: string;
  readonly privateIp: string | undefined;
  readonly publicIp: string | undefined;
  readonly publicDns: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export type Role = 'master' | 'standby' | 'member';

/** An instance with its number: node 0 is the master, node 1 the standby. */
export interface Node extends Instance {
  readonly index: number;
  readonly name: string;
  readonly role: Role;
}

/** States that count against the limits: these cost money and will serve. */
export const isAlive = (instance: Instance): boolean =>
  instance.state === 'pending' || instance.state === 'running';

/** Tag of an instance that is to go: it leaves every rotation, and then ends. Its value says why. */
export const LEAVING_TAG = 'poolparty:leaving';
/** Tag of all instances of a pool that launches nothing more after too many failed bootstraps. */
export const PROTECTED_TAG = 'poolparty:protected';

export const isLeaving = ({ tags }: Instance): boolean => tags[LEAVING_TAG] !== undefined;

/** Alive, and not about to go: these are counted on. */
export const isStaying = (instance: Instance): boolean => isAlive(instance) && !isLeaving(instance);
