// The reference: EC2 Auto Scaling with a target-tracking policy for the mean CPU, as its user guide tells it.
import { type Fleet, SAMPLE } from './fleet.ts';
import type { Scaler } from './maintainer.ts';

/** Share of the CPU that is aimed at. */
const TARGET = 0.5;
/** The alarm for fewer instances lies below this share of the target. */
const LOW = 0.9 * TARGET;
/** One-minute periods that all have to be above the target, or below the low mark. */
const PERIODS_OUT = 3;
const PERIODS_IN = 15;
const PERIOD = 60_000;
/** From its first request on: so long an instance's CPU does not count; ms. */
const WARM_UP = 300_000;
/** Exact fits must not be rounded up for floating point's sake. */
const EPSILON = 1e-9;

interface Limits {
  readonly minimum: number;
  readonly maximum: number;
}

/** How many instances bring the metric to the target, for so many that it was measured on. Rounded up both ways. */
const wantedFor = (instances: number, metric: number): number =>
  Math.ceil((instances * metric) / TARGET - EPSILON);

/**
 * Target tracking with a default instance warm-up: an instance that warms up is part of the capacity, so it is not
 * asked for twice, but not of the metric; and nobody leaves while one warms up.
 */
export class TargetTracking implements Scaler {
  readonly fleet: Fleet;
  /** CPU is sampled as often as the load is; CloudWatch's periods are means of these. */
  readonly every = SAMPLE;
  readonly #limits: Limits;
  /** The mean CPU of the last one-minute periods, newest last. */
  readonly #periods: number[] = [];
  #sum = 0;
  #samples = 0;

  constructor(fleet: Fleet, limits: Limits, at: number) {
    this.fleet = fleet;
    this.#limits = limits;
    fleet.begin(limits.minimum, at);
  }

  look(at: number): number {
    this.#endDrained();
    this.#sum += this.fleet.busy;
    this.#samples += 1;
    if (this.#samples * SAMPLE < PERIOD) return 0;
    this.#periods.push(this.#sum / this.#samples);
    if (this.#periods.length > PERIODS_IN) this.#periods.shift();
    [this.#sum, this.#samples] = [0, 0];
    return this.#evaluate(at);
  }

  #endDrained(): void {
    for (const node of [...this.fleet.nodes])
      if (node.leaving !== undefined && !node.isServer) this.fleet.terminate(node.id);
  }

  /** Both alarms, at the end of a period. */
  #evaluate(at: number): number {
    const metric = this.#periods.at(-1) ?? 0;
    const staying = this.fleet.nodes.filter((node) => node.leaving === undefined);
    const warm = staying.filter((node) => at - (node.servesSince ?? at) >= WARM_UP).length;
    if (this.#all(PERIODS_OUT, (period) => period > TARGET)) {
      const wanted = Math.min(wantedFor(warm, metric), this.#limits.maximum);
      return this.#launch(wanted - staying.length, at);
    }
    if (warm < staying.length || !this.#all(PERIODS_IN, (period) => period < LOW)) return 0;
    const wanted = Math.max(wantedFor(staying.length, metric), this.#limits.minimum);
    return this.#takeAway(staying.length - wanted, at);
  }

  #all(count: number, holds: (period: number) => boolean): boolean {
    return this.#periods.length >= count && this.#periods.slice(-count).every(holds);
  }

  #launch(count: number, at: number): number {
    if (count <= 0) return 0;
    this.fleet.launch(count, at);
    return 1;
  }

  /** The youngest go, as in a pool: who goes makes no difference here. */
  #takeAway(count: number, at: number): number {
    if (count <= 0) return 0;
    const staying = this.fleet.nodes.filter((node) => node.leaving === undefined);
    for (const { id } of staying.slice(-count)) this.fleet.leave(id, 'CPU below the target', at);
    return 1;
  }
}
