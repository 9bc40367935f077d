// What EC2 asks for: the table of prices.json, which says how it was checked, under the prices that the user set.
import table from './prices.json' with { type: 'json' };

/** US dollars an hour, by instance type: what the user set counts before the table. */
type OwnPrices = Readonly<Record<string, number>>;

/** Where and by whose prices: the table knows the bigger regions only. */
export interface PriceList {
  /** Undefined: nobody knows the region, so the table does not help. */
  readonly region: string | undefined;
  readonly own: OwnPrices;
}

interface Region {
  readonly gp3_gb_month: number;
  readonly families: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const REGIONS: Readonly<Record<string, Region>> = table.regions;

/** When the table held, as a date; AWS changes prices rarely, and the bill is what counts. */
export const PRICES_OF: string = table.as_of;

/** AWS bills by the hour; a month is 8,760 hours / 12. */
export const HOURS_PER_MONTH = 730;

/** A public IPv4 address, elastic or not, in use or not; US dollars an hour, the same everywhere. */
export const ADDRESS_USD: number = table.public_ipv4_hour.usd;

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** US dollars for an hour of one instance of this type on demand; undefined where nobody knows. */
export function hourlyUsd(type: string, list: PriceList): number | undefined {
  const [family = '', size = ''] = type.split('.');
  const known = own(own(REGIONS, list.region ?? '')?.families, family);
  return own(list.own, type) ?? own(known, size);
}

/** US dollars an hour for so many GB of gp3; undefined where nobody knows. */
export function volumeUsd(gb: number, { region }: PriceList): number | undefined {
  const month = own(REGIONS, region ?? '')?.gp3_gb_month;
  return month === undefined ? undefined : (gb * month) / HOURS_PER_MONTH;
}

/** What one has to do about a type without a price. */
export const howToPrice = (type: string): string => `set prices in pool.yml, like prices: { ${type}: 0.05 }`;
