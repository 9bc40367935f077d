// Where a pool may be launched and from which image: offers against settings.
import { describe, expect, test } from 'vitest';
import { imageOf, placesOf } from '../../../src/plans/places.ts';
import type { Image, Subnet, TypeOffer } from '../../../src/pool/offers.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { settings } from './ground.ts';

const with_ = (given: Partial<Settings>): Settings => ({ ...settings(), ...given });
const subnet = (id: string, zone: string, free = 10): Subnet => ({ id, zone, vpcId: 'vpc-1', free });
const SUBNETS = [subnet('s-a', 'a'), subnet('s-b', 'b'), subnet('s-c', 'c')];
const offer = (type: string, architecture: string, ...zones: string[]): TypeOffer => ({
  type,
  architectures: [architecture],
  zones,
});
const T3 = offer('t3.small', 'x86_64', 'a', 'b');
const T3A = offer('t3a.small', 'x86_64', 'b', 'c');
const ARM = offer('t4g.small', 'arm64', 'a', 'b', 'c');

describe('places', () => {
  test('zones that do not offer the type are left out', () => {
    const places = placesOf(with_({ size: ['t3.small'] }), SUBNETS, [T3]);
    expect(places.map(({ zone }) => zone)).toEqual(['a', 'b']);
  });

  test('with several sizes each zone has those that it offers, the one wanted most first', () => {
    const places = placesOf(with_({ size: ['t3.small', 't3a.small'] }), SUBNETS, [T3A, T3]);
    expect(places.map(({ zone, types }) => [zone, ...types])).toEqual([
      ['a', 't3.small'],
      ['b', 't3.small', 't3a.small'],
      ['c', 't3a.small'],
    ]);
  });

  test('only the zones of the settings count', () => {
    const places = placesOf(with_({ size: ['t3.small'], zones: ['b'] }), SUBNETS, [T3]);
    expect(places.map(({ subnetId }) => subnetId)).toEqual(['s-b']);
  });

  test('row 31: of several subnets in a zone the emptiest is taken, so that zones can be evened out', () => {
    const named = [subnet('s-1', 'a', 1), subnet('s-2', 'a', 9), subnet('s-b', 'b', 5)];
    const places = placesOf(with_({ size: ['t3.small'], subnets: ['s-1', 's-2', 's-b'] }), named, [T3]);
    expect(places.map(({ subnetId }) => subnetId)).toEqual(['s-2', 's-b']);
  });
});

describe('the image', () => {
  const image = (id: string, architecture: string, created: string): Image => ({
    id,
    name: id,
    architecture,
    created,
    rootDevice: '/dev/xvda',
    rootSize: 8,
  });
  const IMAGES = [
    image('old', 'x86_64', '2025-01-01T00:00:00.000Z'),
    image('new', 'x86_64', '2026-01-01T00:00:00.000Z'),
    image('arm', 'arm64', '2026-02-01T00:00:00.000Z'),
  ];

  test.for([
    ['t3.small', 'new'],
    ['t4g.small', 'arm'],
  ])('for %s it is the newest of its architecture', ([type = '', id]) => {
    expect(imageOf(with_({ size: [type] }), IMAGES, [T3, ARM]).id).toBe(id);
  });

  test('a type that runs two architectures takes the newest of both', () => {
    const both = { ...T3, architectures: ['i386', 'x86_64', 'arm64'] };
    expect(imageOf(with_({ size: ['t3.small'] }), IMAGES, [both]).id).toBe('arm');
  });
});
