import { describe, expect, test } from 'vitest';
import { isStopped, left, stop } from '../../../src/plans/stop.ts';
import type { Instance } from '../../../src/pool/instance.ts';
import { type Address, poolOf } from '../../../src/pool/pool.ts';

const instance = (id: string, state: Instance['state']): Instance => ({
  id,
  state,
  launchedAt: new Date(0),
  type: 't3.small',
  zone: 'a',
  privateIp: undefined,
  publicIp: undefined,
  publicDns: undefined,
  tags: {},
});
const address: Address = {
  ip: '198.18.0.9',
  allocationId: 'eipalloc-1',
  associationId: undefined,
  holder: undefined,
  ours: true,
  stopping: false,
};
const pool = (instances: readonly Instance[], at?: Address) =>
  poolOf({ name: 'web', instances, address: at });
const words = (seen: Parameters<typeof stop>[0]) => stop(seen).map((step) => step.do);

const kept: ReadonlySet<string> = new Set();

test.for<[what: string, holders: readonly string[], goesAlong: boolean, isLeft: boolean]>([
  ['attached to nothing', [], false, true],
  ['kept, and told of as attached to an instance that has ended', ['i-1'], false, true],
  ['that goes along, and is told of late', ['i-1'], true, false],
  ['of an instance that is protected', ['i-2'], false, false],
  ['attached to a stranger’s instance', ['i-9'], false, false],
  ['attached to one that has ended and to a stranger’s', ['i-1', 'i-9'], false, false],
])('row 17: a volume %s', ([, holders, goesAlong, isLeft]) => {
  const volume = { id: 'vol-1', size: 8, zone: 'a', holders, goesAlong };
  expect(left([volume], new Set(['i-1']))).toEqual(isLeft ? [volume] : []);
});

describe('stop', () => {
  test('forbids changes before it terminates, and terminates each state that costs money', () => {
    const instances = [instance('i-1', 'running'), instance('i-2', 'pending'), instance('i-3', 'stopped')];
    const plan = stop({ pool: pool(instances, address), groupId: 'sg-1', emptyLooks: 0, kept });
    expect(plan.map((step) => step.do)).toEqual(['forbid', 'terminate']);
    expect(
      plan.flatMap((step) => (step.do === 'terminate' ? step.nodes.map((node) => node.id) : [])),
    ).toEqual(['i-1', 'i-2', 'i-3']);
  });

  test('waits while instances end, and believes only the second empty look', () => {
    const ending = pool([instance('i-1', 'shutting-down')], { ...address, stopping: true });
    expect(words({ pool: ending, groupId: 'sg-1', emptyLooks: 0, kept })).toEqual([]);
    expect(words({ pool: pool([], address), groupId: 'sg-1', emptyLooks: 1, kept })).toEqual([]);
    expect(words({ pool: pool([], address), groupId: 'sg-1', emptyLooks: 2, kept })).toEqual([
      'release-address',
      'delete-group',
    ]);
  });

  test("keeps an address of the user's own, without the tag that forbids", () => {
    const own = { ...address, ours: false, stopping: true };
    expect(words({ pool: pool([], own), groupId: undefined, emptyLooks: 2, kept })).toEqual(['permit']);
  });

  test('is done when nothing of the pool is left', () => {
    expect(isStopped({ pool: pool([]), groupId: undefined, emptyLooks: 2, kept })).toBe(true);
    expect(isStopped({ pool: pool([]), groupId: 'sg-1', emptyLooks: 2, kept })).toBe(false);
  });
});
