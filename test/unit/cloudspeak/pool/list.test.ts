// pool list in its three forms.
import { expect, test } from 'vitest';
import { FakeOutside, speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { started } from './party.ts';

const mixed = (): FakeOutside => {
  const outside = new FakeOutside();
  const at = (second: number) => new Date(Date.parse('2008-05-31T00:47:37.000Z') + second * 1_000);
  const { id } = outside.ec2.has('party', { launchedAt: at(1) });
  outside.ec2.has('party', { launchedAt: at(0) });
  outside.ec2.has('party', { launchedAt: at(2), state: 'pending', readyAt: Number.POSITIVE_INFINITY });
  outside.ec2.has('party', { launchedAt: at(3), state: 'shutting-down' });
  outside.ec2.has('neighbour');
  outside.ec2.hasAddress('party', id);
  return outside;
};

test('row 4: with nothing running it is exactly the sentence of the slide', async () => {
  expect(await speak('pool list')).toMatchObject({ code: 0, stdout: 'Cloud is not running\n', stderr: '' });
});

test('row 5: nodes that boot or end stand without a number; the header counts pending and running', async () => {
  const { code, stdout } = await speak('pool list', mixed());
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "-- CLOUD (3)--
    0: INSTANCE: node0 - ec2-198-51-100-1.compute-1.amazonaws.com - i-00000001 - 2008-05-31T00:47:38.000Z
    1: INSTANCE: node1 - ec2-198-51-100-2.compute-1.amazonaws.com - i-00000002 - 2008-05-31T00:47:37.000Z
    (booting): INSTANCE: node2 - ec2-198-51-100-3.compute-1.amazonaws.com - i-00000003 - 2008-05-31T00:47:39.000Z
    (terminating): INSTANCE: node3 - ec2-198-51-100-4.compute-1.amazonaws.com - i-00000004 - 2008-05-31T00:47:40.000Z
    "
  `);
});

test('row 14: -q does not silence a result, and --plain is the same on a terminal', async () => {
  const plain = (await speak('pool list', mixed())).stdout;
  expect((await speak('pool list -q', mixed())).stdout).toBe(plain);
  const outside = mixed();
  outside.screen.isTerminal = true;
  expect((await speak('pool list --plain', outside)).stdout).toBe(plain);
});

test('row 15: --json is one document, alone on stdout, with null for what is not known', async () => {
  const outside = mixed();
  const { code, stdout, stderr } = await speak('pool list --json', outside);
  expect([code, stderr]).toEqual([0, '']);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ pool: 'party', address: '203.0.113.6' });
  expect(document.instances.map((one: { name: string }) => one.name)).toEqual([
    'node0',
    'node1',
    'node2',
    'node3',
  ]);
  expect(document.instances[0]).toEqual({
    index: 0,
    name: 'node0',
    role: 'master',
    id: 'i-00000001',
    state: 'running',
    public_dns: 'ec2-198-51-100-1.compute-1.amazonaws.com',
    public_ip: '203.0.113.6',
    private_ip: '10.0.0.1',
    launch_time: '2008-05-31T00:47:38.000Z',
    type: 't3.small',
    load: null,
    in_rotation: null,
    config_hash: null,
  });
});

test('what the nodes themselves know stands in the document and in the table', async () => {
  const { outside } = await started();
  const { instances } = JSON.parse((await speak('pool list --json', outside)).stdout);
  for (const one of instances)
    expect(one).toMatchObject({
      load: 0.1,
      in_rotation: true,
      config_hash: expect.stringMatching(/^\w{64}$/),
    });
  outside.screen.stdout = '';
  Object.assign(outside.screen, { isTerminal: true, json: false });
  const { stdout } = await speak('pool list', outside);
  expect(stdout).toMatch(/^party: 3 instances at 203\.0\.113\.\d+$/m);
  expect(
    stdout.match(/^node\d +(master|standby|member) +running +i-\w+ +[\d.]+ +0\.10 +yes *$/gm),
  ).toHaveLength(3);
});

test('row 46: a node that does not answer is silent, not idle', async () => {
  const { outside } = await started();
  const { answering } = outside.nodes;
  outside.nodes.answering = (node) => node.index !== 1 && answering(node);
  const { instances } = JSON.parse((await speak('pool list --json', outside)).stdout);
  expect(instances.map((one: { load: number | null }) => one.load)).toEqual([0.1, null, 0.1]);
});

test('one more word says why it cannot be shown', async () => {
  const outside = new FakeOutside();
  outside.ec2.nextError.set('look', refusal('DescribeInstances', 'ExpiredToken', 'The token has expired'));
  expect(await speak('pool list', outside)).toMatchObject({
    code: 1,
    stdout: '',
    stderr:
      'pool: EC2 refused DescribeInstances: ExpiredToken: The token has expired; log in again, then repeat the command\n',
  });
});
