// One page of a listing: keys and common prefixes in order, counted together.
import { compareKeys, firstWhere } from './store/order.ts';

export interface Wish {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  /** Only what comes behind it. */
  readonly after: string;
  /** The key `after` itself is asked for once more: some of its versions are left. */
  readonly isAfterIncluded?: boolean;
  readonly max: number;
}

type Item = { readonly key: string } | { readonly prefix: string };

export interface Page {
  readonly items: readonly Item[];
  readonly isTruncated: boolean;
}

const nameOf = (item: Item): string => ('key' in item ? item.key : item.prefix);

/** What a listing goes on behind. */
export const lastOf = ({ items }: Page): string | undefined => {
  const last = items.at(-1);
  return last && nameOf(last);
};

function itemOf(key: string, { prefix, delimiter }: Wish): Item {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? { key } : { prefix: key.slice(0, end + delimiter.length) };
}

const isBehind = (key: string, { after, isAfterIncluded }: Wish): boolean =>
  after === '' || compareKeys(key, after) > (isAfterIncluded ? -1 : 0);

/** Where the listing goes on: behind the key, or behind all keys that stand under its common prefix. */
function next(keys: readonly string[], at: number, item: Item): number {
  if ('key' in item) return at + 1;
  const { prefix } = item;
  return firstWhere(keys, (key) => compareKeys(key, prefix) > 0 && !key.startsWith(prefix));
}

/** The items that the wish's prefix and start leave, in order, without end. */
function* itemsOf(keys: readonly string[], wish: Wish, isThere: (key: string) => boolean): Generator<Item> {
  let at = firstWhere(keys, (key) => compareKeys(key, wish.prefix) >= 0 && isBehind(key, wish));
  for (let key = keys[at]; key?.startsWith(wish.prefix); key = keys[at]) {
    const item = itemOf(key, wish);
    const isPassed = !isBehind(nameOf(item), wish);
    if (!isPassed && isThere(key)) yield item;
    // What is deleted does not show a prefix, but the next key under it may.
    at = isPassed || isThere(key) ? next(keys, at, item) : at + 1;
  }
}

/**
 * The items behind `after`, in order. `keys` are sorted; those that are not `isThere` do not count.
 * With a delimiter whole ranges of keys are leapt over, so a page costs little however many keys there are.
 */
export function pageOf(keys: readonly string[], wish: Wish, isThere: (key: string) => boolean): Page {
  const items: Item[] = [];
  if (wish.max === 0) return { items, isTruncated: false };
  for (const item of itemsOf(keys, wish, isThere)) {
    if (items.length === wish.max) return { items, isTruncated: true };
    items.push(item);
  }
  return { items, isTruncated: false };
}
