// "pool stop" and "pool restart": everything of this pool goes, and nothing of anybody else's.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  endForeign,
  holdings,
  keepVolume,
  launchForeign,
  protect,
  removeVolume,
  stateOf,
  volumesOf,
} from './ground/clients.ts';
import { ec2Of } from './ground/cloud.ts';
import { party, visit } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const hello = party(cloud, 'stop', { POOL_MINIMUM_INSTANCES: '2' });
const neighbour = party(cloud, 'neighbour', { POOL_MINIMUM_INSTANCES: '1' });
const NOTHING = { instances: [], addresses: [], groups: [] };
const foreign: string[] = [];

beforeAll(async () => {
  foreign.push(
    await launchForeign(ec2, {}),
    await launchForeign(ec2, { 'poolparty:pool': `${hello.name}-2` }),
  );
  const starts = await Promise.all([hello.pool('start'), neighbour.pool('start')]);
  for (const said of starts) expect(said).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await Promise.all([hello.end(), neighbour.end(), endForeign(ec2, foreign)]);
  ec2.destroy();
});

test('row 34: restart waits for the end, then launches the full minimum anew', async () => {
  const before = await hello.list();
  const said = await hello.pool('restart', '--yes');
  expect(said).toMatchObject({ code: 0, stderr: '' });
  const told = said.stdout.split('\n');
  expect(told.indexOf('-- Cloud is stopped')).toBeLessThan(told.indexOf('-- Starting cloud'));
  const after = await hello.list();
  expect(after.instances).toHaveLength(2);
  const old = new Set(before.instances.map(({ id }) => id));
  for (const node of after.instances) {
    expect(old).not.toContain(node.id);
    expect(node.in_rotation).toBe(true);
  }
  expect((await visit(`http://${after.address}/`)).status).toBe(200);
});

test('stop --dry-run says what would go, and touches nothing', async () => {
  const before = await holdings(ec2, hello.name);
  const said = await hello.pool('stop', '--dry-run');
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(said.stdout).toContain('terminate node0, node1: the pool stops');
  expect(await holdings(ec2, hello.name)).toEqual(before);
});

test('row 37: a node with termination protection is named with the reason; the rest ends', async () => {
  const theirs = await holdings(ec2, neighbour.name);
  const guarded = (await hello.list()).instances[1]?.id ?? '';
  await protect(ec2, guarded, true);
  const said = await hello.pool('stop', '--yes');
  expect(said.code).toBe(1);
  expect(said.stderr).toMatch(/^pool: 2 things of the pool are still there; /);
  expect(said.stderr).toMatch(
    new RegExp(`^node\\d \\(${guarded}\\): EC2 refused TerminateInstances: OperationNotPermitted: `, 'm'),
  );
  expect(said.stderr).toContain('--no-disable-api-termination');
  expect(said.stderr).toMatch(new RegExp(`^security group sg-\\w+: node\\d \\(${guarded}\\) is in it$`, 'm'));
  expect(await holdings(ec2, hello.name)).toEqual({
    instances: [guarded],
    addresses: [],
    groups: [`poolparty-${hello.name}`],
  });
  expect(await stateOf(ec2, guarded)).toBe('running');
  expect(await holdings(ec2, neighbour.name)).toEqual(theirs);
  await protect(ec2, guarded, false);
});

test("row 17: stop ends this pool's machines, address and group, and nobody else's", async () => {
  const theirs = await holdings(ec2, neighbour.name);
  expect(await hello.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await holdings(ec2, hello.name)).toEqual(NOTHING);
  for (const id of foreign) expect(await stateOf(ec2, id)).toBe('running');
  expect(await holdings(ec2, neighbour.name)).toEqual(theirs);
  expect((await visit(`http://${theirs.addresses[0]}/`)).status).toBe(200);
});

test('row 4: then the cloud is not running, and stopping again is no failure', async () => {
  const nothing = { code: 0, stdout: 'Cloud is not running\n', stderr: '' };
  expect(await hello.pool('list')).toEqual(nothing);
  expect(await hello.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse((await hello.pool('list', '--json')).stdout)).toEqual({
    pool: hello.name,
    address: null,
    instances: [],
  });
});

test('row 17: a volume that its user keeps is named by stop, and stays', async () => {
  const [node] = (await neighbour.list()).instances;
  await keepVolume(ec2, node?.id ?? '');
  const said = await neighbour.pool('stop', '--yes');
  const [left, ...others] = await volumesOf(ec2, neighbour.name);
  expect([left?.state, others]).toEqual(['available', []]);
  expect(said).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      new RegExp(
        `^Left: volume ${left?.id} \\(8 GiB, [a-z]+-[a-z]+-\\d[a-z]\\) is attached to nothing: .*\\n$`,
      ),
    ),
  });
  expect(await holdings(ec2, neighbour.name)).toEqual(NOTHING);
  await removeVolume(ec2, left?.id ?? '');
  expect(await neighbour.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
});
