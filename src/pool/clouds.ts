// All that an account has in a region, by pool: machines that belong to none stand in a group of their own.
import { sumUsd } from './afford.ts';
import { type Instance, isAlive } from './instance.ts';
import { number } from './numbering.ts';
import { POOL_TAG } from './pool.ts';
import { hourlyUsd, type PriceList } from './prices.ts';

/** A pool's Elastic IP, as an account shows it. */
interface OwnedAddress {
  readonly pool: string;
  readonly ip: string;
  readonly holder: string | undefined;
}

/** Every instance that has not ended, in whatever order; addresses that are tagged with a pool's name. */
export interface AccountSight {
  readonly instances: readonly Instance[];
  readonly addresses: readonly OwnedAddress[];
}

/** One pool, or all that belongs to none where `pool` is null. */
export interface CloudRow {
  readonly pool: string | null;
  readonly region: string | null;
  readonly address: string | null;
  /** Pending and running ones. */
  readonly size: number;
  /** `2 t3.small`, and the like, of those. */
  readonly types: Readonly<Record<string, number>>;
  /** US dollars an hour of the instances alone; null where a price is unknown. */
  readonly hourly_usd: number | null;
  /** When the oldest of them was launched, ISO 8601; null where there is none. */
  readonly since: string | null;
  readonly instances: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly state: string;
    readonly type: string;
  }[];
}

const countBy = (words: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const word of [...words].sort()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

function row(
  pool: string | null,
  instances: readonly Instance[],
  address: OwnedAddress | undefined,
  list: PriceList,
): CloudRow {
  const alive = instances.filter(isAlive);
  const launched = alive.map(({ launchedAt }) => launchedAt.getTime());
  return {
    pool,
    region: list.region ?? null,
    address: address?.ip ?? null,
    size: alive.length,
    types: countBy(alive.map(({ type }) => type)),
    hourly_usd: sumUsd(alive.map(({ type }) => hourlyUsd(type, list))) ?? null,
    since: launched.length === 0 ? null : new Date(Math.min(...launched)).toISOString(),
    instances: number(instances, address?.holder).map(({ id, state, type, name, tags }) => ({
      id,
      name: pool === null ? (tags['Name'] ?? null) : name,
      state,
      type,
    })),
  };
}

const ownerOf = ({ tags }: Instance): string | null => tags[POOL_TAG] ?? null;

/** Pools by name, then what belongs to nobody, if there is any. */
export function cloudRows({ instances, addresses }: AccountSight, list: PriceList): readonly CloudRow[] {
  const names = [...instances.flatMap((one) => ownerOf(one) ?? []), ...addresses.map(({ pool }) => pool)];
  const pools = [...new Set(names)].sort().map((name) =>
    row(
      name,
      instances.filter((one) => ownerOf(one) === name),
      addresses.find(({ pool }) => pool === name),
      list,
    ),
  );
  const nobodys = instances.filter((one) => ownerOf(one) === null);
  return nobodys.length === 0 ? pools : [...pools, row(null, nobodys, undefined, list)];
}
