// An AWS account in memory: instances, addresses, groups, and the errors that a test wants.

import type { Opening } from '../../../src/plans/openings.ts';
import type { Instance, InstanceId, InstanceState } from '../../../src/pool/instance.ts';
import { type Address, POOL_TAG } from '../../../src/pool/pool.ts';
import type { Cloud } from '../../../src/world/world.ts';
import type { FakeClock } from './clock.ts';

interface FakeInstance extends Instance {
  readonly readyAt: number;
  readonly goneAt: number;
}

/** What the account holds, and how a test puts things there. */
export class FakeAccount {
  readonly instances = new Map<InstanceId, FakeInstance>();
  readonly addresses = new Map<string, Address & { readonly pool: string }>();
  readonly groups = new Map<string, { readonly pool: string; readonly openings: Opening[] }>();
  readonly tokens = new Map<string, readonly InstanceId[]>();
  readonly keypairs = new Set(['poolparty']);
  /** Every call that changes something, in order: `launch 2`, `terminate i-1 i-2` … */
  readonly changes: string[] = [];
  /** Thrown by the next call of that name, then forgotten. */
  readonly nextError = new Map<keyof Cloud, Error>();
  /** How long a machine is pending, and how long it takes to go, in ms. */
  bootTime = 3_000;
  endTime = 2_000;
  protected readonly clock: FakeClock;
  protected count = 0;

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  /** Puts an instance there as if it had been launched before; running unless said otherwise. */
  has(pool: string, given: Partial<Instance> = {}): Instance {
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
      ...given,
    };
    this.instances.set(instance.id, instance);
    return instance;
  }

  /** Gives the pool an address, held by the instance if one is named. */
  hasAddress(pool: string, holder?: InstanceId): Address {
    const number = this.addresses.size + 1;
    const address = {
      ip: `203.0.113.${number}`,
      allocationId: `eipalloc-${number}`,
      associationId: holder && `eipassoc-${number}`,
      holder,
      ours: true,
      stopping: false,
      pool,
    };
    this.addresses.set(address.allocationId, address);
    return address;
  }

  protected fail(call: keyof Cloud): void {
    const error = this.nextError.get(call);
    this.nextError.delete(call);
    if (error) throw error;
  }

  /** Moves every machine to the state that its time has brought. */
  protected settle(): void {
    for (const [id, one] of this.instances) {
      if (one.goneAt <= this.clock.ms) this.instances.delete(id);
      else if (one.state === 'pending' && one.readyAt <= this.clock.ms)
        this.instances.set(id, { ...one, state: 'running' });
    }
  }

  protected change(address: Address, changed: Partial<Address>): void {
    const known = this.addresses.get(address.allocationId);
    if (known) this.addresses.set(address.allocationId, { ...known, ...changed });
  }
}
