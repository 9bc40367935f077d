// EC2 as it really is in a simulated world: instances, the pool's address, tokens. What callers see of it is another matter.
import type { Instance, InstanceId, InstanceState } from '../../pool/instance.ts';
import type { Subnet } from '../../pool/offers.ts';
import { type Address, POOL_TAG } from '../../pool/pool.ts';
import type { LaunchRequest } from '../../world/world.ts';
import type { Luck } from './luck.ts';
import type { Time } from './time.ts';

/** Instances that have ended keep this state: EC2 tells of them for an hour. */
type TrueState = InstanceState | 'terminated';

export interface Real extends Omit<Instance, 'state'> {
  readonly state: TrueState;
  /** Why it ended. */
  readonly reason: string;
}

/** How EC2 refuses: its code, and a text. */
export class Refusal extends Error {
  constructor(code: string, text: string) {
    super(text);
    this.name = code;
  }
}

export const SUBNETS: readonly Subnet[] = ['us-east-1a', 'us-east-1b', 'us-east-1c'].map((zone, at) => ({
  id: `subnet-${at}`,
  zone,
  vpcId: 'vpc-1',
  free: 4_000,
}));

export const POOL = 'party';
/** When the simulation begins, on a right clock. */
export const EPOCH = Date.parse('2008-05-31T00:47:37.000Z');

const isAlive = ({ state }: Real): boolean => state === 'pending' || state === 'running';
export const isOurs = ({ tags }: Real): boolean => tags[POOL_TAG] === POOL;

/** Half of all machines run after this time; ms. */
const MEDIAN_PENDING = 6_000;
const ENDING = 8_000;
/** Snapshots older than this are of no use to the slowest description; ms. */
const MEMORY = 30_000;

interface Token {
  readonly request: string;
  readonly ids: readonly InstanceId[];
}

export class Account {
  readonly instances = new Map<InstanceId, Real>();
  readonly tokens = new Map<string, Token>();
  address: Address = {
    ip: '203.0.113.1',
    allocationId: 'eipalloc-1',
    associationId: undefined,
    holder: undefined,
    ours: true,
    stopping: false,
  };
  /** Zones that have nothing to give. */
  readonly exhausted = new Set<string>();
  /** A machine was made, or its state changed. */
  changed: (one: Real) => void = () => undefined;
  /** What DescribeInstances would have said at earlier moments, for one that lags. */
  #past: { readonly at: number; readonly instances: readonly Real[] }[] = [];
  readonly #time: Time;
  readonly #luck: Luck;
  #count = 0;

  constructor(time: Time, luck: Luck) {
    this.#time = time;
    this.#luck = luck;
  }

  /** Ours that are pending or running. */
  alive(): readonly Real[] {
    return [...this.instances.values()].filter((one) => isOurs(one) && isAlive(one));
  }

  /** A new machine; it is pending, and runs after a while. */
  make(tags: Readonly<Record<string, string>>, zone: string): Real {
    const number = ++this.#count;
    const one: Real = {
      id: `i-${number.toString(16).padStart(8, '0')}`,
      state: 'pending',
      launchedAt: new Date(EPOCH + Math.floor(this.#time.ms / 1_000) * 1_000),
      type: 't3.small',
      zone,
      privateIp: `10.0.${number >> 8}.${number & 255}`,
      publicIp: undefined,
      publicDns: undefined,
      tags,
      reason: '',
    };
    this.instances.set(one.id, one);
    this.#note(one);
    this.#time.after(this.#luck.longTailed(MEDIAN_PENDING), () => this.#runs(one.id));
    return one;
  }

  #runs(id: InstanceId): void {
    if (this.instances.get(id)?.state === 'pending') this.alter(id, { state: 'running' });
  }

  alter(id: InstanceId, changed: Partial<Real>): void {
    const known = this.instances.get(id);
    if (known === undefined) return;
    const now = { ...known, ...changed };
    this.instances.set(id, now);
    this.#note(now);
  }

  #note(one: Real): void {
    const now = this.#time.ms;
    const all = [...this.instances.values()].filter(({ state }) => state !== 'terminated');
    this.#past.push({ at: now, instances: all });
    const old = this.#past.findIndex(({ at }) => at >= now - MEMORY);
    if (old > 1) this.#past = this.#past.slice(old - 1);
    this.changed(one);
  }

  /** What there was so long ago, those that have ended aside. */
  ago(ms: number): readonly Real[] {
    const then = this.#time.ms - ms;
    const found = this.#past.findLast(({ at }) => at <= then) ?? this.#past[0];
    return found?.instances ?? [];
  }

  /** Ends by itself, or because somebody says so; its association ends with it. */
  end(id: InstanceId, reason: string): void {
    const known = this.instances.get(id);
    if (known === undefined || known.state === 'terminated' || known.state === 'shutting-down') return;
    this.alter(id, { state: 'shutting-down', reason });
    if (this.address.holder === id) this.#associated(undefined);
    this.#time.after(this.#luck.longTailed(ENDING), () => this.alter(id, { state: 'terminated' }));
  }

  launch(request: LaunchRequest): readonly Real[] {
    const { token, ...asked } = request;
    const text = JSON.stringify(asked);
    const known = this.tokens.get(token);
    if (known && known.request !== text)
      throw new Refusal('IdempotentParameterMismatch', 'Arguments are inconsistent with the first request.');
    if (known) return this.#again(known.ids);
    const zone = SUBNETS.find(({ id }) => id === request.subnetId)?.zone ?? '';
    if (this.exhausted.has(zone)) throw new Refusal('InsufficientInstanceCapacity', `None left in ${zone}.`);
    const tags = { [POOL_TAG]: request.pool };
    const made = Array.from({ length: request.count }, () => this.make(tags, zone));
    this.tokens.set(token, { request: text, ids: made.map(({ id }) => id) });
    return made;
  }

  #again(ids: readonly InstanceId[]): readonly Real[] {
    const known = ids.flatMap((id) => this.instances.get(id) ?? []);
    if (known.some(({ state }) => state === 'terminated'))
      throw new Refusal('IdempotentInstanceTerminated', 'The instance of this request has been terminated.');
    return known;
  }

  associate(id: InstanceId): void {
    const { holder } = this.address;
    if (holder === id) return;
    if (this.instances.get(id)?.state !== 'running')
      throw new Refusal('InvalidInstanceID', `The instance ${id} is not running.`);
    if (holder !== undefined) throw new Refusal('Resource.AlreadyAssociated', 'The address is taken.');
    this.#associated(id);
  }

  /** An association that is no more is no failure: the product takes it for done. */
  disassociate(association: string): void {
    if (this.address.associationId === association) this.#associated(undefined);
  }

  #associated(holder: InstanceId | undefined): void {
    const associationId = holder && `eipassoc-${++this.#count}`;
    this.address = { ...this.address, holder, associationId };
  }
}
