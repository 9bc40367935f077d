// What a fault strikes, and what has to survive it: some node that heals the pool.
import type { InstanceId } from '../../pool/instance.ts';
import type { Ground } from './ground.ts';
import type { Machine } from './machine.ts';
import type { Services } from './services.ts';

/** The nodes' programs, and what comes next in the account. */
export interface Struck extends Ground {
  readonly services: ReadonlyMap<InstanceId, Services>;
  /** When the faults stop: none lasts longer. */
  readonly calmAt: number;
  /** How the next machines boot. */
  readonly boots: ('never' | 'slowly')[];
}

export const nodes = ({ account, park }: Struck): readonly Machine[] =>
  account.alive().map(({ id }) => park.machine(id));

/** A node that could heal the pool alone: without one nobody is left to do so, and a person has to start it again. */
const survivors = (on: Struck): readonly Machine[] =>
  nodes(on).filter((one) => on.park.serves(one) && one.watchSeen);

export const mayLose = (on: Struck, machine: Machine): boolean =>
  survivors(on).some((one) => one !== machine);

/** A newcomer that is up in less time can be the heir of nodes whose end is announced; ms. */
const COMES_SOON = 60_000;

/** One that is not up soon takes a place of the pool for minutes, and so will the next that boot badly. */
const isLate = ({ time }: Struck, one: Machine): boolean => one.sshdAt - time.ms > COMES_SOON;

/** Where the end of all is announced somebody has to come in time, or nobody is left to heal the pool. */
export function mayAnnounce(on: Struck, machine: Machine): boolean {
  const stays = survivors(on).some((one) => one !== machine && one.notice === '');
  return stays || !(on.boots.length > 0 || nodes(on).some((one) => isLate(on, one)));
}
