// What a pool costs an hour as it is, and as it will be once a plan was carried out: lines that add up.
import { dearestUsd, sumUsd, typesOf } from '../pool/afford.ts';
import { isAlive, isStaying, type Node } from '../pool/instance.ts';
import { ADDRESS_USD, HOURS_PER_MONTH, hourlyUsd, volumeUsd } from '../pool/prices.ts';
import { pricesIn } from './budget.ts';
import type { Plan } from './plan.ts';
import type { Seen } from './seen.ts';

/** GB of a root volume where the settings leave it to the image: as Debian's have it. */
const IMAGE_GB = 8;

/** One kind of thing that is paid for. */
export interface BillLine {
  readonly what: string;
  readonly now: number;
  /** How many there will be. */
  readonly after: number;
  /** US dollars an hour for each; null where nobody knows. */
  readonly usd: number | null;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  /** US dollars an hour for all together; null where a price is unknown. */
  readonly now: number | null;
  readonly after: number | null;
}

/** What goes: who leaves ends once it is out of every rotation. */
const goes = (plan: Plan): ReadonlySet<string> =>
  new Set(
    plan.flatMap((step) => {
      if (step.do === 'terminate') return step.nodes.map(({ id }) => id);
      return step.do === 'leave' || step.do === 'replace' ? [step.node.id] : [];
    }),
  );

/** How many instances a plan launches. */
export const launchedBy = (plan: Plan): number =>
  plan.reduce((sum, step) => {
    if (step.do === 'launch') return sum + step.count;
    return step.do === 'replace' ? sum + 1 : sum;
  }, 0);

/** Of several types, and of spot or on demand, that is taken which there is: the dearest is what it may come to. */
const newcomer = (seen: Seen): readonly [what: string, usd: number | undefined] => {
  const { settings } = seen.kit;
  const types = typesOf(settings);
  const isSure = types.length === 1 && !settings.spot;
  const usd = dearestUsd(types, pricesIn(seen));
  const names = `${types.join(' or ')}${settings.spot ? ' spot' : ''}`;
  return [isSure ? names : `${names}, at most`, usd];
};

function instanceLines(seen: Seen, stay: readonly Node[], count: number): readonly BillLine[] {
  const there = seen.pool.nodes.filter(isAlive);
  const [what, usd] = newcomer(seen);
  const types = new Set([...there.map(({ type }) => type), ...(count > 0 ? [what] : [])]);
  return [...types].sort().map((type) => ({
    what: type,
    now: there.filter((node) => node.type === type).length,
    after: stay.filter((node) => node.type === type).length + (type === what ? count : 0),
    usd: (type === what ? usd : hourlyUsd(type, pricesIn(seen))) ?? null,
  }));
}

const total = (lines: readonly BillLine[], when: 'now' | 'after'): number | null =>
  sumUsd(
    lines.map((line) => (line[when] === 0 ? 0 : line.usd === null ? undefined : line[when] * line.usd)),
  ) ?? null;

/** Every node has a public address of its own or the pool's; the pool's costs as much where nobody holds it. */
export function billOf(seen: Seen, plan: Plan): Bill {
  const { nodes, address } = seen.pool;
  const gone = goes(plan);
  const there = nodes.filter(isAlive);
  const stay = there.filter((node) => isStaying(node) && !gone.has(node.id));
  const count = launchedBy(plan);
  const idle = address !== undefined && !there.some(({ id }) => id === address.holder) ? 1 : 0;
  const gb = seen.kit.settings.volume_size ?? IMAGE_GB;
  const volume = volumeUsd(gb, pricesIn(seen)) ?? null;
  const lines = [
    ...instanceLines(seen, stay, count),
    {
      what: 'public IPv4 address',
      now: there.filter(({ publicIp }) => publicIp !== undefined).length + idle,
      after: stay.length + count,
      usd: ADDRESS_USD,
    },
    { what: `root volume, ${gb} GB of gp3`, now: there.length, after: stay.length + count, usd: volume },
  ].filter(({ now, after }) => now + after > 0);
  return { lines, now: total(lines, 'now'), after: total(lines, 'after') };
}

/** US dollars a month, of 730 hours. */
export const monthly = (usd: number | null): number | null => (usd === null ? null : usd * HOURS_PER_MONTH);
