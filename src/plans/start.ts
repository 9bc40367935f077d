// What `pool start` has to do next, from what is seen: a list that grows empty as the pool comes up.
import { affordable } from '../pool/afford.ts';
import type { Settings } from '../pool/settings.ts';
import { bring, isBrought } from './bring.ts';
import { budgetIn } from './budget.ts';
import { isForVisitors } from './group-rules.ts';
import type { Plan } from './plan.ts';
import { heldBack } from './rolling.ts';
import { alive, isHeld, ready, running, type Seen, staying } from './seen.ts';
import { spread } from './spread.ts';

type Method = (seen: Seen, settings: Settings) => Plan;

const makeGroup: Method = (seen) =>
  seen.groupId === undefined ? [{ do: 'make-group', because: 'the pool has no security group' }] : [];

const openGroup: Method = ({ rules }) =>
  rules === undefined || rules.open.length === 0
    ? []
    : [{ do: 'open-group', rules: rules.open, because: 'the security group lacks it' }];

/** Last: until visitors were answered at the new port, on all nodes, they may come in by the former one. */
const closeGroup: Method = (seen, { app }) =>
  seen.rules === undefined ||
  seen.rules.close.length === 0 ||
  !isBrought(seen) ||
  heldBack(seen).length > 0 ||
  (!seen.served && app !== undefined && seen.rules.close.some(isForVisitors))
    ? []
    : [{ do: 'close-group', rules: seen.rules.close, because: 'the settings no longer ask for it' }];

const makeBucket: Method = ({ lacksBucket }, { shared_bucket: bucket }) =>
  lacksBucket && bucket !== undefined
    ? [{ do: 'make-bucket', bucket, because: 'nobody has a bucket of that name' }]
    : [];

const wantsAddress = (seen: Seen, settings: Settings): boolean =>
  settings.public_ip === 'auto' && seen.pool.address === undefined;

const makeAddress: Method = (seen, settings) =>
  wantsAddress(seen, settings) ? [{ do: 'make-address', because: 'the pool has no address' }] : [];

/** An address is made without a token: a start that was killed then is not seen to have one until EC2 tells of it. */
const releaseSpare: Method = ({ pool }) =>
  (pool.spare ?? [])
    .filter(({ holder }) => holder === undefined)
    .map((address) => ({
      do: 'release-spare',
      address,
      because: 'a start that was broken off made it, too',
    }));

const resume: Method = (seen) =>
  seen.pool.address?.stopping ? [{ do: 'permit', because: 'an earlier stop forbade changes' }] : [];

/** Exactly as many as are missing: those that boot count, too. */
const launch: Method = (seen, settings) => {
  const wanted = settings.minimum_instances - staying(seen).length - seen.unseen;
  const missing = Math.min(wanted, affordable(budgetIn(seen)));
  // Nothing is launched for a pool that may not have its bucket.
  if (missing <= 0 || seen.groupId === undefined || seen.lacksBucket) return [];
  const because = `minimum_instances is ${settings.minimum_instances}, ${staying(seen).length} are there`;
  return spread(missing, seen.zones, alive(seen)).map((part) => ({ do: 'launch', ...part, because }));
};

/** The first that runs gets the address: nobody waits for the slowest. */
export const giveAddress: Method = (seen) => {
  const address = seen.pool.address;
  const first = running(seen)[0];
  if (address === undefined || first === undefined || isHeld(seen)) return [];
  return [{ do: 'give-address', node: first, because: `nobody has ${address.ip}` }];
};

/** In order of need; none waits for another's end, so each node goes its own way. */
const methods: readonly Method[] = [
  ...[makeGroup, openGroup, closeGroup, makeBucket, makeAddress, releaseSpare, resume, launch, giveAddress],
];

export const start = (seen: Seen, settings: Settings): Plan => [
  ...methods.flatMap((method) => method(seen, settings)),
  ...bring(seen, { patient: true, awaits: true }),
];

/** Has every node come to an end, good or bad, and do requests through the pool's address succeed? */
export function isUp(seen: Seen, settings: Settings): boolean {
  if (staying(seen).length < settings.minimum_instances || !isBrought(seen)) return false;
  const hopeless = settings.app === undefined || ready(seen).length === 0 || heldBack(seen).length > 0;
  return start(seen, settings).length === 0 && (seen.served || hopeless);
}
