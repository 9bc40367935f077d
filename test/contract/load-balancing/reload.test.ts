// What HAProxy does not take, and long silences: on real machines, whose HAProxy goes on with what it had.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Manner, parseRotation, rotation } from '../../../src/plans/rotate.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import type { Templates } from '../../../src/pool/templates.ts';
import { tar } from '../../../src/world/tar.ts';
import { builtIn } from '../../unit/built-in.ts';
import { ask, bootTwo, facts, good, machine, memberOf, processes, servers } from '../plans/ground.ts';

bootTwo();

interface Rotating extends Manner {
  readonly settings?: Partial<Settings>;
  readonly templates?: Partial<Templates>;
}

async function rotate(indexes: readonly number[], { settings, templates, ...manner }: Rotating = {}) {
  const all = { ...facts(0, good()).settings, ...settings };
  const texts = { ...builtIn, ...templates };
  const { script, parcels } = rotation(all, indexes.map(memberOf), texts, manner);
  return await machine(0).run(script, await tar(parcels));
}

const config = () => machine(0).read('sha256sum /etc/haproxy/haproxy.cfg');
const marks = () => machine(0).read('cat /opt/poolparty/pending/reload-haproxy 2>/dev/null || :');
const ids = () => [0, 1].map((index) => memberOf(index).id);
const idsNow = async () => (await servers()).map(({ id }) => id);
const proofs = () => ({ proofs: ids() });

async function wholeAgain(): Promise<void> {
  expect(await rotate([0, 1])).toMatchObject({ code: 0, stderr: '' });
  await expect
    .poll(async () => (await servers()).filter(({ checked, status }) => checked && status === 'UP').length)
    .toBe(2);
  expect(await marks()).toBe('');
}

/** The template with something else in this place. */
const cfg = (from: string, to: string) => ({
  templates: { 'haproxy.cfg': builtIn['haproxy.cfg'].replace(from, to) },
});

describe('F3: a reload after which HAProxy does not serve', () => {
  test.for([
    [
      'a port that is taken',
      { settings: { host_port: 8070 } },
      /port 8070 of haproxy\.cfg is taken .* by node;/,
    ],
    [
      'an address that is not there',
      cfg('bind *:{{host_port}}', 'bind 192.0.2.9:{{host_port}}'),
      /cannot bind socket.*Cannot assign requested address/,
    ],
    [
      'a health path that nobody answers',
      { settings: { app: good({ health: '/none' }) } },
      /does not find the servers well.*L7STS 404/,
    ],
    [
      'no socket',
      { templates: { 'haproxy.cfg': builtIn['haproxy.cfg'].replace(/^ {4}stats socket.*$/m, '') } },
      /does not answer at .*admin\.sock/,
    ],
    [
      'no backend',
      { templates: { 'haproxy.cfg': builtIn['haproxy.cfg'].replaceAll('backend app', 'backend web') } },
      /has no backend app/,
    ],
    [
      'visitors who are sent nowhere',
      { templates: { 'haproxy.cfg': builtIn['haproxy.cfg'].replace('    default_backend app\n', '') } },
      /visitors get no page: .* answers 503/,
    ],
    [
      'visitors who come from the node itself alone',
      cfg('bind *:{{host_port}}', 'bind 127.0.0.1:{{host_port}}'),
      /visitors get no page: .* answers nothing/,
    ],
    [
      'visitors whose connection is closed',
      cfg('    default_backend app\n', '    http-request reject\n    default_backend app\n'),
      /visitors get no page: .* answers nothing/,
    ],
    [
      'visitors who wait without end',
      cfg(
        '    default_backend app\n',
        '    timeout tarpit 60s\n    http-request tarpit\n    default_backend app\n',
      ),
      /visitors get no page: .* answers nothing/,
    ],
  ] as const)(
    '%s: told in its words, the former file is back, the mark stays, and visitors are served',
    async ([, change, words]) => {
      await wholeAgain();
      const before = await config();
      await machine(0).run(
        'systemd-run -q --unit taken node -e "require(\'net\').createServer().listen(8070)"; sleep 0.3',
      );
      const { code, stderr } = await rotate([0, 1], { ...change, ...proofs() });
      await machine(0).run('systemctl stop taken');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(words) });
      expect(stderr).toContain('it goes on with the former configuration');
      expect(await config()).toBe(before);
      expect(await marks()).toBe('due');
      await expect.poll(() => ask('/').catch(() => 0)).toBe(200);
      await wholeAgain();
    },
  );
});

/** Whether each of those who came meanwhile, every 50 ms, got a connection. */
async function visitorsDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const refused: string[] = [];
  let goesOn = true;
  const come = async () => {
    while (goesOn) {
      const visitor = connect(80, machine(0).ip);
      await once(visitor, 'connect').catch((error: Error) => refused.push(error.message));
      visitor.destroy();
      await setTimeout(50);
    }
  };
  const coming = come();
  await work();
  goesOn = false;
  await coming;
  return refused;
}

test('F3: while HAProxy finds out that a port is taken, no visitor is refused', async () => {
  await wholeAgain();
  await machine(0).run(
    'systemd-run -q --unit taken node -e "require(\'net\').createServer().listen(8070)"; sleep 0.3',
  );
  let said: Awaited<ReturnType<typeof rotate>> | undefined;
  const refused = await visitorsDuring(async () => {
    said = await rotate([0, 1], { settings: { host_port: 8070 }, ...proofs() });
  });
  await machine(0).run('systemctl stop taken');
  expect(refused).toEqual([]);
  expect(said?.stderr).toMatch(/port 8070 .* is taken .*node/);
  await wholeAgain();
});

