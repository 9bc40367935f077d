// What a maintainer has to do now: launch what is missing, and bring every node to what it should be.
import { mayAct, mayLaunch } from '../fail-safety/mastership.ts';
import type { InstanceId } from '../pool/instance.ts';
import type { Settings } from '../pool/settings.ts';
import { bring } from './bring.ts';
import type { Plan } from './plan.ts';
import { running, type Seen } from './seen.ts';
import { giveAddress, launch } from './start.ts';

/** One look of a maintainer. Times in ms on a clock that never runs backwards. */
export interface Tick {
  readonly seen: Seen;
  readonly now: number;
  /** When EC2 was asked for what is seen. */
  readonly lookedAt: number;
  /** The node that maintains itself and its pool; undefined for a maintainer outside. */
  readonly me: InstanceId | undefined;
  /** Since when all looks have shown that `me` holds the address. */
  readonly heldSince: number | undefined;
}

/** A node maintains while it holds the address, and stands down when it does not; whoever is outside always may. */
export const isInOffice = ({ seen, me }: Pick<Tick, 'seen' | 'me'>): boolean =>
  me === undefined || seen.pool.address?.holder === me;

/** May a changing step of this tick still begin? */
export const mayBegin = (tick: Tick, now: number): boolean =>
  tick.me === undefined || (isInOffice(tick) && mayAct(tick.lookedAt, now));

/** While there is work under way EC2 is looked at this often, in ms. */
const BUSY_PAUSE = 500;

/** Machines of the pool that boot: launched and not yet seen, or seen and not yet running. */
const boots = ({ pool, unseen, progress }: Seen): boolean =>
  unseen > 0 || pool.nodes.some(({ id, state }) => state === 'pending' && !progress.has(id));

/** Until the next look, in ms: who boots is met when it runs, and need not wait for the tick. */
export const pauseAfter = (seen: Seen, busy: boolean, { polling_time }: Settings): number =>
  busy || boots(seen) ? Math.min(BUSY_PAUSE, polling_time) : polling_time;

/** A stopped machine does not come back by itself and costs money: it goes once others are there in its place. */
const endStopped = (seen: Seen, settings: Settings): Plan => {
  const nodes = seen.pool.nodes.filter((node) => node.state === 'stopped');
  if (nodes.length === 0 || running(seen).length < settings.minimum_instances) return [];
  return [{ do: 'terminate', nodes, because: 'it has stopped, and others are there in its place' }];
};

/**
 * The steps of one tick, side by side. While the pool stops nobody changes anything; a new master launches nothing at
 * first. Nodes claim the address among themselves: only a maintainer outside gives it away.
 */
export function maintain(tick: Tick, settings: Settings): Plan {
  const { seen, me, heldSince, now } = tick;
  if (seen.pool.address?.stopping || !isInOffice(tick)) return [];
  const settled = me === undefined || mayLaunch(heldSince, now);
  return [
    ...(me === undefined ? giveAddress(seen, settings) : []),
    ...(settled ? [...launch(seen, settings), ...endStopped(seen, settings)] : []),
    ...bring(seen, { patient: false, awaits: false }),
  ];
}
