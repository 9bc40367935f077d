// A pool under its own decider: `govern`, called once each tick of virtual time, as the loop of `pool maintain` does.
import type { Policy } from '../auto-scaling/policy.ts';
import { govern } from '../plans/govern.ts';
import { type Act, type Remembered, type Sight, unremembered } from '../pool/sight.ts';
import { type Fleet, REQUESTS_PER_UNIT } from './fleet.ts';

/** Whoever decides about the size of a fleet. */
export interface Scaler {
  readonly fleet: Fleet;
  /** Ms between two looks. */
  readonly every: number;
  /** Looks, decides and acts; returns how often it changed the size. */
  look(at: number): number;
}

export class Maintainer implements Scaler {
  readonly fleet: Fleet;
  readonly every: number;
  readonly #policy: Policy;
  readonly #sight: { -readonly [key in keyof Sight]: Sight[key] };
  #remembered: Remembered;

  /** The pool stands at its minimum and has rested. */
  constructor(fleet: Fleet, policy: Policy, at: number) {
    this.fleet = fleet;
    this.every = policy.pollingTime;
    this.#policy = policy;
    this.#remembered = unremembered(at - policy.rest);
    this.#sight = {
      at,
      nodes: fleet.nodes,
      unseen: 0,
      queue: 0,
      web: 0,
      mayResize: true,
      hasWork: false,
      isProtected: false,
      eachUsd: fleet.usd,
    };
    fleet.begin(policy.minimum, at);
  }

  look(at: number): number {
    const { fleet } = this;
    const sight = this.#sight;
    sight.at = at;
    sight.queue = fleet.queue;
    sight.web = fleet.demand * REQUESTS_PER_UNIT;
    const { acts, remembered } = govern(sight, this.#policy, this.#remembered);
    this.#remembered = remembered;
    if (acts.length === 0) return 0;
    return acts.filter((act) => this.#do(act, at)).length;
  }

  /** Is it a change of the size? One that ends has left before. */
  #do(act: Act, at: number): boolean {
    if (act.do === 'launch') this.fleet.launch(act.count, at);
    if (act.do === 'leave') this.fleet.leave(act.id, act.because, at);
    if (act.do === 'terminate') this.fleet.terminate(act.id);
    return act.do === 'launch' || act.do === 'leave';
  }
}
