// IPv4 addresses and ranges: which are on the open internet, and how EC2 writes them.

const NUMBER = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ADDRESS = `${NUMBER}(?:\\.${NUMBER}){3}`;

/** An address, as a pattern for whole texts. */
const WHOLE = new RegExp(`^${ADDRESS}$`);

/** An address or a range (`198.51.100.0/24`), as a pattern for whole texts. */
export const ADDRESS_OR_RANGE: RegExp = new RegExp(`^${ADDRESS}(?:/(?:3[0-2]|[12]?\\d))?$`);

export const isIpv4 = (text: string): boolean => WHOLE.test(text);

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** Is the address in the range? An IPv6 range holds none. */
export function holds(range: string, address: string): boolean {
  const [first, size] = bounds(range);
  const value = toNumber(address);
  return ADDRESS_OR_RANGE.test(range) && value >= first && value < first + size;
}

/** The first address of a range, as a number, and how many it has. */
function bounds(text: string): readonly [first: number, size: number] {
  const [address = '', length = '32'] = text.split('/');
  const size = 2 ** (32 - Number(length));
  return [Math.floor(toNumber(address) / size) * size, size];
}

/** As EC2 keeps it: with its length, and without what lies below the mask (`10.1.2.3/8` → `10.0.0.0/8`). */
export function rangeOf(addressOrRange: string): string {
  const [first] = bounds(addressOrRange);
  return `${toAddress(first)}/${addressOrRange.split('/')[1] ?? '32'}`;
}

/** The address so far into a range, counted from 0. */
export const addressIn = (range: string, at: number): string => toAddress(bounds(range)[0] + at);

/**
 * Ranges that are not globally reachable: IANA's IPv4 Special-Purpose Address Registry (RFC 6890 and its updates),
 * multicast (RFC 5771) and what is reserved above it.
 */
const SPECIAL = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
].map(bounds);

/** Can the whole internet reach this address? */
export function isGlobal(address: string): boolean {
  const value = toNumber(address);
  return !SPECIAL.some(([first, size]) => value >= first && value < first + size);
}
