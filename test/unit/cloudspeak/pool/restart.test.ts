// pool restart: stop until nothing is left to see, then start the full minimum.
import { expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { started } from './party.ts';

test('row 34: launches the full minimum, once the termination of all is visible', async () => {
  const { outside, machines } = await started();
  const before = [...outside.ec2.instances.keys()];
  const { launch } = outside.ec2;
  const seen: number[] = [];
  outside.ec2.launch = async (request) => {
    seen.push(outside.ec2.leftovers('party').filter((id) => before.includes(id)).length);
    return await launch.call(outside.ec2, request);
  };
  const { code, stdout, stderr } = await speak('pool restart', outside);
  expect([code, stderr]).toEqual([0, '']);
  expect(seen).toEqual([0, 0, 0]);
  expect(stdout).toMatchInlineSnapshot(`
    "-- Stopping cloud
    -- Terminating node0, node1, node2
    -- Removed the address 203.0.113.2
    -- Removed the security group
    -- Cloud is stopped
    -- Starting cloud
    -- Launching minimum_instances
    -- Waiting for master to boot up
    -- Give some time for the instance ssh to start up
    -- Configuring master
    -- node0 is in rotation after 4.5 s
    -- node1 is in rotation after 4.5 s
    -- node2 is in rotation after 4.5 s
    -- No node maintains the pool, since instance_profile is not set; pool maintain does it from here
    -- Cloud is running: 3 nodes serve at http://203.0.113.8/ after 4.5 s
    "
  `);
  const { nodes } = await outside.ec2.look('party');
  expect(nodes).toHaveLength(3);
  for (const { id } of nodes) {
    expect(before).not.toContain(id);
    expect(machines.up(id)).toHaveLength(3);
  }
});

test('a no on the terminal ends it there', async () => {
  const { outside } = await started();
  outside.screen.isTerminal = true;
  expect((await speak('pool restart', outside)).code).toBe(1);
  expect(outside.ec2.changes).toEqual([]);
});

test('a stop that fails is not followed by a start', async () => {
  const { outside } = await started();
  outside.ec2.nextError.set(
    'terminate',
    refusal('TerminateInstances', 'OperationNotPermitted', 'Protected.'),
  );
  expect((await speak('pool restart', outside)).code).toBe(1);
  expect(outside.ec2.calls).not.toContain('launch');
});

test('what would keep the start from working ends it before anything is stopped', async () => {
  const { outside } = await started();
  outside.disk.exists = async () => false;
  const { code, stderr } = await speak('pool restart', outside);
  expect([code, outside.ec2.changes]).toEqual([2, []]);
  expect(stderr).toContain('app.source /home/tester/party/app does not exist');
});

test('row 16: --dry-run shows the stop and a start from nothing, and changes nothing', async () => {
  const { outside } = await started();
  const { code, stdout } = await speak('pool restart --dry-run', outside);
  expect([code, outside.ec2.changes]).toEqual([0, []]);
  expect(stdout).toMatch(/^terminate node0, node1, node2: /m);
  expect(stdout.match(/^launch 1 in /gm)).toHaveLength(3);
});

test('row 36: start looks again where EC2 still tells of the address that stop has released', async () => {
  const { outside } = await started();
  const { ec2, clock } = outside;
  const before = [...ec2.addresses.values()][0];
  const { look, release } = ec2;
  let until = 0;
  ec2.release = async (address) => {
    await release.call(ec2, address);
    until = clock.ms + 9_000;
  };
  // One look in two lags.
  let looks = 0;
  ec2.look = async (name) => {
    const seen = await look.call(ec2, name);
    const lags = clock.ms < until && looks++ % 2 === 0 && before !== undefined;
    return lags ? { ...seen, address: { ...before, holder: undefined, stopping: true } } : seen;
  };
  const { code, stderr } = await speak('pool restart', outside);
  expect([code, stderr]).toEqual([0, '']);
  expect([...ec2.addresses.keys()]).not.toContain(before?.allocationId);
  expect((await look.call(ec2, 'party')).address?.holder).toBeDefined();
});

test('row 36: start makes another group where EC2 still tells of the one that stop has deleted', async () => {
  const { outside } = await started();
  const { ec2, clock } = outside;
  const [[before, group] = []] = ec2.groups;
  if (before === undefined || group === undefined) throw new Error('the pool has no group');
  const { groupsNamed, deleteGroup } = ec2;
  let until = 0;
  ec2.deleteGroup = async (id) => {
    await deleteGroup.call(ec2, id);
    until = clock.ms + 5_000;
  };
  ec2.groupsNamed = async (pool) =>
    clock.ms < until
      ? [{ ...group, id: before, rules: [...group.rules] }]
      : await groupsNamed.call(ec2, pool);
  const { code, stderr } = await speak('pool restart', outside);
  expect([code, stderr]).toEqual([0, '']);
  expect([...ec2.groups.keys()]).not.toContain(before);
  for (const { groupId } of ec2.requests.slice(-3)) expect(ec2.groups.has(groupId)).toBe(true);
});
