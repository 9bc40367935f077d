// pool failover: the master moves on purpose, once it is known that the standby can serve.
import { expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { next, type Party, started } from './party.ts';

const WITH_ROLE = 'instance_profile: poolparty\n';
const DONE = 'state active\n';

/** A started pool whose nodes also understand what starts their maintain service. */
async function ready(more = WITH_ROLE, told = DONE): Promise<Party> {
  const all = next(await started(more));
  const { nodes, ec2 } = all.outside;
  const { handler } = nodes;
  nodes.handler = (node, script, options) =>
    script.endsWith('\ngo_on') ? { stdout: told } : handler(node, script, options);
  ec2.changes.length = 0;
  return all;
}

const nodesOf = async ({ outside: { ec2 } }: Party) => (await ec2.look('party')).nodes;

test('the address goes to the standby, the lock is on the old master, maintain goes on at the new one', async () => {
  const all = await ready();
  const [zero, one] = await nodesOf(all);
  const { code, stdout, stderr } = await speak('pool failover', all.outside);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n')).toEqual([
    '-- hold-lock node0: nobody else acts while the master moves',
    expect.stringMatching(/^-- move-address node1: node0 has 203\.0\.113\.\d+$/),
    '-- start-maintain node1: who holds the address maintains',
    expect.stringMatching(new RegExp(`^203\\S+ moved to ${one?.id}, which is node0 now; outage 0\\.05 s$`)),
    '',
  ]);
  expect(all.outside.nodes.locks).toEqual(['node0']);
  expect(all.outside.ec2.changes).toEqual([
    expect.stringMatching(/^disassociate /),
    expect.stringMatching(new RegExp(`^associate \\S+ ${one?.id}$`)),
  ]);
  expect((await nodesOf(all)).map(({ id }) => id).slice(0, 2)).toEqual([one?.id, zero?.id]);
  expect(all.outside.nodes.scripts.at(-1)).toMatchObject({ node: 'node0' });
});

test('the outage is the time without a good answer, and --json tells it with the nodes', async () => {
  const all = await ready();
  const { ec2, clock } = all.outside;
  const [zero, one] = await nodesOf(all);
  const { associate } = ec2;
  ec2.associate = async (address, id) => {
    await clock.sleep(700);
    await associate.call(ec2, address, id);
  };
  const { code, stdout } = await speak('pool failover --json', all.outside);
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    pool: 'party',
    from: { name: 'node0', id: zero?.id },
    to: { name: 'node1', id: one?.id },
  });
  expect(document.outage_seconds).toBeGreaterThanOrEqual(0.7);
  expect(document.outage_seconds).toBeLessThan(0.9);
});

test('row 16: --dry-run prints the steps and changes nothing', async () => {
  const all = await ready();
  const { code, stdout } = await speak('pool failover --dry-run', all.outside);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^hold-lock node0: .*\nmove-address node1: .*\nstart-maintain node1: .*\n$/);
  expect([all.outside.ec2.changes, all.outside.nodes.locks]).toEqual([[], []]);
});

test('without a role on the nodes the address moves all the same, and who configures is told', async () => {
  const all = await ready('');
  const { code, stdout } = await speak('pool failover', all.outside);
  expect(code).toBe(0);
  expect(stdout).not.toContain('start-maintain');
  expect(stdout).toContain('-- No node maintains by itself; pool configure tells all nodes');
});

test.for([
  ['state inactive\noff yes\n', 'does not maintain: it was stopped there; instance start_maintain'],
  ['state inactive\n', 'does not maintain yet; its watch starts it in some seconds'],
])('a new master that does not maintain is named: %j', async ([told = '', why]) => {
  const all = await ready(WITH_ROLE, told);
  const { code, stderr } = await speak('pool failover', all.outside);
  expect(code).toBe(0);
  expect(stderr).toContain(why);
});

/** One line, exit code, and nothing changed. */
async function refused(all: Party, code: number, why: string | RegExp): Promise<void> {
  const said = await speak('pool failover', all.outside);
  expect([said.code, said.stdout]).toEqual([code, '']);
  expect(said.stderr).toMatch(why);
  expect(said.stderr.split('\n')).toHaveLength(2);
  expect(all.outside.ec2.changes).toEqual([]);
}

test('public_ip none: there is nothing to move', async () => {
  await refused(await ready('public_ip: none\n'), 2, 'public_ip is none: without an address');
});

test('a pool that is not there', async () => {
  const all = await ready();
  all.outside.ec2.instances.clear();
  await refused(all, 1, 'Cloud is not running; pool start launches it');
});

test('a pool that is being stopped', async () => {
  const all = await ready();
  const { ec2 } = all.outside;
  for (const { allocationId } of [...ec2.addresses.values()])
    await ec2.tag([allocationId], { 'poolparty:stopping': 'yes' });
  ec2.changes.length = 0;
  await refused(all, 1, 'the pool is being stopped; nobody may move its master');
});

test('an address that nobody holds', async () => {
  const all = await ready();
  const { ec2 } = all.outside;
  for (const { associationId } of [...ec2.addresses.values()])
    if (associationId) await ec2.disassociate(associationId);
  ec2.changes.length = 0;
  await refused(all, 1, /no living node holds 203\S+; one claims it within seconds, or run pool start/);
});

test('no standby', async () => {
  const all = await ready();
  const [, ...others] = await nodesOf(all);
  for (const { id } of others) all.outside.ec2.alter(id, { state: 'stopped' });
  await refused(all, 1, /there is no standby: node0 \(i-\w+\) is the only node that runs/);
});

test('a standby that is silent', async () => {
  const all = await ready();
  all.outside.nodes.answering = ({ name }) => name !== 'node1';
  await refused(all, 1, /node1 .* cannot be the master now: does not answer on ssh: connection refused/);
});

test('a standby that serves nobody', async () => {
  const all = await ready();
  const [, one] = await nodesOf(all);
  all.machines.machine(one?.id ?? '').files.delete('/app');
  await refused(all, 1, /node1 .* cannot be the master now: its own app is not healthy; see journalctl/);
});

test('a standby that was never configured', async () => {
  const all = await ready();
  const [, one] = await nodesOf(all);
  const bare = all.machines.machine(one?.id ?? '');
  bare.files.clear();
  bare.servers.clear();
  await refused(
    all,
    1,
    /node1 .* cannot be the master now: its HAProxy has no server yet; run pool configure/,
  );
});

test('who took the address meanwhile keeps it', async () => {
  const all = await ready();
  const { ec2, nodes } = all.outside;
  const [, , two] = await nodesOf(all);
  const { run } = nodes;
  nodes.run = async (node, script, options) => {
    // Another is quicker, while we wait for the lock.
    if (script.includes('\nhold_lock '))
      for (const address of [...ec2.addresses.values()]) {
        await ec2.disassociate(address.associationId ?? '');
        await ec2.associate(address, two?.id ?? '');
      }
    return await run.call(nodes, node, script, options);
  };
  const { code, stderr } = await speak('pool failover', all.outside);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`the address did not move to node1 .*: ${two?.id} took 203\\S+ meanwhile`),
  );
  expect([...ec2.addresses.values()].map(({ holder }) => holder)).toEqual([two?.id]);
});

test('a call that fails in between is made up for: the address does not stay free', async () => {
  const all = await ready();
  const [, one] = await nodesOf(all);
  all.outside.ec2.nextError.set('associate', refusal('AssociateAddress', 'InternalError', 'sorry'));
  const { code } = await speak('pool failover', all.outside);
  expect(code).toBe(0);
  expect((await nodesOf(all))[0]?.id).toBe(one?.id);
});
