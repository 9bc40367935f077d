// An AWS account in memory: instances, addresses, groups, and the errors that a test wants.

import type { FoundRule } from '../../../src/plans/group-rules.ts';
import type { Caller } from '../../../src/plans/openings.ts';
import type { PoolError } from '../../../src/pool/failure.ts';
import { type Instance, type InstanceId, type InstanceState, isAlive } from '../../../src/pool/instance.ts';
import type { Notice } from '../../../src/pool/notice.ts';
import { type Address, POOL_TAG } from '../../../src/pool/pool.ts';
import type { Volume } from '../../../src/pool/volume.ts';
import { explain } from '../../../src/world/ec2/errors.ts';
import type { BucketSight, Cloud, InstanceStatus, LaunchRequest } from '../../../src/world/world.ts';
import type { FakeClock } from './clock.ts';

export interface FakeInstance extends Instance {
  /** When it runs, is gone, and is first told of; ms of the clock. */
  readonly readyAt: number;
  readonly goneAt: number;
  readonly seenAt: number;
  readonly groupId: string | undefined;
  /** Why it ended, as EC2 says it. */
  readonly reason: string;
  /** What EC2's own checks find while it runs, and what is scheduled for it. */
  readonly health: InstanceStatus['health'];
  readonly notice: Notice | 'none';
  /** Of its root volume, in GiB; kept: the volume outlives it (DeleteOnTermination is false). */
  readonly volumeSize: number;
  readonly keepsVolume: boolean;
}

/** A security group; `pool` is the value of its tag. */
export interface FakeGroup {
  readonly name: string;
  readonly vpcId: string;
  readonly pool: string | undefined;
  readonly rules: FoundRule[];
  readonly seenAt?: number;
}

/** A failure of EC2's, as the product words it. */
export const refusal = (call: string, code: string, message: string, endpoint?: string): PoolError =>
  explain(call, Object.assign(new Error(message), { name: code, Code: code }), endpoint);

/** What the account holds, and how a test puts things there. */
export class FakeAccount {
  readonly instances = new Map<InstanceId, FakeInstance>();
  readonly addresses = new Map<
    string,
    Address & { readonly pool: string | undefined; readonly seenAt: number }
  >();
  readonly groups = new Map<string, FakeGroup>();
  /** Who runs the commands, and from where. */
  callsFrom: Caller = { who: 'tester@laptop', range: '192.0.2.10/32' };
  readonly tokens = new Map<string, { readonly request: string; readonly ids: readonly InstanceId[] }>();
  readonly keypairs = new Set(['poolparty']);
  /** All buckets of the world, by name; none but ours may be used. */
  readonly buckets = new Map<string, Exclude<BucketSight, 'absent'>>();
  /** What is in them, by `BUCKET KEY`. */
  readonly stored = new Map<string, string>();
  /** What nodes are told of the cloud. */
  environmentOfNodes: Readonly<Record<string, string>> = { AWS_REGION: 'us-east-1' };
  /** Names of images that there are, with their ids. */
  readonly imageIds = new Map([['debian-12', 'ami-debian-12']]);
  /** Zones that have no machine left to give; `ZONE TYPE` and `ZONE TYPE MARKET` alike. */
  readonly exhausted = new Set<string>();
  /** Instances with termination protection. */
  readonly guarded = new Set<InstanceId>();
  /** As in the settings: which address is the pool's. */
  publicIp = 'auto';
  /** Every call, in order, by its name. */
  readonly calls: (keyof Cloud)[] = [];
  /** Every launch that was asked for. */
  readonly requests: LaunchRequest[] = [];
  /** Every call that changes something, in order: `launch 2`, `terminate i-1 i-2` … */
  readonly changes: string[] = [];
  /** Thrown by the next call of that name, then forgotten. */
  readonly nextError = new Map<keyof Cloud, Error>();
  /** The most machines that one pool has had at once. */
  peak = 0;
  /** How long a machine is pending, how long it takes to go, and when it is first told of, in ms. */
  bootTime = 3_000;
  endTime = 2_000;
  sightDelay = 0;
  /** Each new thing is told of by so much later than the one before, in ms: looks show a part of what is there. */
  stagger = 0;
  protected readonly clock: FakeClock;
  protected count = 0;

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  /** Becomes what another account is now, each with a life of its own from then on. */
  become(other: FakeAccount): void {
    const isData = ([name, value]: [string, unknown]) => typeof value !== 'function' && name !== 'clock';
    Object.assign(this, structuredClone(Object.fromEntries(Object.entries(other).filter(isData))));
  }

