// "pool configure" and "instance reconfigure": what differs is brought, nothing else is touched, and visitors notice nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { load } from './ground/load.ts';
import { ownPool, told } from './ground/own.ts';
import { type Listing, visit } from './ground/party.ts';

const cloud = inject('cloud');
let own: Awaited<ReturnType<typeof ownPool>>;
let listing: Listing;

const NOTHING_DIFFERS = [0, 1, 2].map((index) => `node${index}: nothing differs`);
const all = (text: string) => [0, 1, 2].map((index) => `node${index}: ${text}`);

beforeAll(async () => {
  own = await ownPool(cloud, 'configure');
  expect(await own.pool('start')).toMatchObject({ code: 0, stderr: '' });
  listing = await own.list();
});
afterAll(() => own?.end());

const configure = async () => {
  const said = await own.pool('configure');
  expect(said).toMatchObject({ code: 0, stderr: '' });
  return told(said.stdout);
};

const sorted = async (command: string) => (await own.on('all', command)).split('\n').sort();

/** Changes whenever a process is started, reloaded or told of a change, and whenever a file or folder of ours is touched. */
const TRACES = [
  'for unit in poolparty-app haproxy heartbeat poolparty-maintain poolparty-firewall; do',
  'systemctl show -p Id,MainPID,NRestarts,InvocationID,StateChangeTimestampMonotonic $unit; done',
  'echo "show info" | socat - /run/haproxy/admin.sock | grep ^Pid:',
  'find /opt/poolparty /etc/poolparty /etc/haproxy /etc/ha.d /etc/hosts /etc/systemd/system ! -name known_hosts' +
    ' -printf "%p %T@ %C@ %i %m %u\\n"',
].join('\n');

test('row 51: right after a start nothing differs, and nothing is touched: no file, no process, not even maintain', async () => {
  const before = await sorted(TRACES);
  expect(before.length).toBeGreaterThan(100);
  expect(before.join('\n')).toMatch(/node0: Id=poolparty-maintain.service/);
  for (const again of [1, 2]) {
    const said = await own.pool('configure');
    expect({ again, ...said, stdout: said.stdout.split('\n') }).toEqual({
      again,
      code: 0,
      stdout: [...NOTHING_DIFFERS, ''],
      stderr: '',
    });
  }
  expect(await sorted(TRACES)).toEqual(before);
  expect(await own.on('0', 'systemctl is-active poolparty-maintain')).toBe('active');
});

test('row 44: the hosts file names every node by its private address, and the names lead there', async () => {
  for (const { index, private_ip: ip } of listing.instances)
    expect(await sorted(`getent ahostsv4 node${index} | head -n 1 | cut -d ' ' -f 1`)).toEqual(all(`${ip}`));
});

test('what somebody has changed on a node by hand is put right, by mode and owner, too', async () => {
  const reloads = () => own.on('2', 'echo "show info" | socat - /run/haproxy/admin.sock | grep ^Pid:');
  const before = await reloads();
  await own.on('2', 'echo 192.0.2.1 node0 >>/etc/hosts; echo "-- mine" >>/etc/haproxy/poolparty.lua');
  await own.on('1', 'chmod 644 /opt/poolparty/settings.json; rm /etc/poolparty/app.env');
  expect(await configure()).toEqual([
    'node0: nothing differs',
    expect.stringMatching(/^node1: changed .*settings\.json.*app\.env/),
    'node2: changed /etc/hosts, /etc/haproxy/poolparty.lua',
  ]);
  expect(await own.on('1', 'stat -c %a /opt/poolparty/settings.json')).toBe('600');
  expect(await own.on('2', 'grep -c 192.0.2.1 /etc/hosts || :')).toBe('0');
  expect(await reloads()).not.toBe(before);
  expect(await configure()).toEqual(NOTHING_DIFFERS);
});

test('row 11: instance reconfigure does its node and no other', async () => {
  // The maintain service would put both right.
  await own.on('0', 'touch /run/poolparty/maintain.off; systemctl stop poolparty-maintain');
  for (const index of ['1', '2']) await own.on(index, 'echo 192.0.2.1 mine >>/etc/hosts');
  const said = await own.instance('reconfigure', 'i=1');
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(told(said.stdout)).toEqual(['node1: changed /etc/hosts']);
  expect(await sorted('grep -c 192.0.2.1 /etc/hosts || :')).toEqual(['node0: 0', 'node1: 0', 'node2: 1']);
  expect(await configure()).toEqual([...NOTHING_DIFFERS.slice(0, 2), 'node2: changed /etc/hosts']);
  await own.on('0', 'rm /run/poolparty/maintain.off');
});

