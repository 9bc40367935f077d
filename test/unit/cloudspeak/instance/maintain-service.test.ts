// instance start_maintain and stop_maintain: what a node tells, in words for a person.
import { expect, test } from 'vitest';
import { builtIn } from '../../built-in.ts';
import { FakeOutside, speak } from '../../fake-world.ts';

/** Two nodes; the chosen one answers these lines. */
function telling(...lines: readonly string[]): FakeOutside {
  const outside = new FakeOutside();
  outside.ec2.has('party');
  outside.ec2.has('party', { launchedAt: new Date('2030-01-01') });
  outside.env['POOL_INSTANCE_PROFILE'] = 'poolparty';
  outside.disk.template = async (name) => builtIn[name as 'maintain.sh'];
  outside.nodes.handler = () => ({ stdout: `${lines.join('\n')}\n` });
  return outside;
}

const START = 'instance start_maintain i=1';
const STOP = 'instance stop_maintain i=1';

test.for([START, 'instance start-maintain i=1'])('row 73: %s asks that node for a claim', async (words) => {
  const outside = telling('claim hold: 203.0.113.9 is here', 'state active');
  const { code, stdout, stderr } = await speak(words, outside);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe('-- Starting the maintain service of node1\nnode1: maintains the pool\n');
  expect(outside.nodes.scripts.map(({ node }) => node)).toEqual(['node1']);
  expect(outside.nodes.scripts[0]?.script).toMatch(/poolparty-claim\.service.*\nstart_maintain$/s);
  expect(outside.ec2.changes).toEqual([]);
});

test.for([
  [
    'claim leave: i-1 holds 203.0.113.9 and answers there\nstate inactive',
    'i-1 holds 203.0.113.9 and answers there; pool failover moves it on purpose',
  ],
  // The old master's service may just be finding out that it is not wanted.
  [
    'claim leave: i-1 holds 203.0.113.9 and answers there\nstate active',
    'i-1 holds 203.0.113.9 and answers there; pool failover moves it on purpose',
  ],
  ['claim leave: the pool is being stopped\nstate inactive', 'the pool is being stopped'],
  [
    'claim hold: 203.0.113.9 is here\nstate inactive\nwho pool maintain in a terminal',
    'the pool is maintained by pool maintain in a terminal; the service goes on here when that has ended',
  ],
  [
    'claim hold: 203.0.113.9 is here\nstate inactive',
    'the service does not stay up; see journalctl -u poolparty-maintain on the node',
  ],
  ['claim \nstate inactive', 'the claim said nothing; see journalctl -u poolparty-claim on the node'],
] as const)('row 73: start_maintain, and the node tells %j', async ([told, why]) => {
  const { code, stderr } = await speak(START, telling(told));
  expect([code, stderr]).toEqual([1, `instance: node1 (i-00000002): ${why}\n`]);
});

test.for([
  ['ran yes\nstate inactive\noff yes', 'stopped maintaining; instance start_maintain starts it again'],
  [
    'state inactive\noff yes',
    'nothing to stop, its maintain service did not run; it stays off until start_maintain',
  ],
  [
    'state inactive\noff yes\nwho pool maintain in a terminal',
    'nothing to stop, its maintain service did not run; the pool is maintained by pool maintain in a terminal, which goes on; it stays off until start_maintain',
  ],
] as const)('row 74: stop_maintain, and the node tells %j', async ([told, line]) => {
  const { code, stdout } = await speak(STOP, telling(told));
  expect([code, stdout]).toEqual([0, `-- Stopping the maintain service of node1\nnode1: ${line}\n`]);
});

test('row 74: a service that does not end is a failure', async () => {
  expect(await speak(STOP, telling('ran yes\nstate active\noff yes'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('node1 (i-00000002): the service still runs'),
  });
});

test.for([
  [{ POOL_INSTANCE_PROFILE: undefined }, 'without an instance_profile no node may ask EC2; set one, or'],
  [{ POOL_PUBLIC_IP: 'none' }, 'public_ip is none, so no node is its master by itself; run pool maintain'],
  [{}, 'it was not configured for it yet; run pool configure'],
] as const)('a node without the service says why: %j', async ([env, why]) => {
  for (const words of [START, STOP]) {
    const outside = telling('unit none');
    Object.assign(outside.env, env);
    const { code, stderr } = await speak(words, outside);
    expect(code).toBe(1);
    expect(stderr).toContain(why);
  }
});

test('row 16: --dry-run says it and reaches no node', async () => {
  const outside = telling();
  expect(await speak(`${STOP} --dry-run`, outside)).toMatchObject({
    code: 0,
    stdout: 'stop-maintain node1: it was asked for\n',
  });
  expect(outside.nodes.scripts).toEqual([]);
});

test('several nodes are told together, and the worst counts', async () => {
  const outside = telling();
  outside.nodes.handler = ({ name }) => ({
    stdout: name === 'node0' ? 'ran yes\nstate inactive' : 'unit none',
  });
  const { code, stderr } = await speak('instance stop_maintain i=all', outside);
  expect(code).toBe(1);
  expect(stderr).toContain('1 of 2 nodes succeeded');
});