  /** Puts an instance there as if it had been launched before; running unless said otherwise. */
  has(pool: string, given: Partial<FakeInstance> = {}): Instance {
    const number = ++this.count;
    const instance = {
      id: `i-${number.toString(16).padStart(8, '0')}`,
      state: 'running' as InstanceState,
      launchedAt: this.clock.now(),
      type: 't3.small',
      zone: 'us-east-1a',
      privateIp: `10.0.0.${number}`,
      publicIp: `198.51.100.${number}`,
      publicDns: `ec2-198-51-100-${number}.compute-1.amazonaws.com`,
      tags: { [POOL_TAG]: pool },
      readyAt: 0,
      goneAt: Number.POSITIVE_INFINITY,
      seenAt: 0,
      groupId: undefined,
      reason: 'Client.UserInitiatedShutdown: User initiated shutdown',
      health: 'ok' as const,
      notice: 'none' as const,
      volumeSize: 8,
      keepsVolume: false,
      ...given,
    };
    this.instances.set(instance.id, instance);
    const alive = [...this.instances.values()].filter((one) => one.tags[POOL_TAG] === pool && isAlive(one));
    this.peak = Math.max(this.peak, alive.length);
    return instance;
  }

  /** Gives the pool an address, held by the instance if one is named; `ours: false` makes it the user's own. */
  hasAddress(pool: string, holder?: InstanceId, { ours = true } = {}): Address {
    const number = ++this.count;
    const address = {
      ip: `203.0.113.${number}`,
      allocationId: `eipalloc-${number}`,
      associationId: holder && `eipassoc-${number}`,
      holder,
      ours,
      stopping: false,
      pool: ours ? pool : undefined,
      seenAt: 0,
    };
    this.addresses.set(address.allocationId, address);
    if (holder) this.alter(holder, { publicIp: address.ip });
    return address;
  }

  /** The volumes of the instances that are there, and those that were told to outlive theirs. */
  protected volumes(pool: string): readonly Volume[] {
    return [...this.instances.values()]
      .filter((one) => one.tags[POOL_TAG] === pool && (!this.isGone(one) || one.keepsVolume))
      .map((one) => ({
        id: one.id.replace(/^i-/, 'vol-'),
        size: one.volumeSize,
        zone: one.zone,
        holders: this.isGone(one) ? [] : [one.id],
        goesAlong: !one.keepsVolume,
      }));
  }

  /** What the pool has now, in any order: the end of a test asks it whether anything was left behind. */
  leftovers(pool: string): readonly string[] {
    this.settle();
    return [
      ...[...this.instances.values()]
        .filter((one) => one.tags[POOL_TAG] === pool && one.goneAt > this.clock.ms)
        .map(({ id }) => id),
      ...[...this.addresses.values()].filter((one) => one.pool === pool).map(({ ip }) => ip),
      ...[...this.groups].filter(([, group]) => group.pool === pool).map(([id]) => id),
      ...this.volumes(pool)
        .filter(({ holders }) => holders.length === 0)
        .map(({ id }) => id),
    ];
  }

  /** Ends an instance by itself, as a machine does that dies. */
  end(id: InstanceId, reason: string): void {
    this.alter(id, { state: 'shutting-down', goneAt: this.clock.ms + this.endTime, reason });
    this.free(id);
  }

  /** When EC2 begins to tell of what is made now. */
  protected seenFrom = (): number => this.clock.ms + this.sightDelay + this.stagger * (this.count % 3);

  protected isTold = ({ seenAt = 0 }: { readonly seenAt?: number }): boolean => seenAt <= this.clock.ms;

  protected free(id: InstanceId): void {
    for (const address of this.addresses.values())
      if (address.holder === id) this.change(address, { holder: undefined, associationId: undefined });
  }

  protected enter(call: keyof Cloud): void {
    this.calls.push(call);
    const error = this.nextError.get(call);
    this.nextError.delete(call);
    if (error) throw error;
    this.settle();
  }

  alter(id: InstanceId, changed: Partial<FakeInstance>): void {
    const known = this.instances.get(id);
    if (known) this.instances.set(id, { ...known, ...changed });
  }

  /** Moves every machine to the state that its time has brought. */
  protected settle(): void {
    for (const [id, one] of this.instances) {
      if (one.state === 'pending' && one.readyAt <= this.clock.ms) this.alter(id, { state: 'running' });
    }
  }

  protected isGone = (one: FakeInstance): boolean => one.goneAt <= this.clock.ms;

  protected change(address: Pick<Address, 'allocationId'>, changed: Partial<Address>): void {
    const known = this.addresses.get(address.allocationId);
    if (known) this.addresses.set(address.allocationId, { ...known, ...changed });
  }
}
