// What every part of the cloud works with: the state, the machines below, and one way to say that something changed.
import { coalesce } from './coalesce.ts';
import type { Engine } from './engine.ts';
import { decide } from './faults/decide.ts';
import type { Fault, Occasion } from './faults/fault.ts';
import { createPast, type Past } from './faults/past.ts';
import type { Plan } from './model/addresses.ts';
import { networkOf } from './model/network.ts';
import type { State } from './model/state.ts';
import type { Settings } from './settings.ts';

export interface OwnKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Parts {
  readonly state: State;
  readonly engine: Engine;
  readonly plan: Plan;
  readonly settings: Settings;
  readonly key: OwnKey;
  readonly save: (state: State) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface Cloud extends Omit<Parts, 'save'> {
  /** Launches under way, by instance id: how to give one up, and when it is over. */
  readonly launching: Map<string, { readonly abort: AbortController; readonly over: Promise<void> }>;
  /** How its records were, for those who read late. */
  readonly past: Past;
  now(): Date;
  /** The faults that strike now; each counts it. */
  strike(occasion: Occasion): readonly Fault[];
  /** To be called after every change of the state. */
  changed(): void;
  /** Resolves when disk and network have taken in every change so far. */
  settled(): Promise<void>;
  /** Lets work go on behind the answer; a failure is logged. */
  behind(what: string, work: Promise<unknown>): void;
}

/** Puts the parts together. */
export function createCloud({ save, ...parts }: Parts): Cloud {
  const { state, engine, log } = parts;
  const saveAll = coalesce(() => save(state));
  const applyAll = coalesce(() => engine.network(networkOf(state, new Date())));
  let last: Promise<unknown> = Promise.resolve();
  const cloud: Cloud = {
    ...parts,
    launching: new Map(),
    past: createPast(),
    now: () => new Date(),
    strike(occasion) {
      if (state.faults.length === 0) return [];
      const { hits, after } = decide(state.faults, occasion, cloud.now());
      state.faults = after;
      return hits;
    },
    changed() {
      cloud.past.note(state, cloud.now());
      last = Promise.all([saveAll(), applyAll()]);
      cloud.behind('saving and applying the state', last);
    },
    settled: async () => void (await last),
    behind(what, work) {
      work.catch((error: unknown) =>
        log(`${what} failed: ${error instanceof Error ? error.message : String(error)}`),
      );
    },
  };
  return cloud;
}
