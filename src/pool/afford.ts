// Whether `max_hourly_usd` leaves room for another instance: the last word on every launch.

import { hourlyUsd, howToPrice, type PriceList } from './prices.ts';
import type { Settings } from './settings.ts';

/** What instances cost and may cost, in US dollars an hour; addresses and volumes are not limited. */
export interface Budget {
  /** `max_hourly_usd`; undefined: no limit. */
  readonly limit: number | undefined;
  /** All pending and running ones together; undefined where a price is unknown. */
  readonly spent: number | undefined;
  /** What one more costs at most; undefined where a price is unknown. */
  readonly each: number | undefined;
}

/** Floating point must not forbid an exact fit. */
const EPSILON = 1e-9;

/** Does a bill of `usd` an hour keep within the limit? An unknown one keeps within none. */
export const fits = (usd: number | undefined, limit: number | undefined): boolean =>
  limit === undefined || (usd !== undefined && usd <= limit + EPSILON);

/** How many more instances there is room for; Infinity without a limit. */
export function affordable({ limit, spent, each }: Budget): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (spent === undefined || each === undefined) return 0;
  return Math.max(0, Math.floor((limit - spent + EPSILON) / each));
}

/** `0.0624`: prices have up to five digits that count, and no zeros at their end. */
export const usd = (value: number): string => String(Number(value.toFixed(5)));

/** Why there is no room for one more. */
export function whyNot({ limit = 0, spent, each }: Budget): string {
  if (spent === undefined || each === undefined)
    return `max_hourly_usd is ${usd(limit)}, and the price of an instance is unknown; set prices`;
  return `max_hourly_usd is ${usd(limit)}, and with one more it would be ${usd(spent + each)}`;
}

/** The sum; undefined where one of them is. */
export const sumUsd = (prices: readonly (number | undefined)[]): number | undefined =>
  prices.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );

type Priced = Pick<Settings, 'prices' | 'region'>;

/** The prices that hold for a pool; `environment` is what its nodes are told of the cloud. */
export const priceListOf = (
  { prices, region }: Priced,
  environment: Readonly<Record<string, string>>,
): PriceList => ({ region: environment['AWS_REGION'] ?? region, own: prices });

/** The types that a launch may come to, the first first. */
export const typesOf = ({ size }: { readonly size: string | readonly string[] }): readonly string[] =>
  typeof size === 'string' ? [size] : size;

/** What another instance costs at most; undefined where the price of a type is unknown. */
export function dearestUsd(types: readonly string[], list: PriceList): number | undefined {
  const prices = types.map((type) => hourlyUsd(type, list));
  return prices.reduce<number | undefined>(
    (most, one) => (most === undefined || one === undefined ? undefined : Math.max(most, one)),
    0,
  );
}

/** The first type whose price is unknown, with what to do about it; undefined where all are known. */
export function unpriced(types: readonly string[], list: PriceList): string | undefined {
  const type = types.find((one) => hourlyUsd(one, list) === undefined);
  if (type === undefined) return undefined;
  return `the price of ${type} in ${list.region ?? 'this region'} is unknown; ${howToPrice(type)}`;
}
