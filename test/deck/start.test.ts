// "pool start": from nothing to a served pool of three, as the deck tells it; and again, which changes nothing.
import { DescribeAddressesCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ec2Of } from './ground/cloud.ts';
import type { Said } from './ground/command.ts';
import { type Listing, party, visit } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const hello = party(cloud, 'start', { POOL_MINIMUM_INSTANCES: '3' });
let started: Said;
let listing: Listing;

beforeAll(async () => {
  expect(await hello.pool('list')).toEqual({ code: 0, stdout: 'Cloud is not running\n', stderr: '' });
  started = await hello.pool('start');
  listing = await hello.list();
});
afterAll(async () => {
  ec2.destroy();
  await hello.end();
});

const ids = () => listing.instances.map(({ id }) => id);

test('row 2: pool start tells its story in the order of the deck', () => {
  expect(started).toMatchObject({ code: 0, stderr: '' });
  const lines = started.stdout.trimEnd().split('\n');
  expect(lines.slice(0, 5)).toEqual([
    '-- Starting cloud',
    '-- Launching minimum_instances',
    '-- Waiting for master to boot up',
    '-- Give some time for the instance ssh to start up',
    '-- Configuring master',
  ]);
  for (const line of lines) expect(line).toMatch(/^-- /);
  const last = `^-- Cloud is running: 3 nodes serve at http://${listing.address}/ after [\\d.]+ s$`;
  expect(lines.at(-1)).toMatch(new RegExp(last));
});

test('pool list --json fills every field of a served pool', () => {
  const ip = expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/);
  const node = (index: number, role: string) => ({
    index,
    name: `node${index}`,
    role,
    id: expect.stringMatching(/^i-[0-9a-f]{17}$/),
    state: 'running',
    public_dns: expect.stringMatching(/^ec2-[\d-]+\./),
    public_ip: ip,
    private_ip: ip,
    launch_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    type: 't3.small',
    load: expect.any(Number),
    in_rotation: true,
    config_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const instances = [node(0, 'master'), node(1, 'standby'), node(2, 'member')];
  expect(listing).toEqual({ pool: hello.name, address: ip, instances });
  expect(new Set(ids()).size).toBe(3);
});

test('the piped list is the form of the slide', async () => {
  const { stdout } = await hello.pool('list');
  const lines = listing.instances.map(
    (node) => `${node.index}: INSTANCE: ${node.name} - ${node.public_dns} - ${node.id} - ${node.launch_time}`,
  );
  expect(stdout).toBe(['-- CLOUD (3)--', ...lines, ''].join('\n'));
  expect((await hello.pool('list', '--plain')).stdout).toBe(stdout);
});

test('row 15: on a terminal the list is a table, and --json has no colour even there', async () => {
  const onTerminal = (words: string) =>
    hello.onTerminal(`"$NODE" "$POOL" ${words}`).then(({ stdout }) => stdout);
  const table = await onTerminal('list');
  for (const id of ids()) expect(table).toContain(id);
  expect(table).toContain('\u001b[');
  expect(JSON.parse(await onTerminal('list --json'))).toMatchObject({ pool: hello.name });
});

test('row 35: the address is on the master, and its page is served by more than one node', async () => {
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ PublicIps: [listing.address ?? ''] }));
  expect(Addresses?.[0]?.InstanceId).toBe(ids()[0]);
  const served = new Set<string>();
  for (let again = 0; again < 12; again += 1) {
    const { status, body } = await visit(`http://${listing.address}/`);
    expect(status).toBe(200);
    served.add(/^Hello from (node\d) \((i-[0-9a-f]+)/.exec(body)?.slice(1).join(' ') ?? body);
  }
  expect(served.size).toBeGreaterThan(1);
  const nodes = listing.instances.map(({ name, id }) => `${name} ${id}`);
  for (const node of served) expect(nodes).toContain(node);
});

test('row 38: every instance was tagged by its launch, and lies in another zone', async () => {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: ids() }));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  for (const { Tags } of instances) expect(Tags).toContainEqual({ Key: 'poolparty:pool', Value: hello.name });
  const zones = new Set(instances.map(({ Placement }) => Placement?.AvailabilityZone)).size;
  // Where zones are without capacity by chance, two nodes may share one.
  if (cloud.seed === undefined) expect(zones).toBe(3);
  else expect(zones).toBeGreaterThan(1);
});

test('the group lets visitors in at the public port and keeps them from the app', async () => {
  for (const { public_ip: ip } of listing.instances) {
    expect((await visit(`http://${ip}/`)).status).toBe(200);
    await expect(visit(`http://${ip}:8001/`, 700)).rejects.toThrow();
  }
  expect(await hello.on('1', 'curl -s -o /dev/null -w "%{http_code}" http://node0:8001/health')).toBe('200');
});

test('config_hash is the hash of what stands on the node', async () => {
  const [node] = listing.instances;
  expect(await hello.on('0', 'sha256sum </opt/poolparty/manifest.json')).toBe(`${node?.config_hash}  -`);
  const hosts = '/etc/hosts';
  const entry = await hello.on('0', `grep -F '"${hosts}"' /opt/poolparty/manifest.json`);
  const [hash] = (await hello.on('0', `sha256sum ${hosts}`)).split(' ');
  expect(entry).toContain(hash);
});

test('rows 30, 51: pool start again launches, writes and restarts nothing', async () => {
  const look = () =>
    hello.on(
      'all',
      'systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic poolparty-app haproxy poolparty-firewall; ' +
        'stat -c "%n %Y" /etc/haproxy/haproxy.cfg /etc/hosts /opt/poolparty/manifest.json /opt/poolparty/current',
    );
  const sorted = (text: string) => text.split('\n').sort();
  const before = sorted(await look());
  expect(await hello.pool('start')).toMatchObject({ code: 0, stderr: '' });
  expect(sorted(await look())).toEqual(before);
  const now = await hello.list();
  const steady = ({ instances }: Listing) => instances.map(({ load, ...rest }) => rest);
  expect(steady(now)).toEqual(steady(listing));
});
