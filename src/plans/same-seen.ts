// Does a look show the same as the one before? Then its value is taken again, and all that was worked out of it.
import type { InstanceId, Node } from '../pool/instance.ts';
import type { Address, Pool } from '../pool/pool.ts';
import type { Progress, Seen } from './seen.ts';

/** Flat values with the same keys, but for those named, which are compared elsewhere. */
function sameFields<T extends object>(a: T, b: T, besides: readonly (keyof T)[] = []): boolean {
  if (a === b) return true;
  const keys = Object.keys(a) as (keyof T)[];
  return (
    keys.length === Object.keys(b).length && keys.every((key) => besides.includes(key) || a[key] === b[key])
  );
}

const sameNode = (a: Node, b: Node): boolean =>
  sameFields(a, b, ['launchedAt', 'tags']) &&
  a.launchedAt.getTime() === b.launchedAt.getTime() &&
  sameFields(a.tags, b.tags);

const sameAddress = (a: Address | undefined, b: Address | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && sameFields(a, b));

/** The former one where both say the same. */
export function samePool(before: Pool | undefined, now: Pool): Pool {
  if (before === undefined || before.name !== now.name || before.nodes.length !== now.nodes.length)
    return now;
  if (before.spare !== undefined || now.spare !== undefined) return now;
  const isSame = now.nodes.every((node, at) => {
    const former = before.nodes[at];
    return former !== undefined && sameNode(former, node);
  });
  return isSame && sameAddress(before.address, now.address) ? before : now;
}

const sameIds = (a: readonly InstanceId[] = [], b: readonly InstanceId[] = []): boolean =>
  a === b || (a.length === b.length && a.every((id, at) => id === b[at]));

/** The former one where both say the same. */
export const sameProgress = (before: Progress, now: Progress): Progress =>
  before.stage === now.stage &&
  before.state === now.state &&
  sameIds(before.members, now.members) &&
  sameIds(before.up, now.up) &&
  sameIds(before.unchecked, now.unchecked) &&
  sameIds(before.lasting, now.lasting) &&
  sameIds(before.erring, now.erring) &&
  before.byChange === now.byChange &&
  before.blind === now.blind
    ? before
    : now;

type AllProgress = Seen['progress'];

const sameAll = (a: AllProgress, b: AllProgress): boolean =>
  a.size === b.size && [...b].every(([id, progress]) => a.get(id) === progress);

/** The former one where both say the same; their pools were compared by `samePool`. */
export const sameSeen = (before: Seen | undefined, now: Seen): Seen =>
  before !== undefined &&
  sameFields(before, now, ['progress', 'fresh']) &&
  sameAll(before.progress, now.progress) &&
  sameIds([...(before.fresh ?? [])], [...(now.fresh ?? [])])
    ? before
    : now;
