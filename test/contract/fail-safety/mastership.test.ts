// The master's role on real machines: claims by the nodes' own credentials, deaths, races, and the watch.
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STOPPING_TAG } from '../../../src/pool/pool.ts';
import { makeNodes, type Nodes, whoAnswers } from './ground.ts';

let nodes: Nodes;
let [zero, one, two, three] = ['', '', '', ''];

beforeAll(async () => {
  nodes = await makeNodes(4);
  [zero = '', one = '', two = '', three = ''] = nodes.ids;
}, 120_000);
afterAll(() => nodes?.end());

const CLAIM = 'systemctl start poolparty-claim';
const TAKE_OVER = 'systemctl start poolparty-take-over';
const isActive = (id: string, unit = 'poolparty-maintain') =>
  nodes.on(id, `systemctl is-active ${unit} || :`);
/** How often in a row the watch of a node found the address silent. */
const missesOf = (id: string) => nodes.on(id, 'cat /run/poolparty/watch.misses 2>/dev/null || echo none');
const lastLine = async (id: string, unit?: string) =>
  (await nodes.journal(id, unit))
    .split('\n')
    .filter((line) => /^(hold|leave|wait|claim|unknown|look again): /.test(line))
    .at(-1);

test('row 35: a claim with the credentials of the role takes a free address, and maintain starts there', async () => {
  await nodes.on(zero, CLAIM);
  expect(await nodes.holder()).toBe(zero);
  expect(await whoAnswers(nodes.url)).toBe(zero);
  expect(await lastLine(zero)).toBe(`hold: ${nodes.ip} is here now`);
  await expect.poll(() => isActive(zero)).toBe('active');
  expect(await isActive(one)).toBe('inactive');
});

test('a second claim of the holder changes nothing', async () => {
  const before = await nodes.address();
  await nodes.on(zero, CLAIM);
  expect(await nodes.address()).toEqual(before);
  expect(await lastLine(zero)).toBe(`hold: ${nodes.ip} is here`);
});

test('row 72: a holder that answers, with 503 even, is not robbed', async () => {
  const before = await nodes.address();
  await nodes.on(one, CLAIM);
  expect(await nodes.address()).toEqual(before);
  expect(await lastLine(one)).toBe(`leave: ${zero} holds ${nodes.ip} and answers there`);
});

test('row 72: whoever sees that the pool is being stopped does nothing, by force neither', async () => {
  const before = await nodes.address();
  await nodes.cloud.tag([before.allocationId], { [STOPPING_TAG]: 'yes' });
  try {
    await nodes.on(one, TAKE_OVER);
    await nodes.on(zero, CLAIM);
    expect(await nodes.address()).toEqual({ ...before, stopping: true });
    expect(await lastLine(one, 'poolparty-take-over')).toBe('leave: the pool is being stopped');
  } finally {
    await nodes.cloud.untag([before.allocationId], [STOPPING_TAG]);
  }
});

test('row 72: of two that take over in the same moment one holds the address, and both know of whom', async () => {
  await Promise.all([one, two].map((id) => nodes.on(id, TAKE_OVER)));
  const holder = (await nodes.holder()) ?? '';
  const other = holder === one ? two : one;
  expect([one, two]).toContain(holder);
  await nodes.answersFrom(holder);
  expect(await lastLine(holder, 'poolparty-take-over')).toBe(`hold: ${nodes.ip} is here now`);
  // One that began a moment earlier held it until it was taken from it on purpose.
  const lines = [`leave: ${holder} took ${nodes.ip} meanwhile`, `hold: ${nodes.ip} is here now`];
  expect(lines).toContain(await lastLine(other, 'poolparty-take-over'));
});

test('row 72: of three that claim a free address in the same moment the lowest number gets it', async () => {
  await nodes.free();
  await Promise.all([zero, one, two].map((id) => nodes.on(id, CLAIM)));
  expect(await nodes.holder()).toBe(zero);
  // Who came when it was over sees that it answers; who waited for its turn sees that it is taken.
  const lines = [`took ${nodes.ip} meanwhile`, `holds ${nodes.ip} and answers there`];
  for (const id of [one, two])
    expect(lines.map((line) => `leave: ${zero} ${line}`)).toContain(await lastLine(id));
});

test('row 71: a holder that is frozen is silent: the standby takes its place, and it does not come back', async () => {
  await nodes.podman('pause', zero);
  try {
    await nodes.on(one, CLAIM);
    await nodes.answersFrom(one);
    expect(await nodes.holder()).toBe(one);
  } finally {
    await nodes.podman('unpause', zero);
  }
  await nodes.on(zero, CLAIM);
  expect(await lastLine(zero)).toBe(`leave: ${one} holds ${nodes.ip} and answers there`);
});

