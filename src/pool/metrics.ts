// The metrics that rules speak of: what each counts, and which values it can have. docs/metrics.md tells users the same.

export interface Metric {
  /** What it counts, as a message goes on after its name. */
  readonly is: string;
  /** No value is above it; Infinity where there is no limit. None is below 0. */
  readonly most: number;
  /** Comes in whole numbers alone. */
  readonly isWhole: boolean;
  /** Can a percentage on the right be meant? */
  readonly isShare: boolean;
}

const MOST = Number.POSITIVE_INFINITY;

/** By name, in the order in which they are shown. */
export const METRIC: Readonly<Record<string, Metric>> = {
  load: {
    is: 'the 1-minute load average per vCPU, where 1 is a processor at work all the time',
    most: MOST,
    isWhole: false,
    isShare: true,
  },
  cpu: {
    is: 'the 1-minute load average itself, and no share of processor time',
    most: MOST,
    isWhole: false,
    isShare: false,
  },
  memory: { is: 'the share of memory in use, from 0 to 1', most: 1, isWhole: false, isShare: true },
  web: { is: 'requests per second per node', most: MOST, isWhole: false, isShare: false },
  queue: { is: 'the number of requests that wait in HAProxy', most: MOST, isWhole: true, isShare: false },
};