test("row 50: a user's template wins; row 49: what is no placeholder in it is left alone", async () => {
  const builtIn = await readFile(join(cloud.pack, 'templates', 'haproxy.cfg'), 'utf8');
  await own.template(
    'haproxy.cfg',
    `${builtIn}\nlisten mine\n    bind *:8080\n    http-request return status 204\n`,
  );
  const hosts = await readFile(join(cloud.pack, 'templates', 'hosts'), 'utf8');
  await own.template('hosts', `${hosts}192.0.2.7 printer\n`);
  for (const line of await configure()) expect(line).toMatch(/changed .*hosts.*haproxy\.cfg/);
  expect(await sorted('getent hosts printer | cut -d " " -f 1')).toEqual(all('192.0.2.7'));
  const status = "curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:8080/";
  expect(await sorted(status)).toEqual(all('204'));
  expect(await configure()).toEqual(NOTHING_DIFFERS);
});

test('row 49: a template with an unknown placeholder: code 2, and nothing is touched', async () => {
  await own.template('poolparty-watch.timer', '[Timer]\nOnActiveSec={{polling}}\n');
  const before = await sorted(TRACES);
  const { code, stdout, stderr } = await own.pool('configure');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^pool: .*poolparty-watch\.timer.*polling.*\n$/);
  expect(await sorted(TRACES)).toEqual(before);
  for (const name of ['poolparty-watch.timer', 'haproxy.cfg', 'hosts']) await own.template(name, undefined);
  for (const line of await configure()) expect(line).toMatch(/changed .*hosts.*haproxy\.cfg/);
});

const UP = `awk -F, '$1 == "app" && $2 != "BACKEND" && $18 ~ /^UP/ { up++ } END { print up + 0 }'`;
const COUNT = `while :; do echo 'show stat' | socat - /run/haproxy/admin.sock | ${UP} >>/var/tmp/up; sleep 0.05; done`;

test('row 52: a changed environment goes round, one node at a time out of rotation, and no request fails', async () => {
  await own.on('0', `systemd-run -q --unit count sh -c "${COUNT.replace(/[\\$"]/g, '\\$&')}"`);
  await own.change({ app: { env: { WORD: 'second' } } });
  const visitors = load(`http://${listing.address}/`);
  const lines = await configure();
  const { answers, failures } = await visitors.end();
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(100);
  for (const line of lines) expect(line).toMatch(/changed .*app\.env/);
  expect(await sorted('curl -s http://127.0.0.1:8001/; echo')).toEqual(all('second'));
  await own.on('0', 'systemctl stop count');
  const counts = (await own.on('0', 'uniq /var/tmp/up')).split('\n').map(Number);
  expect(Math.min(...counts)).toBe(2);
  expect(counts.filter((up) => up === 2)).toHaveLength(3);
  expect(counts.at(-1)).toBe(3);
  expect((await own.list()).instances.map(({ id }) => id)).toEqual(listing.instances.map(({ id }) => id));
});

test('a broken app: the first node that comes back ill is named, the others serve what they served', async () => {
  await own.change({ app: { command: 'echo I give up; exit 1', env: { WORD: 'third' } } });
  const visitors = load(`http://${listing.address}/`);
  const { code, stdout, stderr } = await own.pool('configure');
  const { answers, failures } = await visitors.end();
  expect(code).toBe(1);
  expect(told(stdout).length).toBeLessThanOrEqual(2);
  const [first, second] = stderr.split('\n');
  expect(first).toBe('pool: 1 of 3 nodes could not be configured; mend it, then run it again');
  expect(second).toMatch(/^node2 \(i-\w+\): the app's command ends by itself, /);
  expect(stderr).toContain('  | I give up');
  for (const index of [0, 1])
    expect(stderr).toMatch(
      new RegExp(`^node${index} \\(i-\\w+\\) serves what it served before: it was held back`, 'm'),
    );
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(100);
  expect((await visit(`http://${listing.address}/`)).body).toBe('second');
  await own.change({ app: { env: { WORD: 'second' } } });
  // In their HAProxy node2 was left out for a while.
  for (const line of (await configure()).slice(0, 2))
    expect(line).toMatch(/: (nothing differs|changed \/etc\/haproxy\/haproxy\.cfg)$/);
  expect(await sorted('curl -s http://127.0.0.1:8001/; echo')).toEqual(all('second'));
});
