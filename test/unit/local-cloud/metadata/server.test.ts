// The metadata service tells each machine about itself alone: it goes by the address that asks, and by tokens.
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetadata } from '../../../../src/local-cloud/metadata/server.ts';
import type { Instance } from '../../../../src/local-cloud/model/state.ts';
import { fakeCloud } from '../cloud.fixture.ts';

const ONE = '127.0.0.2';
const OTHER = '127.0.0.3';
const STRANGER = '127.0.0.4';
const { cloud } = fakeCloud();
let server: Server;

/** A machine whose address is one of the loopback's, so that a test can ask from it. */
const machine = (id: string, privateIp: string): Instance => ({
  id,
  reservationId: 'r-1',
  launchIndex: 0,
  region: 'us-east-1',
  zone: 'a',
  imageId: 'ami-1',
  type: 't3.small',
  privateIp,
  mac: `02:${id}`,
  groupIds: [],
  clientToken: '',
  state: 'running',
  health: 'ok',
  bootedOnce: true,
  launchTime: '2026-11-25T12:00:00.000Z',
  transitionTime: '2026-11-25T12:00:00.000Z',
  sourceDestCheck: true,
  events: [],
  profile: 'poolparty',
  userData: Buffer.from(`secret of ${id}`).toString('base64'),
  metadata: { tokens: 'required', endpoint: 'enabled', tags: 'enabled', hops: 1 },
  wantsPublicIp: false,
  terminateOnShutdown: false,
  protectedFromTermination: false,
  protectedFromStop: false,
  monitoring: false,
  tenancy: 'default',
});

beforeAll(async () => {
  cloud.state.instances['i-1'] = machine('i-1', ONE);
  cloud.state.instances['i-2'] = machine('i-2', OTHER);
  cloud.state.tags['i-1'] = { owner: 'of i-1' };
  server = createMetadata(cloud).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** From the machine with this address. */
async function ask(from: string, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = server.address() as AddressInfo;
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers,
    localAddress: from,
    agent: false,
  }).end();
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode as number, body: await text(answer) };
}

const tokenOf = async (from: string): Promise<string> =>
  (await ask(from, '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }, 'PUT')).body;
const withToken = (token: string) => ({ 'x-aws-ec2-metadata-token': token });

test('each machine finds its own id, user-data and role', async () => {
  for (const [from, id] of [
    [ONE, 'i-1'],
    [OTHER, 'i-2'],
  ] as const) {
    const token = withToken(await tokenOf(from));
    expect((await ask(from, '/latest/meta-data/instance-id', token)).body).toBe(id);
    expect((await ask(from, '/latest/user-data', token)).body).toBe(`secret of ${id}`);
    const role = await ask(from, '/latest/meta-data/iam/security-credentials/poolparty', token);
    expect(JSON.parse(role.body)).toHaveProperty('SecretAccessKey');
  }
});

test("a machine's token is worth nothing from another machine's address", async () => {
  const token = withToken(await tokenOf(ONE));
  for (const path of ['meta-data/instance-id', 'user-data', 'meta-data/iam/security-credentials/poolparty'])
    expect(await ask(OTHER, `/latest/${path}`, token)).toEqual({ status: 401, body: '' });
});

test('nothing without a token, for a changed one, or for one that was asked for through a proxy', async () => {
  const token = await tokenOf(ONE);
  const changed = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  for (const headers of [{}, withToken(''), withToken(changed), withToken(`9${token}`)])
    expect((await ask(ONE, '/latest/user-data', headers)).status).toBe(401);
  const forwarded = { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': ONE };
  expect(await ask(OTHER, '/latest/api/token', forwarded, 'PUT')).toEqual({ status: 403, body: '' });
});

test('nobody who is no machine of this cloud is told anything, whatever name they give', async () => {
  const token = withToken(await tokenOf(ONE));
  for (const headers of [{}, token, { ...token, 'x-forwarded-for': ONE, host: ONE }])
    for (const path of ['/', '/latest/meta-data/', '/latest/user-data'])
      expect(await ask(STRANGER, path, headers)).toEqual({ status: 403, body: '' });
  expect((await ask(STRANGER, '/latest/api/token', {}, 'PUT')).status).toBe(403);
});

test('a machine that has ended is told nothing any more', async () => {
  const token = withToken(await tokenOf(OTHER));
  const other = cloud.state.instances['i-2']!;
  other.state = 'terminated';
  expect((await ask(OTHER, '/latest/user-data', token)).status).toBe(403);
  other.state = 'running';
});

test.for(['1e3', '0x10', '60 ', ' 60', '+60', '60.0', '-1', '0', '21601', '', 'sixty', '６０'])(
  'foreign 10: a lifetime of %j is refused, since it is no whole number of seconds',
  async (ttl) => {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': Buffer.from(ttl).toString('latin1') };
    // HTTP takes spaces around a value away.
    const status = ttl.trim() === '60' ? 200 : 400;
    expect((await ask(ONE, '/latest/api/token', headers, 'PUT')).status).toBe(status);
  },
);

test('foreign 10: the root lists the dated versions, which all hold the same, and no other is there', async () => {
  const token = withToken(await tokenOf(ONE));
  const versions = (await ask(ONE, '/', token)).body.split('\n');
  expect(versions).toEqual(expect.arrayContaining(['1.0', '2009-04-04', '2021-07-15', 'latest']));
  for (const version of [versions[0], versions[1], 'latest'])
    expect((await ask(ONE, `/${version}/meta-data/instance-id`, token)).body).toBe('i-1');
  for (const other of ['2000-01-01', 'constructor', '__proto__', '..', '%2e%2e'])
    expect((await ask(ONE, `/${other}/meta-data/instance-id`, token)).status).toBe(404);
});

test('foreign 4: an error of ours is one answer, and not the end of the service', async () => {
  const token = withToken(await tokenOf(ONE));
  const { plan } = cloud;
  Object.assign(cloud, { plan: undefined });
  expect((await ask(ONE, '/latest/meta-data/mac', token)).status).toBe(500);
  Object.assign(cloud, { plan });
  expect((await ask(ONE, '/latest/meta-data/instance-id', token)).body).toBe('i-1');
});
