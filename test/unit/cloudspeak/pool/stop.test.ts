// pool stop: all of this pool, nothing of others, and what start made beside the instances.
import { describe, expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { FakeNodes } from '../../fakes/nodes.ts';
import { next, type Party, party, started } from './party.ts';

/** Others in the same account: another pool with all that belongs to one, and a machine of nobody's. */
function withNeighbours({ outside: { ec2 } }: Party): readonly string[] {
  const other = ec2.has('party-2');
  ec2.hasAddress('party-2', other.id);
  ec2.groups.set('sg-other', { name: 'poolparty-party-2', vpcId: 'vpc-1', pool: 'party-2', rules: [] });
  const foreign = ec2.has('', { tags: { Name: 'party', 'poolparty:pol': 'party' } });
  return [other.id, foreign.id];
}

describe('a pool with neighbours', () => {
  test('row 17: ends every instance of this pool and nothing else', async () => {
    const all = await started();
    const neighbours = withNeighbours(all);
    const { code, stdout, stderr } = await speak('pool stop', all.outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "-- Stopping cloud
      -- Terminating node0, node1, node2
      -- Removed the address 203.0.113.2
      -- Removed the security group
      -- Cloud is stopped
      "
    `);
    const { ec2 } = all.outside;
    expect(ec2.leftovers('party')).toEqual([]);
    expect(ec2.leftovers('party-2')).toHaveLength(3);
    for (const id of neighbours) expect(ec2.instances.get(id)?.state).toBe('running');
    expect(ec2.changes.join('\n')).not.toMatch(new RegExp(neighbours.join('|')));
  });

  test('row 16: --dry-run prints the steps and changes nothing', async () => {
    const all = await started();
    withNeighbours(all);
    const { code, stdout, outside } = await speak('pool stop --dry-run', all.outside);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "forbid: nobody may launch or claim while the pool stops
      terminate node0, node1, node2: the pool stops
      "
    `);
    expect(outside.ec2.changes).toEqual([]);
  });

  test('row 14: -q says nothing', async () => {
    const { outside } = await started();
    expect(await speak('pool stop -q', outside)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

test('nothing runs: nothing is touched, and the end is the same', async () => {
  const { outside } = party();
  const { code, stdout } = await speak('pool stop', outside);
  expect([code, stdout]).toEqual([0, '-- Stopping cloud\n-- Cloud is stopped\n']);
  expect(outside.ec2.changes).toEqual([]);
});

describe('on a terminal it asks', () => {
  test.for([
    [false, 'pool stop', 1],
    [true, 'pool stop', 0],
  ] as const)('answer %s', async ([answer, words, code]) => {
    const { outside } = await started();
    Object.assign(outside.screen, { isTerminal: true, answer });
    expect((await speak(words, outside)).code).toBe(code);
    expect(outside.screen.questions).toEqual(['Terminate the 3 instances of pool party?']);
    expect(outside.ec2.changes.length > 0).toBe(answer);
  });

  test('--yes asks nothing', async () => {
    const { outside } = await started();
    outside.screen.isTerminal = true;
    expect((await speak('pool stop --yes', outside)).code).toBe(0);
    expect(outside.screen.questions).toEqual([]);
  });
});

test('row 35: an address of the user’s own is kept, without our tag', async () => {
  const all = party('public_ip: 203.0.113.1\n');
  const { allocationId } = all.outside.ec2.hasAddress('party', undefined, { ours: false });
  expect((await speak('pool start', all.outside)).code).toBe(0);
  const { outside } = next(all);
  expect((await speak('pool stop', outside)).code).toBe(0);
  expect([...outside.ec2.addresses.values()]).toMatchObject([
    { allocationId, holder: undefined, stopping: false },
  ]);
  expect(outside.ec2.changes.filter((change) => change.startsWith('release'))).toEqual([]);
});

test('what changes are forbidden before the first instance ends', async () => {
  const { outside } = await started();
  await speak('pool stop', outside);
  expect(outside.ec2.changes[0]).toMatch(/^tag eipalloc-\w+ poolparty:stopping$/);
  expect(outside.ec2.changes[1]).toMatch(/^terminate /);
});

test('row 33: instances that do not go are named within the limit', async () => {
  const { outside } = await started();
  outside.ec2.endTime = Number.POSITIVE_INFINITY;
  const began = outside.clock.ms;
  const { code, stderr } = await speak('pool stop', outside);
  expect([code, stderr]).toEqual([
    1,
    `pool: 4 things of the pool are still there; mend what is said of it, then run pool stop again
node0 (i-00000003): still shutting-down after 10 minutes
node1 (i-00000004): still shutting-down after 10 minutes
node2 (i-00000005): still shutting-down after 10 minutes
security group sg-1: node0 (i-00000003) is in it
`,
  ]);
  expect(outside.clock.ms - began).toBeLessThan(11 * 60_000);
});

test('row 36: a group that is still in use is tried again until it is free', async () => {
  const { outside } = await started();
  outside.ec2.nextError.set('deleteGroup', refusal('DeleteSecurityGroup', 'DependencyViolation', 'in use'));
  expect((await speak('pool stop', outside)).code).toBe(0);
  expect(outside.ec2.leftovers('party')).toEqual([]);
});

describe('what EC2 refuses to remove is named with the reason, and the rest goes', () => {
  test('row 37: an instance with termination protection', async () => {
    const { outside } = await started();
    const { ec2 } = outside;
    ec2.guarded.add('i-00000004');
    const { code, stdout, stderr } = await speak('pool stop', outside);
    expect([code, stderr]).toEqual([
      1,
      `pool: 2 things of the pool are still there; mend what is said of it, then run pool stop again
node1 (i-00000004): EC2 refused TerminateInstances: OperationNotPermitted: The instance 'i-00000004' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.; end its protection (aws ec2 modify-instance-attribute --no-disable-api-termination --instance-id ID)
security group sg-1: node0 (i-00000004) is in it
`,
    ]);
    expect(stdout).toContain('-- Terminating node0, node2\n-- Removed the address 203.0.113.2\n');
    expect(ec2.leftovers('party')).toEqual(['i-00000004', 'sg-1']);
    ec2.guarded.clear();
    const again = await speak('pool stop', next({ outside, machines: new FakeNodes(outside) }).outside);
    expect([again.code, again.stderr, ec2.leftovers('party')]).toEqual([0, '', []]);
  });

  test('an address that may not be released', async () => {
    const { outside } = await started();
    const { ec2 } = outside;
    ec2.release = async () => {
      throw refusal('ReleaseAddress', 'InvalidAddress.Locked', 'The address is locked to your account.');
    };
    const { code, stderr } = await speak('pool stop', outside);
    expect([code, stderr]).toEqual([
      1,
      `pool: one thing of the pool is still there; mend what is said of it, then run pool stop again
address 203.0.113.2: EC2 refused ReleaseAddress: InvalidAddress.Locked: The address is locked to your account.
`,
    ]);
    expect(ec2.leftovers('party')).toEqual(['203.0.113.2']);
  });

  test('a group that a stranger’s instance is in: said at once, not after minutes', async () => {
    const { outside } = await started();
    const { ec2, clock } = outside;
    const { id } = ec2.has('', { tags: {}, groupId: 'sg-1' });
    const began = clock.ms;
    const { code, stderr } = await speak('pool stop', outside);
    expect([code, stderr]).toEqual([
      1,
      `pool: one thing of the pool is still there; mend what is said of it, then run pool stop again
security group sg-1: ${id} uses it and is not of this pool; take the group from it
`,
    ]);
    expect(clock.ms - began).toBeLessThan(10_000);
    expect([ec2.leftovers('party'), ec2.instances.get(id)?.state]).toEqual([['sg-1'], 'running']);
  });

  test('row 33: a group that something else uses for ever', async () => {
    const { outside } = await started();
    const { ec2 } = outside;
    ec2.deleteGroup = async () => {
      throw refusal('DeleteSecurityGroup', 'DependencyViolation', 'resource sg-1 has a dependent object');
    };
    const { code, stderr } = await speak('pool stop', outside);
    expect(code).toBe(1);
    expect(stderr).toContain('security group sg-1: something uses it that is no instance');
    expect(ec2.leftovers('party')).toEqual(['sg-1']);
  });
});

describe('a volume that somebody keeps', () => {
  const keep = ({ outside: { ec2 } }: Party, ...ids: string[]) => {
    for (const id of ids) ec2.alter(id, { keepsVolume: true });
  };
  const LEFT =
    'Left: volume vol-00000004 (8 GiB, us-east-1b) is attached to nothing: it holds data and costs money until somebody deletes it (aws ec2 delete-volume --volume-id vol-00000004)\n';
  const STOPPED = `-- Stopping cloud
-- Terminating node0, node1, node2
-- Removed the address 203.0.113.2
-- Removed the security group
-- Cloud is stopped
`;

  test('row 17: stays, is named with what to do, and the stop is no failure; again at the next stop', async () => {
    const all = await started();
    withNeighbours(all);
    all.outside.ec2.has('party-2', { keepsVolume: true, goneAt: 0 });
    keep(all, 'i-00000004');
    expect(await speak('pool stop', all.outside)).toMatchObject({ code: 0, stdout: STOPPED, stderr: LEFT });
    const { ec2 } = all.outside;
    expect(ec2.leftovers('party')).toEqual(['vol-00000004']);
    expect(ec2.calls.filter((call) => call === 'volumesOf')).toHaveLength(1);
    expect(ec2.calls.at(-1)).toBe('volumesOf');
    const again = await speak('pool stop', next(all).outside);
    expect([again.code, again.stderr]).toEqual([0, LEFT]);
  });

  test('is one line each, also with -q', async () => {
    const all = await started();
    keep(all, 'i-00000003', 'i-00000004');
    const { code, stdout, stderr } = await speak('pool stop -q', all.outside);
    const other = LEFT.replaceAll('00000004', '00000003').replace('1b', '1a');
    expect([code, stdout, stderr]).toEqual([0, '', other + LEFT]);
  });

  test('is named beside what EC2 refuses to remove', async () => {
    const all = await started();
    keep(all, 'i-00000004');
    all.outside.ec2.guarded.add('i-00000003');
    const { code, stderr } = await speak('pool stop', all.outside);
    expect(code).toBe(1);
    expect(stderr.startsWith(`${LEFT}pool: 2 things of the pool are still there; `)).toBe(true);
  });

  test('row 36: is named also where EC2 still tells of it as attached, and nothing else is', async () => {
    const all = await started();
    keep(all, 'i-00000004');
    const { ec2 } = all.outside;
    const before = await ec2.volumesOf('party');
    expect(before.map(({ holders }) => holders)).toEqual([['i-00000003'], ['i-00000004'], ['i-00000005']]);
    ec2.volumesOf = async () => before;
    expect(await speak('pool stop', all.outside)).toMatchObject({ code: 0, stderr: LEFT });
  });

  test('may not be looked for, by an older policy: said in one line, and the stop is no failure', async () => {
    const all = await started();
    keep(all, 'i-00000004');
    const no = refusal('DescribeVolumes', 'UnauthorizedOperation', 'You are not authorized.');
    all.outside.ec2.nextError.set('volumesOf', no);
    expect(await speak('pool stop', all.outside)).toMatchObject({
      code: 0,
      stdout: STOPPED,
      stderr:
        'pool: whether volumes of the pool are left is not known: EC2 refused DescribeVolumes: UnauthorizedOperation: You are not authorized.; the policy of these credentials must allow this call\n',
    });
  });

  test('is not asked for by --dry-run', async () => {
    const { outside } = await started();
    await speak('pool stop --dry-run', outside);
    expect(outside.ec2.calls).not.toContain('volumesOf');
  });
});

test('a refusal of EC2’s is one line and code 1', async () => {
  const { outside } = await started();
  outside.ec2.nextError.set(
    'terminate',
    refusal('TerminateInstances', 'UnauthorizedOperation', 'You are not authorized.'),
  );
  expect(await speak('pool stop', outside)).toMatchObject({
    code: 1,
    stderr:
      'pool: EC2 refused TerminateInstances: UnauthorizedOperation: You are not authorized.; the policy of these credentials must allow this call\n',
  });
});

describe('before the first instance ends', () => {
  const standDown = ({ outside }: Party) =>
    outside.nodes.scripts.filter(({ script }) => script.startsWith('systemctl stop poolparty-watch.timer'));

  test('the master is told to stand down, so that it launches nothing more', async () => {
    const all = next(await started());
    expect((await speak('pool stop', all.outside)).code).toBe(0);
    expect(standDown(all).map(({ node }) => node)).toEqual(['node0']);
  });

  test('one that does not answer ends without it', async () => {
    const all = next(await started());
    all.outside.nodes.answering = () => false;
    expect((await speak('pool stop', all.outside)).code).toBe(0);
    expect([standDown(all), all.outside.ec2.leftovers('party')]).toEqual([[], []]);
  });
});

test('row 36: a look that lags behind a move of the address: its release is tried again', async () => {
  const { outside } = await started();
  const { ec2 } = outside;
  // In a default network the address would leave its new holder by itself.
  ec2.isDefaultNetwork = false;
  const [address] = ec2.addresses.values();
  if (address === undefined) throw new Error('the pool has no address');
  const moved = { ...address, associationId: 'eipassoc-later' };
  const { disassociate, look } = ec2;
  // The end of the instances leaves the address on something that only the next look shows.
  ec2.disassociate = async (id) => await disassociate.call(ec2, id);
  let looks = 0;
  ec2.look = async (name) => {
    const seen = await look.call(ec2, name);
    if (seen.nodes.length > 0 || seen.address === undefined) return seen;
    if (looks++ === 0)
      ec2.addresses.set(address.allocationId, { ...moved, holder: 'i-00000004', stopping: true });
    return looks < 4 ? { ...seen, address: { ...address, stopping: true } } : seen;
  };
  const { code, stderr } = await speak('pool stop', outside);
  expect([code, stderr, ec2.leftovers('party')]).toEqual([0, '', []]);
});
