// The course of a simulated run beside its faults: how the pool begins, what visitors want, how calm comes.
import { PROTECTED_TAG } from '../../pool/instance.ts';
import { POOL_TAG } from '../../pool/pool.ts';
import { POOL, SUBNETS } from './account.ts';
import type { Struck } from './survivors.ts';

/** When the first node's service starts; by then it mostly runs; ms. */
const FIRST_START = 20_000;
/** What visitors want stays so long, as a rule; ms. */
const MEDIAN_DEMAND = 400_000;

/**
 * As `pool start` leaves it: nodes that run, the first with the address, whose maintainer configures them all. Beside
 * them an instance of another pool, and one of nobody's.
 */
export function found({ account, settings, time, services }: Struck): void {
  account.make({ [POOL_TAG]: 'others' }, 'us-east-1a');
  account.make({}, 'us-east-1b');
  const [first] = Array.from({ length: settings.minimum_instances }, (_, at) =>
    account.make({ [POOL_TAG]: POOL }, SUBNETS[at % SUBNETS.length]?.zone ?? ''),
  );
  if (first === undefined) return;
  account.alter(first.id, { state: 'running' });
  account.associate(first.id);
  time.after(FIRST_START, () => services.get(first.id)?.maintain());
}

/** Visitors want now more, now less, until calm comes: then they want the same until the end. */
export function visit(on: Struck): void {
  const { time, luck, park, settings, calmAt } = on;
  park.share();
  park.demand = luck.between(0.1, settings.maximum_instances * 0.75);
  on.tell(`visitors want ${park.demand.toFixed(2)} instances`);
  const later = luck.longTailed(MEDIAN_DEMAND);
  if (time.ms + later < calmAt) time.after(later, () => visit(on));
}

/** No more faults; and somebody says `pool resume`, where launching had stopped. */
export function calm({ account, boots, tell }: Struck): void {
  tell('CALM: no more faults');
  boots.length = 0;
  for (const { id, tags } of account.instances.values()) {
    const { [PROTECTED_TAG]: isProtected, ...others } = tags;
    if (isProtected !== undefined) account.alter(id, { tags: others });
  }
}
