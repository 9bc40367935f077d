// IPv4 addresses and ranges: which the internet knows, and how EC2 writes them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ADDRESS_OR_RANGE, addressIn, isGlobal, isIpv4, rangeOf } from '../../../src/pool/ipv4.ts';

const address = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((parts) => parts.join('.'));

describe('is it on the open internet?', () => {
  test.for([
    '1.1.1.1',
    '54.239.28.85',
    '9.255.255.255',
    '11.0.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '198.20.0.1',
  ])('%s: yes', (one) => expect(isGlobal(one)).toBe(true));
  test.for([
    ...['10.0.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['100.64.0.1', '198.18.0.1', '198.19.255.255', '192.0.2.1', '203.0.113.9', '224.0.0.1', '0.0.0.0'],
  ])('%s: no', (one) => expect(isGlobal(one)).toBe(false));
});

test.for([
  ['198.51.100.7', '198.51.100.7/32'],
  ['198.51.100.7/24', '198.51.100.0/24'],
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['255.255.255.255/1', '128.0.0.0/1'],
  ['1.2.3.4/0', '0.0.0.0/0'],
])('EC2 keeps %s as %s', ([said = '', kept]) => expect(rangeOf(said)).toBe(kept));

test('a range kept is kept as it is, and holds its addresses', () => {
  fc.assert(
    fc.property(address, fc.integer({ min: 8, max: 32 }), (one, length) => {
      const range = rangeOf(`${one}/${length}`);
      expect(rangeOf(range)).toBe(range);
      expect(ADDRESS_OR_RANGE.test(range)).toBe(true);
      expect(rangeOf(`${addressIn(range, 2 ** (32 - length) - 1)}/${length}`)).toBe(range);
    }),
  );
});

test.for(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4.', ' 1.2.3.4', '1.2.3.4/33', '::1', '1.2.3.4/'])(
  '"%s" is neither an address nor a range',
  (text) => expect([isIpv4(text), ADDRESS_OR_RANGE.test(text)]).toEqual([false, false]),
);