test('F3: visitors who come through a balancer that speaks PROXY are visitors, too', async () => {
  await wholeAgain();
  const change = cfg('bind *:{{host_port}}', 'bind *:{{host_port}} accept-proxy');
  expect(await rotate([0, 1], { ...change, ...proofs() })).toMatchObject({ code: 0, stderr: '' });
  const asks = "curl -s -o /dev/null -w '%{http_code}' --haproxy-protocol http://127.0.0.1/";
  expect(await machine(0).read(asks)).toBe('200');
  await wholeAgain();
});

test('F19: a server that the socket refuses removes nobody: a reload brings it, and the others stay till then', async () => {
  await wholeAgain();
  expect((await rotate([0])).code).toBe(0);
  const before = await processes();
  // As a HAProxy that may not change its servers, which a user's own template can make of it.
  const refusing = `${builtIn['haproxy.sh']}\nadd_server() { echo "$1: no" >>"$stage/refused"; return 1; }\n`;
  const { code, stdout } = await rotate([1], { templates: { 'haproxy.sh': refusing } });
  expect({ code, ids: parseRotation(stdout).servers.map(({ id }) => id) }).toEqual({
    code: 0,
    ids: [ids()[1]],
  });
  expect(await processes()).not.toBe(before);
});

test('F2: while members change all else of haproxy.cfg stays, and who stays keeps the port of its app', async () => {
  await wholeAgain();
  const text = () => machine(0).read('cat /etc/haproxy/haproxy.cfg');
  const before = await text();
  const pid = await processes();
  const other = {
    settings: { host_port: 8071, client_port: 8002, app: good({ health: '/none' }) },
    keeps: true,
  };
  const { code, stdout } = await rotate([0], other);
  expect(code).toBe(0);
  const lines = before.split('\n').filter((line) => !line.includes(`server ${ids()[1]} `));
  expect(await text()).toBe(lines.join('\n'));
  expect(parseRotation(stdout).entry).toBe(
    await machine(0).read(
      "stat -c '%04a %U' /etc/haproxy/haproxy.cfg | tr '\\n' ' '; sha256sum </etc/haproxy/haproxy.cfg | cut -d ' ' -f 1",
    ),
  );
  expect((await rotate([0, 1], { ...other, settings: { ...other.settings, client_port: 8001 } })).code).toBe(
    0,
  );
  expect(await text()).toBe(before);
  expect([await idsNow(), await processes()]).toEqual([ids(), pid]);
});

test('a request that takes longer than drain_limit is cut off then, and not before', async () => {
  await wholeAgain();
  const one = ids()[0] ?? '';
  // What changes nothing would be sent to another node when it is cut off.
  const post = () =>
    fetch(`http://${machine(0).ip}/sleep?ms=9000`, { method: 'POST' }).then(({ status }) => status);
  const ends = Promise.all(Array.from({ length: 6 }, () => post().catch(() => 0)));
  await expect.poll(async () => (await servers()).find(({ id }) => id === one)?.sessions).toBeGreaterThan(0);
  const began = performance.now();
  expect((await rotate([1], { settings: { drain_limit: 3_000 } })).code).toBe(0);
  const took = performance.now() - began;
  expect(took).toBeGreaterThan(2_000);
  expect(took).toBeLessThan(8_000);
  expect(new Set(await ends)).toContain(200);
  expect((await ends).some((status) => status !== 200)).toBe(true);
});

/** A connection that was upgraded by the app at the other end of HAProxy. */
async function upgraded(): Promise<Socket> {
  const socket = connect(80, machine(0).ip);
  socket.write('GET /echo HTTP/1.1\r\nHost: pool\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  const answer = await new Promise<string>((resolve, reject) => {
    socket.once('data', (data) => resolve(data.toString())).once('error', reject);
  });
  expect(answer).toContain('101 Switching Protocols');
  return socket;
}

test('F10: a connection that was upgraded may be silent for longer than a request', async () => {
  const echo =
    "require('http').createServer((q, a) => a.end()).on('upgrade', (q, s) => { s.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n'); s.on('data', (d) => s.write(d)).on('error', () => undefined) }).listen(8055, '0.0.0.0')";
  await machine(1).read(`systemd-run -q --unit echo node -e "${echo}"; sleep 0.5`);
  const text = builtIn['haproxy.cfg']
    .replace('timeout client 30s', 'timeout client 1s')
    .replace('timeout server 65s', 'timeout server 2s');
  const backend = `\nbackend echo\n    server echo ${machine(1).ip}:8055\n`;
  const withEcho = text.replace(
    '    default_backend app\n',
    '    use_backend echo if { path /echo }\n    default_backend app\n',
  );
  expect((await rotate([0, 1], { templates: { 'haproxy.cfg': withEcho + backend } })).code).toBe(0);
  const socket = await upgraded();
  const silent = 3_000;
  await setTimeout(silent);
  const heard = new Promise<string>((resolve) =>
    socket.once('data', (data) => resolve(data.toString())).once('close', () => resolve('closed')),
  );
  socket.write('hello');
  expect(await heard).toBe('hello');
  socket.destroy();
  await machine(1).read('systemctl stop echo');
  await wholeAgain();
});
