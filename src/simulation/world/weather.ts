// How EC2's API is at the moment: how long a call takes, whether it throttles, how old its descriptions are.
import type { InstanceId } from '../../pool/instance.ts';
import type { Account, Real } from './account.ts';
import type { Luck } from './luck.ts';

/** Half of all calls reach EC2 in this time; ms. */
const MEDIAN_WAY = 40;

export class Weather {
  /** The share of calls that are refused with RequestLimitExceeded. */
  throttled = 0;
  /** DescribeInstances tells of what was so long ago, in ms. */
  lag = 0;
  /** Calls take so many times longer. */
  slowness = 1;
  /** What DescribeInstances leaves out. */
  readonly forgotten = new Set<InstanceId>();

  latency(luck: Luck): number {
    return luck.longTailed(MEDIAN_WAY) * this.slowness;
  }

  throttles(luck: Luck): boolean {
    return this.throttled > 0 && luck.happens(this.throttled);
  }

  /** What DescribeInstances says now; each answer may come from another of EC2's machines, which lag differently. */
  described(account: Account, luck: Luck): readonly Real[] {
    const all = account.ago(this.lag === 0 ? 0 : luck.between(0, this.lag));
    return this.forgotten.size === 0 ? all : all.filter(({ id }) => !this.forgotten.has(id));
  }
}