/** EC2 as the nodes reach it, but one action is heard and never answered, nor done. */
function deafTo(action: string, heard: () => void): Promise<{ server: Server; endpoint: string }> {
  const target = new URL(nodes.ground.endpoints.ec2);
  const pass = async (incoming: IncomingMessage) => {
    const body = await buffer(incoming);
    if (body.toString().includes(`Action=${action}&`)) return heard();
    return body;
  };
  const server = createServer(async (incoming, outgoing) => {
    const body = await pass(incoming);
    if (!body) return;
    const { method, url, headers } = incoming;
    const passed = request({ host: target.hostname, port: target.port, method, path: url, headers });
    passed.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.end(body);
  });
  return new Promise((resolve) =>
    server.listen(0, target.hostname, () =>
      resolve({ server, endpoint: `http://${target.hostname}:${(server.address() as AddressInfo).port}` }),
    ),
  );
}

test('row 71: a claimer that dies between its two calls leaves the address to the next', async () => {
  let hear: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const { server, endpoint } = await deafTo('AssociateAddress', hear);
  const put = (text: string) => nodes.on(two, `printf '${text}' >/etc/poolparty/cloud.env`);
  try {
    await put(nodes.cloudEnvironment(endpoint));
    await nodes.on(two, 'systemctl --no-block start poolparty-take-over');
    await heard;
    await nodes.on(two, 'systemctl kill --signal KILL poolparty-take-over');
    expect(await nodes.holder()).toBeUndefined();
  } finally {
    server.closeAllConnections();
    server.close();
    await put(nodes.cloudEnvironment());
  }
  await nodes.on(zero, CLAIM);
  expect(await nodes.holder()).toBe(zero);
});

test('EC2 that is not reached: the claim says so, ends with 1, and nothing has changed', async () => {
  await nodes.on(one, `printf '${nodes.cloudEnvironment('http://127.0.0.1:9')}' >/etc/poolparty/cloud.env`);
  try {
    expect(await nodes.on(one, `${CLAIM} 2>&1 || echo failed`)).toContain('failed');
    expect(await lastLine(one)).toBe(
      'unknown: it could not be found out who holds the address; the watch asks again',
    );
  } finally {
    await nodes.on(one, `printf '${nodes.cloudEnvironment()}' >/etc/poolparty/cloud.env`);
  }
  expect(await nodes.holder()).toBe(zero);
});

test('row 74: the watch keeps maintain running where the address is, unless it is off or another has the lock', async () => {
  const look = () => nodes.on(zero, 'systemctl start poolparty-watch');
  await expect.poll(() => isActive(zero)).toBe('active');
  await nodes.on(zero, 'systemctl stop poolparty-maintain; touch /run/poolparty/maintain.off');
  await look();
  expect(await isActive(zero)).toBe('inactive');
  await nodes.on(
    zero,
    'rm /run/poolparty/maintain.off; systemd-run --unit other flock /run/poolparty/maintain.lock sleep 60',
  );
  await expect
    .poll(() => nodes.on(zero, 'flock -n /run/poolparty/maintain.lock true || echo held'))
    .toBe('held');
  await look();
  expect(await isActive(zero)).toBe('inactive');
  await nodes.on(zero, 'systemctl stop other');
  await look();
  await expect.poll(() => isActive(zero)).toBe('active');
});

test('row 71: master and standby die together: those who are left claim by themselves within 30 s', async () => {
  await nodes.on(zero, TAKE_OVER);
  await Promise.all(nodes.ids.map((id) => nodes.on(id, 'systemctl start poolparty-watch.timer')));
  // A node that never saw the master alive takes the pool for one that is just starting.
  const seen = (id: string) => nodes.on(id, 'if [ -e /run/poolparty/watch.seen ]; then echo yes; fi');
  for (const id of [two, three]) await expect.poll(() => seen(id), { timeout: 10_000 }).toBe('yes');
  expect(await nodes.holder()).toBe(zero);
  await Promise.all([zero, one].map((id) => nodes.podman('kill', id)));
  const { id, took } = await nodes.answersFromOneOf([two, three]);
  expect(took).toBeLessThan(30_000);
  expect(await nodes.holder()).toBe(id);
  await expect.poll(() => isActive(id), { timeout: 10_000 }).toBe('active');
  // Whose watch looked first may come first. The other's sees in time, or its claim does, that it is too late.
  const other = id === two ? three : two;
  await expect.poll(() => missesOf(other), { timeout: 15_000 }).toBe('none');
  await expect.poll(() => isActive(other, 'poolparty-claim'), { timeout: 15_000 }).toBe('inactive');
  expect(await nodes.holder()).toBe(id);
  expect(await isActive(other)).toBe('inactive');
}, 60_000);
