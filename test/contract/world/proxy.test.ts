// Calls of EC2, S3 and STS through a proxy of this process: what it is asked for, and what is told where it fails.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { whoAmI } from '../../../src/world/doctor/identity.ts';
import { createProbes } from '../../../src/world/doctor/probes.ts';
import { createCloud } from '../../../src/world/ec2.ts';
import { ofEc2, ofSts } from '../true-answers.ts';

const settings = { ...defaultsIn('/party'), region: 'us-east-1' };
const servers: Server[] = [];
const sockets = new Set<Socket>();
/** What the proxy was asked for, and who the asker said that he is. */
let asked: string[];
let names: (string | undefined)[];
/** Where the proxy finds the names that nobody else knows. */
let port = 0;
let status = 0;

const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
  const action = new URLSearchParams(await text(incoming)).get('Action');
  response.setHeader('Date', new Date().toUTCString());
  const write = action === 'GetCallerIdentity' ? ofSts : ofEc2;
  response.end(action ? write(action) : '');
};

async function listen<T extends Server>(server: T): Promise<T> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function forward(incoming: IncomingMessage, response: ServerResponse): void {
  asked.push(`${incoming.method} ${incoming.url}`);
  names.push(incoming.headers['proxy-authorization']);
  if (status) return void response.writeHead(status).end('no');
  const { pathname } = new URL(incoming.url ?? '');
  const { method, headers } = incoming;
  const onward = request({ host: '127.0.0.1', port, method, path: pathname, headers }, (back) => {
    response.writeHead(back.statusCode ?? 0, back.headers);
    back.pipe(response);
  });
  incoming.pipe(onward);
}

function tunnel(incoming: IncomingMessage, socket: Socket): void {
  asked.push(`CONNECT ${incoming.url}`);
  if (status) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
  const onward = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => undefined);
}

beforeEach(async () => {
  [asked, names, status] = [[], [], 0];
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
  const proxy = await listen(createServer(forward));
  proxy.on('connect', tunnel);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, `http://127.0.0.1:${portOf(proxy)}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  port = portOf(await listen(createServer((incoming, response) => void answer(incoming, response))));
  for (const name of ['EC2', 'S3', 'STS']) vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, `http://${name}.test`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const cloud = (limits?: Parameters<typeof createCloud>[2]) => createCloud(settings, process.env, limits);

const HASTY = {
  limits: { maxAttempts: 1, connectionTimeout: 2_000, requestTimeout: 5_000, pace: 5_000, whole: 5_000 },
};

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );

test('EC2, S3, STS and the doctor’s question for the time go through HTTP_PROXY', async () => {
  await cloud().regions();
  await cloud().lookForBucket('bucket');
  await whoAmI(settings, process.env);
  const probes = createProbes(settings, process.env);
  expect(await probes.greet('http://ec2.test/')).toBeInstanceOf(Date);
  expect(asked.map((line) => line.toLowerCase())).toEqual([
    'post http://ec2.test/',
    'head http://s3.test/bucket/',
    'post http://sts.test/',
    'get http://ec2.test/',
  ]);
});

test('what NO_PROXY names goes straight there', async () => {
  vi.stubEnv('NO_PROXY', '.test');
  expect(await refusal(cloud(HASTY).regions())).toMatch(/does not answer/);
  expect(asked).toEqual([]);
});

test('what stands on this machine, as the local cloud does, is never looked for on the proxy’s', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', `http://127.0.0.1:${port}`);
  await cloud().regions();
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', `http://localhost:${port}`);
  await cloud().regions();
  expect(asked).toEqual([]);
});

test('a name and a password are given to the proxy, and not shown', async () => {
  const url = new URL(process.env['HTTP_PROXY'] ?? '');
  vi.stubEnv('HTTP_PROXY', `http://me:marker%21@${url.host}`);
  await cloud().regions();
  expect(names).toEqual([`Basic ${Buffer.from('me:marker!').toString('base64')}`]);
  status = 407;
  const told = await refusal(cloud(HASTY).regions());
  expect(told).toMatch(
    /^the proxy http:\/\/127\.0\.0\.1:\d+ wants a name and a password \(HTTP 407 to \w+\); put them into HTTPS_PROXY/,
  );
  expect(told).not.toContain('marker');
});

test('a proxy that is not there is told as such', async () => {
  vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
  expect(await refusal(cloud(HASTY).regions())).toBe(
    'EC2 at http://EC2.test, through the proxy http://127.0.0.1:9, does not answer (ECONNREFUSED); look at HTTPS_PROXY (or HTTP_PROXY) and NO_PROXY, then repeat the command',
  );
});

test('https goes through a tunnel, and a certificate that is not trusted is told with the mend', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'poolparty-tls-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=ec2.test'];
  await promisify(execFile)('openssl', [...self, '-keyout', key, '-out', cert]);
  const pair = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  const tls = createTls(pair, (incoming, response) => void answer(incoming, response));
  port = portOf(await listen(tls as unknown as Server));
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', 'https://ec2.test');
  expect(await refusal(cloud(HASTY).regions())).toMatch(
    /certificate that is not trusted here .*NODE_EXTRA_CA_CERTS/,
  );
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  await cloud().regions();
  expect(new Set(asked)).toEqual(new Set(['CONNECT ec2.test:443']));
});

test('a proxy of another kind, and an endpoint that is no URL, are refused before anything is sent', () => {
  vi.stubEnv('HTTP_PROXY', 'socks5://127.0.0.1:1080');
  expect(() => cloud()).toThrow(/^HTTP_PROXY is socks5:\/\//);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'localhost:9000');
  expect(() => cloud()).toThrow(/^AWS_ENDPOINT_URL_S3 is "localhost:9000".*http:\/\/localhost:9000/);
});
