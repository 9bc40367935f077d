// Where a pool may be launched, and from which image: what the cloud offers against what the settings want.
import { usageError } from '../pool/failure.ts';
import { ALIAS_NAMES } from '../pool/image-aliases.ts';
import type { Image, Subnet, TypeOffer } from '../pool/offers.ts';
import type { Settings } from '../pool/settings.ts';
import type { Zone } from './spread.ts';

/** A zone of the pool: its subnet, and those of the pool's sizes that it has, the one wanted most first. */
export interface Place extends Zone {
  readonly vpcId: string;
  readonly free: number;
  readonly types: readonly string[];
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];

function checkZones({ zones, subnets: named }: Settings, subnets: readonly Subnet[]): void {
  if (subnets.length === 0) throw usageError('no default subnet in this region: set subnets in pool.yml');
  const there = unique(subnets.map(({ zone }) => zone));
  const absent = named.length > 0 ? [] : zones.filter((zone) => !there.includes(zone));
  if (absent.length > 0)
    throw usageError(
      `no subnet for ${absent.join(', ')}; the default subnets of this region are in ${there.join(', ')}: set zones to some of these, or set subnets`,
    );
}

function checkVpc(subnets: readonly Subnet[]): void {
  const first = subnets[0];
  const other = subnets.find(({ vpcId }) => vpcId !== first?.vpcId);
  if (first && other)
    throw usageError(
      `a pool lives in one VPC, and ${first.id} is of ${first.vpcId}, ${other.id} of ${other.vpcId}; set subnets to those of one`,
    );
}

function checkTypes({ size }: Settings, offers: readonly TypeOffer[]): void {
  const absent = size.find((type) => offers.every((offer) => offer.type !== type));
  if (absent !== undefined)
    throw usageError(
      `this region has no instance type ${absent}; set size to one that it has, like t3.small, or set another region`,
    );
}

/** Of several subnets in a zone the emptiest is taken, so that zones can be evened out. */
function emptiestOfEach(subnets: readonly Subnet[]): readonly Subnet[] {
  const best = new Map<string, Subnet>();
  for (const subnet of subnets) {
    const known = best.get(subnet.zone);
    if (known === undefined || subnet.free > known.free) best.set(subnet.zone, subnet);
  }
  return [...best.values()].sort((a, b) => (a.zone < b.zone ? -1 : 1));
}

function noPlace(size: readonly string[], subnets: readonly Subnet[], offers: readonly TypeOffer[]): Error {
  const asked = subnets.map(({ zone }) => zone).join(', ');
  const offered = unique(offers.flatMap(({ zones }) => zones)).join(', ') || 'no zone';
  return usageError(
    `${asked} has no ${size.join(', ')}, which ${offered} of this region offers; set zones or subnets there, or another size`,
  );
}

/**
 * One place for each zone that has a subnet and at least one of the sizes. `subnets`: those named in the settings, or
 * the region's default ones; `offers`: the types of `size` that the region has. Throws code 2 where nothing fits.
 */
export function placesOf(
  settings: Settings,
  subnets: readonly Subnet[],
  offers: readonly TypeOffer[],
): readonly Place[] {
  const { size, zones, subnets: named } = settings;
  checkZones(settings, subnets);
  checkVpc(subnets);
  checkTypes(settings, offers);
  const wanted = subnets.filter(({ zone }) => named.length > 0 || zones.length === 0 || zones.includes(zone));
  const has = (type: string, zone: string) =>
    offers.some((offer) => offer.type === type && offer.zones.includes(zone));
  const places = emptiestOfEach(wanted)
    .map(({ id, ...rest }) => ({
      ...rest,
      subnetId: id,
      types: size.filter((type) => has(type, rest.zone)),
    }))
    .filter(({ types }) => types.length > 0);
  if (places.length === 0) throw noPlace(size, emptiestOfEach(wanted), offers);
  return places;
}

/** Throws code 2 where the subnets cannot hold `count` more instances. */
export function checkRoom(places: readonly Place[], count: number): void {
  const free = places.reduce((sum, place) => sum + place.free, 0);
  if (free >= count || count <= 0) return;
  throw usageError(
    `${places.map(({ subnetId }) => subnetId).join(', ')}: ${free || 'no'} free addresses for ${count} instances; set subnets to others, or end what is no longer needed in these`,
  );
}

/** The architectures that all sizes can run. */
function architecturesOf({ size }: Settings, offers: readonly TypeOffer[]): readonly string[] {
  const each = size.map((type) => offers.find((offer) => offer.type === type)?.architectures ?? []);
  const common = (each[0] ?? []).filter((one) => each.every((all) => all.includes(one)));
  if (common.length > 0) return common;
  const said = size.map((type, at) => `${type} is ${each[at]?.join(' or ')}`).join(', ');
  throw usageError(`all nodes are made from one image, and ${said}; set size to types of one architecture`);
}

const newest = (images: readonly Image[]): Image | undefined =>
  [...images].sort((a, b) => (a.created < b.created ? 1 : -1))[0];

function checkVolume({ volume_size: size }: Settings, image: Image): void {
  if (size === undefined || image.rootSize === undefined || size >= image.rootSize) return;
  throw usageError(
    `volume_size ${size} is less than the ${image.rootSize} GiB of the image ${image.name}; set it to at least that`,
  );
}

/** The newest image that the sizes can run. `images`: those of the settings' `ami`. Throws code 2 where none fits. */
export function imageOf(settings: Settings, images: readonly Image[], offers: readonly TypeOffer[]): Image {
  const { ami, size } = settings;
  const architectures = architecturesOf(settings, offers);
  const image = newest(images.filter(({ architecture }) => architectures.includes(architecture)));
  const [other] = images;
  if (image === undefined && other !== undefined)
    throw usageError(
      `the image ${ami} is for ${unique(images.map(({ architecture }) => architecture)).join(', ')}, and ${size.join(', ')} for ${architectures.join(', ')}; set ami or size so that they fit`,
    );
  if (image === undefined)
    throw usageError(
      `no image "${ami}" in this region: set ami to an id (ami-…), an image of your own, ${ALIAS_NAMES}`,
    );
  checkVolume(settings, image);
  return image;
}
