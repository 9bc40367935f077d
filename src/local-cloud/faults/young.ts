// What was made a moment ago, and is not known everywhere yet (EC2: "Eventual consistency").
import { findAllocation, findGroup, findInstance } from '../model/find.ts';
import type { State } from '../model/state.ts';
import { own } from '../own.ts';
import { delayOf, isAlive } from './decide.ts';

interface Made {
  readonly made?: string;
}

function onlyOld<T extends Made>(all: Readonly<Record<string, T>>, before: number): Record<string, T> {
  const isOld = ({ made }: T): boolean => made === undefined || Date.parse(made) <= before;
  return Object.fromEntries(Object.entries(all).filter(([, one]) => isOld(one)));
}

/** The records without what is too young to be known; the very same records where nothing is hidden. */
export function withoutYoung(state: State, now: Date): State {
  const faults = state.faults.filter((fault) => fault.kind === 'unknown-ids' && isAlive(fault, now));
  if (faults.length === 0) return state;
  const before = now.getTime() - Math.max(...faults.map(delayOf));
  return {
    ...state,
    instances: onlyOld(state.instances, before),
    groups: onlyOld(state.groups, before),
    addresses: onlyOld(state.addresses, before),
  };
}

/** Every text in an input, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

const finders: readonly (readonly [RegExp, (state: State, id: string) => unknown])[] = [
  [/^i-[0-9a-f]{8,17}$/, findInstance],
  [/^sg-[0-9a-f]{8,17}$/, findGroup],
  [/^eipalloc-[0-9a-f]{8,17}$/, findAllocation],
];

/** Throws EC2's own "not found" for an id in the input that exists, but is hidden in `seen`. */
export function refuseYoung(input: object, real: State, seen: State): void {
  if (real === seen) return;
  for (const id of texts(input)) {
    const isReal = own(real.instances, id) ?? own(real.groups, id) ?? own(real.addresses, id);
    if (isReal === undefined) continue;
    for (const [form, find] of finders) if (form.test(id)) find(seen, id);
  }
}
