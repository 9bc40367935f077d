// What a pool costs as it is seen, and what `max_hourly_usd` leaves of it.
import { type Budget, dearestUsd, fits, priceListOf, sumUsd, typesOf, usd } from '../pool/afford.ts';
import { isAlive, isStaying, type Node } from '../pool/instance.ts';
import { hourlyUsd, type PriceList } from '../pool/prices.ts';
import type { Settings } from '../pool/settings.ts';
import { once, type Seen } from './seen.ts';

/** The prices that hold in the pool's region. */
export const pricesIn = once(
  ({ kit: { settings, environment } }): PriceList => priceListOf(settings, environment),
);

/** What one more instance costs at most. */
export const eachIn = once((seen): number | undefined =>
  dearestUsd(typesOf(seen.kit.settings), pricesIn(seen)),
);

/** What a pool of these nodes costs, and what one more would. `environment`: what nodes are told of the cloud. */
export function budgetFor(
  settings: Settings,
  environment: Readonly<Record<string, string>>,
  nodes: readonly Node[],
): Budget {
  const list = priceListOf(settings, environment);
  const spent = sumUsd(nodes.filter(isAlive).map(({ type }) => hourlyUsd(type, list)));
  return { limit: settings.max_hourly_usd, spent, each: dearestUsd(typesOf(settings), list) };
}

/** The same of what is seen: instances launched just now count as the dearest that they may be. */
export const budgetIn = once(({ kit, pool, unseen }: Seen): Budget => {
  const budget = budgetFor(kit.settings, kit.environment, pool.nodes);
  const coming = Array.from({ length: unseen }, () => budget.each);
  return { ...budget, spent: sumUsd([budget.spent, ...coming]) };
});

/**
 * Why a start would cost more than `max_hourly_usd`; undefined where it keeps within it. `nodes`: the pool as it is
 * before; `environment`: what nodes are told of the cloud.
 */
export function tooDear(
  settings: Settings,
  environment: Readonly<Record<string, string>>,
  nodes: readonly Node[],
): string | undefined {
  const { max_hourly_usd: limit, minimum_instances: minimum } = settings;
  const missing = minimum - nodes.filter(isStaying).length;
  if (limit === undefined || missing <= 0) return undefined;
  const { spent, each } = budgetFor(settings, environment, nodes);
  const total = sumUsd([spent, each === undefined ? undefined : each * missing]);
  if (fits(total, limit)) return undefined;
  const cost = total === undefined ? 'nobody knows how much' : `${usd(total)} USD`;
  return `${minimum} instances would cost ${cost} an hour, and max_hourly_usd is ${usd(limit)}; raise it, lower minimum_instances, or set a smaller size`;
}
