import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instance } from '../../../src/pool/instance.ts';
import { plainList } from '../../../src/pool/listing.ts';
import { number } from '../../../src/pool/numbering.ts';
import { poolOf } from '../../../src/pool/pool.ts';

const instance = (id: string, seconds: number, over: Partial<Instance> = {}): Instance => ({
  id,
  state: 'running',
  launchedAt: new Date(seconds * 1_000),
  type: 't3.small',
  zone: 'a',
  privateIp: undefined,
  publicIp: undefined,
  publicDns: undefined,
  tags: {},
  ...over,
});

const four = [instance('i-d', 5), instance('i-a', 9), instance('i-c', 5), instance('i-b', 1)];

test('row 40: the holder of the address, then launch time, then id, in whatever order EC2 answers', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(four, { minLength: 4 }), (shuffled) => {
      expect(number(shuffled, 'i-a').map((node) => `${node.name} ${node.id} ${node.role}`)).toEqual([
        'node0 i-a master',
        'node1 i-b standby',
        'node2 i-c member',
        'node3 i-d member',
      ]);
    }),
  );
});

test('row 39: survivors close up and the replacement takes the last number', () => {
  const [, ...survivors] = number(four, undefined);
  const replaced = number([...survivors, instance('i-0', 99)], undefined);
  expect(replaced.map((node) => node.id)).toEqual(['i-c', 'i-d', 'i-a', 'i-0']);
});

test('row 36: the holder is reached at the address, and nobody else is, whichever of the two EC2 tells late', () => {
  const own = { publicDns: 'ec2-198-51-100-7.amazonaws.com', publicIp: '198.51.100.7' };
  const at = { publicDns: 'ec2-203-0-113-1.amazonaws.com', publicIp: '203.0.113.1' };
  const address = {
    ...{ ip: '203.0.113.1', allocationId: 'eipalloc-1', associationId: 'eipassoc-1', holder: 'i-a' },
    ...{ ours: true, stopping: false },
  };
  const seen = (instances: readonly Instance[]) =>
    poolOf({ name: 'party', address, instances }).nodes.map(({ publicIp, publicDns }) => [
      publicIp,
      publicDns,
    ]);
  expect(seen([instance('i-a', 1, at), instance('i-b', 2, own)])).toEqual([
    [at.publicIp, at.publicDns],
    [own.publicIp, own.publicDns],
  ]);
  expect(seen([instance('i-a', 1, own), instance('i-b', 2, at)])).toEqual([
    [at.publicIp, undefined],
    [undefined, undefined],
  ]);
});

test('those that end come last and are never the master', () => {
  expect(number([instance('i-a', 1, { state: 'shutting-down' }), instance('i-b', 2)], 'i-a')[0]?.id).toBe(
    'i-b',
  );
});

const slide = poolOf({
  name: 'web',
  address: undefined,
  instances: [
    instance('i-e64c848f', 0, {
      launchedAt: new Date('2008-05-31T00:47:37.000Z'),
      publicDns: 'ec2-75-101-232-113.compute-1.amazonaws.com',
    }),
    instance('i-e74c848e', 0, {
      launchedAt: new Date('2008-05-31T00:47:38.000Z'),
      publicDns: 'ec2-67-202-9-61.compute-1.amazonaws.com',
    }),
  ],
});

test("row 3: the slide's listing, byte for byte", () => {
  expect(plainList(slide)).toBe(
    [
      '-- CLOUD (2)--',
      '0: INSTANCE: node0 - ec2-75-101-232-113.compute-1.amazonaws.com - i-e64c848f - 2008-05-31T00:47:37.000Z',
      '1: INSTANCE: node1 - ec2-67-202-9-61.compute-1.amazonaws.com - i-e74c848e - 2008-05-31T00:47:38.000Z',
    ].join('\n'),
  );
});

test('row 4: with nothing running', () => {
  expect(plainList(poolOf({ name: 'web', instances: [], address: undefined }))).toBe('Cloud is not running');
});

test('row 5: booting and terminating nodes are listed so; the header counts pending and running', () => {
  const states = (['running', 'pending', 'shutting-down'] as const).map((state, n) =>
    instance(`i-${n}`, n, { state }),
  );
  const lines = plainList(poolOf({ name: 'web', instances: states, address: undefined })).split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    '-- CLOUD (2)--',
    '0',
    '(booting)',
    '(terminating)',
  ]);
});
