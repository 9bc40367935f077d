// How the records were some time ago, kept only as long as a fault shows it.
import type { State } from '../model/state.ts';
import { delayOf, isAlive } from './decide.ts';

interface Snapshot {
  readonly at: number;
  readonly state: State;
}

export interface Past {
  /** To be called after every change. */
  note(state: State, now: Date): void;
  /** The records of so long ago (ms), or the oldest that are known; undefined where none are. */
  before(ms: number, now: Date): State | undefined;
}

/** How far back somebody looks; undefined where nobody does. */
function reach({ faults }: State, now: Date): number | undefined {
  const lags = faults.filter((fault) => fault.kind === 'lag' && isAlive(fault, now));
  return lags.length === 0 ? undefined : Math.max(...lags.map(delayOf));
}

/** Nothing is known before the first note under a lag. */
export function createPast(): Past {
  let kept: readonly Snapshot[] = [];
  const last = (time: number): number => kept.findLastIndex(({ at }) => at <= time);
  return {
    note(state, now) {
      const back = reach(state, now);
      if (back === undefined) {
        kept = [];
        return;
      }
      const oldest = last(now.getTime() - back);
      kept = [...kept.slice(Math.max(oldest, 0)), { at: now.getTime(), state: structuredClone(state) }];
    },
    before: (ms, now) => (kept[last(now.getTime() - ms)] ?? kept[0])?.state,
  };
}
