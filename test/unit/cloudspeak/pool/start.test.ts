// pool start from nothing, from something, and with other settings: what is said and what is done.
import { describe, expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import { next, party, started } from './party.ts';

const zonesOf = (counts: readonly { subnetId: string; count: number }[]) =>
  Object.fromEntries(counts.map(({ subnetId, count }) => [subnetId, count]));

describe('from nothing', () => {
  test("row 2: says the deck's messages in the deck's order, each behind two dashes", async () => {
    const { code, stdout, stderr } = await speak('pool start', party().outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchInlineSnapshot(`
      "-- Starting cloud
      -- Launching minimum_instances
      -- Waiting for master to boot up
      -- Give some time for the instance ssh to start up
      -- Configuring master
      -- node0 is in rotation after 4.5 s
      -- node1 is in rotation after 4.5 s
      -- node2 is in rotation after 4.5 s
      -- No node maintains the pool, since instance_profile is not set; pool maintain does it from here
      -- Cloud is running: 3 nodes serve at http://203.0.113.2/ after 4.5 s
      "
    `);
  });

  test('row 14: -q silences all of it', async () => {
    expect(await speak('pool start -q', party().outside)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('row 16: --dry-run prints the steps and changes nothing', async () => {
    const { code, stdout, outside } = await speak('pool start --dry-run', party().outside);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "make-group: the pool has no security group
      make-address: the pool has no address
      launch 1 in us-east-1a: minimum_instances is 3, 0 are there
      launch 1 in us-east-1b: minimum_instances is 3, 0 are there
      launch 1 in us-east-1c: minimum_instances is 3, 0 are there
      "
    `);
    expect([outside.ec2.changes, outside.nodes.scripts]).toEqual([[], []]);
  });

  test('every node serves through every HAProxy at the end', async () => {
    const { outside, machines } = await started();
    const ids = [...outside.ec2.instances.keys()].sort();
    expect(ids).toHaveLength(3);
    for (const id of ids) expect(machines.up(id)).toEqual(ids);
  });

  test('row 31: one request per zone, sent together; zones differ by at most one node', async () => {
    const { outside: five } = party('maximum_instances: 9\n');
    await speak('pool start --minimum-instances 5', five);
    expect(zonesOf(five.ec2.requests)).toEqual({ 'subnet-0': 2, 'subnet-1': 2, 'subnet-2': 1 });
    expect(five.ec2.calls.join(' ')).toContain('launch launch launch');
    expect(new Set(five.ec2.requests.map(({ token }) => token)).size).toBe(3);
  });

  test('row 38: what it makes carries the name of the pool from its creation on', async () => {
    const { outside } = await started();
    expect(outside.ec2.requests.map(({ pool }) => pool)).toEqual(['party', 'party', 'party']);
    expect(outside.ec2.calls).not.toContain('tag');
    expect([...outside.ec2.groups.values()].map(({ pool }) => pool)).toEqual(['party']);
    expect([...outside.ec2.addresses.values()].map(({ pool }) => pool)).toEqual(['party']);
  });

  test('row 32: sshd is asked with back-off, and the node is taken within 2 s of its first answer', async () => {
    const { outside } = party();
    const opens = outside.clock.ms + 63_000;
    outside.nodes.answering = () => outside.clock.ms >= opens;
    expect((await speak('pool start', outside)).code).toBe(0);
    const asked = outside.nodes.reached.filter((name) => name === 'node1').length;
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(45);
    const took = (outside.clock.ms - opens) / 1_000;
    expect(took).toBeLessThan(6);
  });
});

describe('row 30: exactly what is missing', () => {
  test('those that run and those that boot count; those that end, and those of others, do not', async () => {
    const { outside } = party();
    outside.ec2.has('party');
    outside.ec2.has('party', { state: 'pending', readyAt: outside.clock.ms + 1_000 });
    outside.ec2.has('party', { state: 'shutting-down', goneAt: outside.clock.ms + 2_000 });
    outside.ec2.has('other');
    expect((await speak('pool start', outside)).code).toBe(0);
    expect(outside.ec2.changes.filter((change) => change.startsWith('launch'))).toEqual(['launch 1']);
  });

  test('twice changes nothing', async () => {
    const again = next(await started());
    const { code, stdout } = await speak('pool start', again.outside);
    expect(code).toBe(0);
    expect(stdout).toContain('-- Cloud is running: 3 nodes serve at http://');
    expect(again.outside.ec2.changes).toEqual([]);
  });

  test('row 36: EC2 tells of a new instance late, and nothing is launched twice', async () => {
    const { outside } = party();
    outside.ec2.sightDelay = 1_500;
    expect((await speak('pool start', outside)).code).toBe(0);
    expect(outside.ec2.instances.size).toBe(3);
  });

  test('row 36: the token of a launch whose instances have ended is passed over', async () => {
    const { outside } = await started();
    for (const id of outside.ec2.instances.keys()) outside.ec2.end(id, 'Server.SpotInstanceTermination');
    outside.clock.ms += 60_000;
    expect(await speak('pool start', outside)).toMatchObject({ code: 0, stderr: '' });
    expect(outside.ec2.changes.filter((change) => change.startsWith('launch'))).toHaveLength(3);
  });
});

describe('row 35: the address of the pool', () => {
  test('is on the master before the first ssh, and on nobody else', async () => {
    const { outside } = party();
    const held: boolean[] = [];
    const { answering } = outside.nodes;
    outside.nodes.answering = (node) => {
      held.push([...outside.ec2.addresses.values()].every(({ holder }) => holder !== undefined));
      return answering(node);
    };
    await speak('pool start', outside);
    expect(held.length).toBeGreaterThan(0);
    expect(held).not.toContain(false);
    const [address] = outside.ec2.addresses.values();
    const { nodes } = await outside.ec2.look('party');
    expect([nodes[0]?.id, nodes[0]?.role]).toEqual([address?.holder, 'master']);
  });

  test('public_ip: none asks for none, and the first node serves at its own', async () => {
    const { outside } = party('public_ip: none\n');
    const { code, stdout } = await speak('pool start', outside);
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 nodes serve at http:\/\/198\.51\.100\.\d+\/ after/);
    for (const call of ['allocateAddress', 'associate', 'disassociate', 'release', 'untag'])
      expect(outside.ec2.calls).not.toContain(call);
  });

  test('one of the user’s own is taken, and none is made', async () => {
    const { outside } = party('public_ip: 203.0.113.1\n');
    const own = outside.ec2.hasAddress('party', undefined, { ours: false });
    expect(own.ip).toBe('203.0.113.1');
    expect(await speak('pool start', outside)).toMatchObject({ code: 0 });
    expect(outside.screen.stdout).toContain('serve at http://203.0.113.1/');
    expect(outside.ec2.changes.filter((change) => change.startsWith('allocate'))).toEqual([]);
  });

  test('a stop that was broken off is taken back', async () => {
    const { outside } = party();
    const { allocationId } = outside.ec2.hasAddress('party');
    await outside.ec2.tag([allocationId], { 'poolparty:stopping': 'yes' });
    expect((await speak('pool start', outside)).code).toBe(0);
    expect(outside.ec2.addresses.get(allocationId)?.stopping).toBe(false);
  });
});
