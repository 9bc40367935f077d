// How many instances go into which zone, so that zones differ by at most one node.
import type { Instance } from '../pool/instance.ts';

/** A subnet to launch into, and the zone that it is in. */
export interface Zone {
  readonly subnetId: string;
  readonly zone: string;
}

export interface Part extends Zone {
  readonly count: number;
}

const emptiest = (counts: readonly Part[]): number =>
  counts.reduce((best, part, index) => (part.count < (counts[best]?.count ?? 0) ? index : best), 0);

/** Deals `count` new instances out, each to the zone that has the fewest; the first zone wins a tie. */
export function spread(count: number, zones: readonly Zone[], present: readonly Instance[]): readonly Part[] {
  const before = zones.map(({ zone, subnetId }) => ({
    zone,
    subnetId,
    count: present.filter((instance) => instance.zone === zone).length,
  }));
  const after = before.map((part) => ({ ...part }));
  for (let left = count; left > 0 && after.length > 0; left -= 1) {
    const target = after[emptiest(after)];
    if (target) target.count += 1;
  }
  return after
    .map((part, index) => ({ ...part, count: part.count - (before[index]?.count ?? 0) }))
    .filter((part) => part.count > 0);
}
