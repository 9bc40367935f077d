// One simulated machine from inside: what is on its disk, its HAProxy's servers, its load; and what ails it.
import type { InstanceId } from '../../pool/instance.ts';
import type { LastWord } from '../../pool/journal.ts';

/** The kernel looks at what runs every 5 s; the 1-minute average forgets by this factor each time (Linux, loadavg.h). */
const SAMPLE = 5_000;
const FORGETS = Math.exp(-5 / 60);

export const CPUS = 2;

export class Machine {
  readonly id: InstanceId;
  /** When its sshd answers for the first time; undefined: not yet known, or never. */
  sshdAt = Number.POSITIVE_INFINITY;
  /** What is on its disk: path to mode, owner and hash, as the manifest says it. */
  manifest: Record<string, string> | undefined;
  configHash = '';
  secret = '';
  /** Servers of its HAProxy, and since when each is there. */
  readonly servers = new Map<InstanceId, number>();
  /** Nothing on it moves until then; Infinity: for ever. */
  frozenUntil = 0;
  sshHungUntil = 0;
  appIllUntil = 0;
  cutFromEc2Until = 0;
  /** Until then more visitors come to its HAProxy than that takes at once. */
  floodedUntil = 0;
  /** Machines reach each other on the same island only; 0 is the mainland. */
  island = 0;
  /** When it last changed what others see of it: alive, reachable, app. */
  changedAt = 0;
  /** How much its wall clock is fast, ms. */
  skew = 0;
  /** Of its next configurations so many end badly. */
  isFaulty = false;
  /** Starts its claim by force. */
  takesOver: () => void = () => undefined;
  /** The last word of a maintainer that was left on it. */
  word: LastWord | undefined;
  /** What EC2 announces for it. */
  notice = '';
  /** Has its watch ever seen the pool's address answer, and how often not since then. */
  watchSeen = false;
  watchMisses = 0;
  /** How many processes of its processors have work, on average; moves with the demand. */
  #active = 0;
  #load = 0;
  #sampledAt = 0;

  constructor(id: InstanceId) {
    this.id = id;
  }

  /** From now on so many processes have work. */
  works(now: number, active: number): void {
    this.load(now);
    this.#active = active;
  }

  /** The 1-minute load average. */
  load(now: number): number {
    const samples = Math.floor(now / SAMPLE) - Math.floor(this.#sampledAt / SAMPLE);
    this.#load = this.#active + (this.#load - this.#active) * FORGETS ** samples;
    this.#sampledAt = now;
    return this.#load;
  }
}
