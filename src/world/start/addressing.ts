// The pool's address as this run has made and given it: EC2 tells of both late, and an address is made without a token.
import type { InstanceId } from '../../pool/instance.ts';
import { type Address, type Pool, poolOf, STOPPING_TAG } from '../../pool/pool.ts';
import { refusalCode } from '../ec2/errors.ts';
import { Stale } from '../stale.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

/** EC2 may show an association so much later than it was made, in ms; after that its word counts. */
const TOLD_WITHIN = 10_000;
/** The same for an address that was made: to make another costs more than to wait. */
const MADE_WITHIN = 30_000;

/** What was made a moment ago may be unknown to the next call. */
const PATIENCE = { limit: 10_000, first: 250, factor: 2, longest: 2_000 };
const NO_ADDRESS = 'InvalidAllocationID.NotFound';
const UNKNOWN_YET = [NO_ADDRESS, 'InvalidInstanceID.NotFound'];

export class Addressing {
  readonly #world: World;
  /** Made here: EC2 may not tell of it yet, or tell of it and then, by a look that lags, not. */
  #made: { readonly address: Address; readonly at: number } | undefined;
  #given: { readonly to: InstanceId; readonly at: number } | undefined;
  readonly #gone: Stale;

  constructor(world: World) {
    this.#world = world;
    this.#gone = new Stale(world, [NO_ADDRESS]);
  }

  /** What EC2 shows, and what it does not show yet of what was done here. */
  complete(pool: Pool): Pool {
    const address = pool.address ?? this.#ownAddress();
    if (address === undefined || address.holder !== undefined) return pool;
    const holder = this.#holder();
    if (holder === undefined && address === pool.address) return pool;
    return poolOf({ ...pool, instances: pool.nodes, address: { ...address, holder } });
  }

  #ownAddress(): Address | undefined {
    const { address, at } = this.#made ?? { address: undefined, at: Number.NEGATIVE_INFINITY };
    return this.#world.clock.monotonic() - at < MADE_WITHIN ? address : undefined;
  }

  #holder(): InstanceId | undefined {
    const { to, at } = this.#given ?? { to: undefined, at: Number.NEGATIVE_INFINITY };
    return this.#world.clock.monotonic() - at < TOLD_WITHIN ? to : undefined;
  }

  async make(): Promise<void> {
    const address = await this.#world.cloud.allocateAddress(this.#world.settings.name);
    this.#made = { address, at: this.#world.clock.monotonic() };
  }

  /** Takes back what forbade changes. */
  async permit({ allocationId }: Address): Promise<void> {
    await this.#unlessGone(allocationId, () => this.#world.cloud.untag([allocationId], [STOPPING_TAG]));
  }

  async give(address: Address, to: InstanceId): Promise<void> {
    let last: unknown;
    const isGiven = await until(this.#world, PATIENCE, async () => {
      try {
        await this.#unlessGone(address.allocationId, async () => {
          await this.#world.cloud.associate(address, to);
          this.#given = { to, at: this.#world.clock.monotonic() };
        });
        return true;
      } catch (error) {
        if (!UNKNOWN_YET.includes(refusalCode(error))) throw error;
        last = error;
        return false;
      }
    });
    if (!isGiven) throw last;
  }

  /** A look that lags shows what a stop has just released; what was made here is only not known yet. */
  async #unlessGone(allocationId: string, work: () => Promise<void>): Promise<void> {
    if (allocationId === this.#made?.address.allocationId) await work();
    else await this.#gone.unless(work);
  }
}
