// The one default network: three zones with a subnet each, under the name of whatever region a client asks.
import { idOf } from './ids.ts';
import { zonePrefix } from './regions.ts';
import type { Zone } from './state.ts';

export const DEFAULT_REGION = 'us-east-1';
export const ZONES: readonly Zone[] = ['a', 'b', 'c'];

export const subnetId = (zone: Zone): string => idOf('subnet', zone);
export const zoneName = (region: string, zone: Zone): string => `${region}${zone}`;
export const zoneId = (region: string, zone: Zone): string =>
  `${zonePrefix(region)}-az${ZONES.indexOf(zone) + 1}`;

/** The zone that a name such as `us-east-1b` means in this region, or undefined. */
export const zoneNamed = (region: string, name: string): Zone | undefined =>
  ZONES.find((zone) => zoneName(region, zone) === name);

/** The id of the zone of this name, whatever region it is in. */
export const zoneIdNamed = (name = ''): string => zoneId(name.slice(0, -1), name.slice(-1) as Zone);

/** The zone of a subnet, or undefined when there is no such subnet. */
export const zoneOfSubnet = (id: string): Zone | undefined => ZONES.find((zone) => subnetId(zone) === id);
