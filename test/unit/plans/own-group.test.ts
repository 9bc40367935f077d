// Groups that have our name: ours, or in the way.
import { expect, test } from 'vitest';
import { type FoundGroup, ownGroup } from '../../../src/plans/own-group.ts';

const group = (over: Partial<FoundGroup> = {}): FoundGroup => ({
  ...{ id: 'sg-1', vpcId: 'vpc-1', pool: 'party', rules: [] },
  ...over,
});
const own = (...groups: readonly FoundGroup[]) => ownGroup(groups, 'party', 'vpc-1');

test('ours in our network is ours; none is none', () => {
  expect([own(group()), own()]).toEqual([group(), undefined]);
});

test.for<[what: string, found: FoundGroup, line: RegExp]>([
  [
    'nobody’s',
    group({ pool: undefined }),
    /^the security group poolparty-party \(sg-1 in vpc-1\) is not this pool's: it has no tag poolparty:pool=party; delete it, or give the pool another name$/,
  ],
  ['another pool’s', group({ pool: 'other' }), /is not this pool's/],
  [
    'ours in another network',
    group({ vpcId: 'vpc-2' }),
    /^the security group poolparty-party \(sg-1\) is in vpc-2, and the subnets are in vpc-1; set subnets to some of vpc-2, or end the pool there first \(pool stop\)$/,
  ],
])('%s stands in the way, with the way out', ([, found, line]) => {
  expect(() => own(found)).toThrow(
    expect.objectContaining({ code: 2, message: expect.stringMatching(line) }),
  );
});
