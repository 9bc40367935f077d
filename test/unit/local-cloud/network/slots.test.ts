// Which slots the host's own routes leave free.
import { expect, test } from 'vitest';
import { addressPlan } from '../../../../src/local-cloud/network/plan.ts';
import { destinations, isFree } from '../../../../src/local-cloud/network/slots.ts';

const routes = `default via 192.0.2.1 dev eth0
10.145.7.0/24 dev vpn proto kernel scope link src 10.145.7.1
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.2
local 198.18.0.1 dev lo table local proto kernel scope host src 198.18.0.1
unreachable 10.150.0.0/16
`;

test('destinations of routes, whatever their kind, without the default route', () => {
  expect(destinations(routes)).toEqual(['10.145.7.0/24', '192.0.2.0/24', '198.18.0.1', '10.150.0.0/16']);
});

test.for([
  [0, false],
  [1, false],
  [2, true],
  [6, false],
] as const)('slot %i is free beside those routes: %s', ([slot, free]) => {
  expect(isFree(addressPlan(slot), destinations(routes))).toBe(free);
});
