// What is asked of a pool when no more faults come: well within some time, then well and at rest until the end.
import type { InstanceId } from '../../pool/instance.ts';
import type { Court } from './court.ts';
import type { Time } from './time.ts';

/** A pool is well so long after the last fault, and then nothing changes for so long before the end; ms. */
const WELL_WITHIN = 20 * 60_000;
const SETTLED_FOR = 5 * 60_000;

export class Aftermath {
  readonly #time: Time;
  readonly #court: Court;
  readonly #calmAt: number;
  readonly #end: number;
  #wasWell = false;

  constructor(time: Time, court: Court, calmAt: number, end: number) {
    this.#time = time;
    this.#court = court;
    this.#calmAt = calmAt;
    this.#end = end;
  }

  /** Now and then; `maintainers` are the nodes whose maintain service runs. */
  check(maintainers: readonly InstanceId[]): void {
    const { ms } = this.#time;
    if (ms < this.#calmAt) return;
    const court = this.#court;
    const ill = court.illness(maintainers);
    if (ill === undefined) this.#wasWell = true;
    else if (!this.#wasWell && ms > this.#calmAt + WELL_WITHIN)
      court.breaks(`${WELL_WITHIN / 60_000} minutes after the last fault: ${ill}`);
    if (ms < this.#end - SETTLED_FOR) return;
    if (ill !== undefined) court.breaks(`near the end: ${ill}`);
    if (court.changedAt > this.#end - SETTLED_FOR)
      court.breaks('the pool does not settle: it changes near the end');
  }
}
