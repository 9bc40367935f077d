// The invariants of a pool, checked at every call that changes EC2, and now and then in between.
import { type InstanceId, LEAVING_TAG } from '../../pool/instance.ts';
import type { Pool } from '../../pool/pool.ts';
import type { Settings } from '../../pool/settings.ts';
import { type Account, isOurs, type Real } from './account.ts';
import type { Change } from './cloud.ts';
import type { Park } from './park.ts';
import type { Program } from './program.ts';
import type { Time } from './time.ts';

/** A call of a maintainer comes so long after its last look that showed its own association, at most: 5 s + 5 s. */
const LOOK_HOLDS = 10_000;
/** A connection to a node may have to be made first; ms. */
const CONNECTS = 10_000;
/** Whoever has ended by itself so short a time ago may not have been missed yet; ms. */
const UNNOTICED = 60_000;

/** Whoever came back so short a time ago may not have been seen yet: a tick, and a question that waited in vain; ms. */
const UNSEEN = 10_000;

/** One that leaves has its last requests to end first, and EC2 to end it; ms. */
const LEAVES_WITHIN = 5 * 60_000;

/** A maintainer changes the pool; a claimer only moves the address. */
export type Office = 'maintainer' | 'claimer';

interface OwnLook {
  /** The number of the association that the look showed as its own. */
  readonly association: number;
  readonly from: number;
}

const numberOf = (association: string): number => Number(association.slice(association.lastIndexOf('-') + 1));

const stays = ({ tags }: Real): boolean => tags[LEAVING_TAG] === undefined;

export class Court {
  readonly #account: Account;
  readonly #park: Park;
  readonly #time: Time;
  readonly #settings: Settings;
  readonly #looks = new Map<Program, OwnLook>();
  /** The youngest association under which the pool's size was changed. */
  #newest = 0;
  /** When instances ended by themselves. */
  readonly #deaths = new Map<InstanceId, number>();
  /** The first invariant that did not hold. */
  violation: string | undefined;
  readonly #leavingSince = new Map<InstanceId, number>();
  /**
   * When EC2 last heard a maintainer's call that changes something, but for nodes that leave and end: with rules of some
   * minutes a large pool that has little to do takes long to its minimum, and is at rest in between.
   */
  changedAt = 0;

  constructor(account: Account, park: Park, time: Time, settings: Settings) {
    this.#account = account;
    this.#park = park;
    this.#time = time;
    this.#settings = settings;
  }

  breaks(violation: string): void {
    this.violation ??= violation;
  }

  died(id: InstanceId): void {
    this.#deaths.set(id, this.#time.ms);
  }

  looked(program: Program, { address }: Pool, from: number): void {
    if (address?.holder !== program.machine.id || address.associationId === undefined) return;
    const before = this.#looks.get(program);
    if (before === undefined || before.from < from)
      this.#looks.set(program, { association: numberOf(address.associationId), from });
  }

  hears(program: Program, office: Office, change: Change, ids: readonly string[], about: string): void {
    this.#isOurs(program, change, ids);
    if (office === 'claimer') return;
    if (!this.#shrinks(change, ids, about)) this.changedAt = this.#time.ms;
    const look = this.#isInOffice(program, change);
    if (look === undefined || (change !== 'launch' && change !== 'terminate')) return;
    if (look.association < this.#newest)
      this.breaks(`${program.machine.id} changes the pool after a younger maintainer has`);
    this.#newest = look.association;
  }

  #shrinks(change: Change, ids: readonly string[], about: string): boolean {
    if (change === 'tag') return about === LEAVING_TAG;
    return change === 'terminate' && ids.every((id) => !this.#stays(id));
  }

  #stays(id: InstanceId): boolean {
    const one = this.#account.instances.get(id);
    return one !== undefined && stays(one);
  }

  #isOurs(program: Program, change: Change, ids: readonly string[]): void {
    const found = ids.flatMap((id) => this.#account.instances.get(id) ?? []);
    const stranger = found.find((one) => !isOurs(one));
    if (stranger) this.breaks(`${program.machine.id}: ${change} of ${stranger.id}, which is not ours`);
  }

  #isInOffice(program: Program, what: string, limit = LOOK_HOLDS): OwnLook | undefined {
    const look = this.#looks.get(program);
    const { id } = program.machine;
    if (look === undefined) {
      this.breaks(`${id}: ${what} without a look that showed its own association`);
      return undefined;
    }
    const age = this.#time.ms - look.from;
    if (age > limit)
      this.breaks(
        `${id}: ${what} ${(age / 1_000).toFixed(1)} s after a look that showed its own association`,
      );
    return look;
  }

  /** A script that changes a node is sent. */
  changesNode(program: Program, id: InstanceId): void {
    this.#isInOffice(program, `a change of ${id}`, LOOK_HOLDS + CONNECTS);
  }

  /** By a maintainer's own act; one that leaves was judged when it began to. */
  takesAway(ids: readonly InstanceId[], what: string): void {
    const { holder } = this.#park;
    for (const id of ids) {
      const one = this.#account.instances.get(id);
      const machine = this.#park.machine(id);
      const isNews = this.#time.ms - machine.changedAt < UNSEEN;
      const serves = holder !== undefined && !isNews && this.#park.isUp(holder, machine);
      if (one === undefined || !stays(one) || !serves || machine.notice !== '') continue;
      const others = this.#staying().filter((other) => other.id !== id).length + this.#unnoticed();
      if (others < this.#settings.minimum_instances)
        this.breaks(
          `${what} of ${id}, which serves, leaves ${others} of ${this.#settings.minimum_instances}`,
        );
    }
  }

  #staying = (): readonly Real[] => this.#account.alive().filter(stays);

  #unnoticed = (): number => [...this.#deaths.values()].filter((at) => this.#time.ms - at < UNNOTICED).length;

  /** After each change of what there is. */
  checkSize(): void {
    const alive = this.#account.alive().length;
    const { maximum_instances: maximum } = this.#settings;
    if (alive > maximum)
      this.breaks(`${alive} instances are pending or running, and the maximum is ${maximum}`);
  }

  #leavesLong(id: InstanceId): boolean {
    const since = this.#leavingSince.get(id) ?? this.#time.ms;
    this.#leavingSince.set(id, since);
    return this.#time.ms - since > LEAVES_WITHIN;
  }

  /** What ails a pool that should be well by now; undefined where it is well. */
  illness(maintainers: readonly InstanceId[]): string | undefined {
    const { holder } = this.#park;
    const staying = this.#staying();
    const { minimum_instances: minimum } = this.#settings;
    if (holder === undefined || !this.#park.moves(holder)) return 'the address is on no living node';
    if (staying.length < minimum) return `${staying.length} of at least ${minimum} nodes are there`;
    const leaving = this.#account.alive().find((one) => !stays(one) && this.#leavesLong(one.id));
    if (leaving) return `${leaving.id} leaves, and does not end`;
    const out = staying.find(({ id }) => !this.#park.isUp(holder, this.#park.machine(id)));
    if (out) return `${out.id} (${out.state}) is not in rotation`;
    if (maintainers.length !== 1 || maintainers[0] !== holder.id)
      return `${maintainers.join(', ') || 'nobody'} maintains, and ${holder.id} holds the address`;
    return undefined;
  }
}
