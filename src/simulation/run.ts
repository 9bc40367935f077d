// One scaler through one demand, step by step on a virtual clock, and the figures that come out.
import { type Course, CourseRecord } from './course.ts';
import { type Demand, DemandWalk } from './demand.ts';
import { SAMPLE } from './fleet.ts';
import type { Scaler } from './maintainer.ts';

export interface Figures {
  /** From launch to end, also of nodes that boot or drain. */
  readonly nodeHours: number;
  /** Minutes in which there was more to do, backlog included, than those in rotation could: load over 1.0 per vCPU. */
  readonly overloadedMinutes: number;
  /** Decisions for more or for fewer nodes. */
  readonly changes: number;
  /** The most work that waited at once, in minutes of one instance. */
  readonly largestBacklog: number;
  /** The looks of the scaler. */
  readonly ticks: number;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;

export class Run {
  readonly #demand: Demand;
  readonly #walk: DemandWalk;
  readonly #scaler: Scaler;
  readonly #record: CourseRecord;
  #at: number;
  #sampleAt: number;
  #lookAt: number;
  #nodeMs = 0;
  #overloadedMs = 0;
  #changes = 0;
  #largest = 0;
  #ticks = 0;

  /** The scaler's fleet stands as it begins at `demand.from`. */
  constructor(demand: Demand, scaler: Scaler) {
    this.#demand = demand;
    this.#walk = new DemandWalk(demand);
    this.#scaler = scaler;
    this.#record = new CourseRecord(demand.from, demand.to);
    this.#at = demand.from;
    this.#sampleAt = demand.from + SAMPLE;
    this.#lookAt = demand.from + scaler.every;
  }

  /** How much of the demand is over, 0 to 1. */
  get share(): number {
    return (this.#at - this.#demand.from) / (this.#demand.to - this.#demand.from);
  }

  /** Goes on for at most so many steps; false when all is over. */
  advance(steps: number): boolean {
    for (let step = 0; step < steps && this.#at < this.#demand.to; step += 1) this.#step();
    return this.#at < this.#demand.to;
  }

  /** Up to the next moment at which the kernel samples or the scaler looks. */
  #step(): void {
    const { fleet, every } = this.#scaler;
    const from = this.#at;
    const to = Math.min(this.#sampleAt, this.#lookAt, this.#demand.to);
    const ms = to - from;
    const demand = this.#walk.mean(from, to);
    fleet.work(demand, ms);
    this.#nodeMs += fleet.nodes.length * ms;
    if (fleet.isOverloaded) {
      this.#overloadedMs += ms;
      this.#largest = Math.max(this.#largest, fleet.backlog);
    }
    this.#record.add(from, ms, demand, fleet.serving);
    this.#at = to;
    fleet.settle(to);
    if (to >= this.#sampleAt) {
      fleet.sample();
      this.#sampleAt += SAMPLE;
    }
    if (to < this.#lookAt) return;
    this.#ticks += 1;
    this.#changes += this.#scaler.look(to);
    this.#lookAt += every;
  }

  get figures(): Figures {
    return {
      nodeHours: this.#nodeMs / HOUR,
      overloadedMinutes: this.#overloadedMs / MINUTE,
      changes: this.#changes,
      largestBacklog: this.#largest / 60,
      ticks: this.#ticks,
    };
  }

  get course(): Course {
    return this.#record.course();
  }
}
