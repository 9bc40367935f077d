// What a node's program finds on its machine: its files in a folder of their own, metadata from a server of the test.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NODE } from '../../../src/pool/node-paths.ts';
import { settingsText } from '../../../src/pool/node-settings.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { takeStreams } from '../../../src/process/own.ts';
import { roleCredentials } from '../../../src/world/node/credentials.ts';
import { createMetadata } from '../../../src/world/node/metadata.ts';
import { nodeWorld } from '../../../src/world/node/world.ts';
import { app } from '../../unit/built-in.ts';

const TOKEN = 'x-aws-ec2-metadata-token';
let root = '';
let server: Server;
let asked: string[] = [];
let tree: Record<string, string> = {};

const put = async (path: string, text: string) => {
  await mkdir(dirname(root + path), { recursive: true });
  await writeFile(root + path, text);
};
const metadata = () => createMetadata('127.0.0.1', (server.address() as AddressInfo).port);

beforeEach(async () => {
  root = await mkdtemp(`${tmpdir()}/poolparty-node-`);
  asked = [];
  tree = { 'instance-id': 'i-1' };
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'PUT') return response.end('the-token');
    const text = tree[request.url?.replace('/latest/meta-data/', '') ?? ''];
    response.statusCode = request.headers[TOKEN] !== 'the-token' ? 401 : text === undefined ? 404 : 200;
    return response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await put(NODE.settings, settingsText({ ...defaultsIn('/party'), name: 'party', region: 'us-east-1' }));
  await put(NODE.templates, JSON.stringify({ hosts: 'a text' }));
  await put(NODE.manifest, JSON.stringify({ release: 'abc123' }));
  await put(`${NODE.releases}/abc123.tar.gz`, 'archive');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true });
});

test('row 73: a node knows itself by metadata, and has what another node needs', async () => {
  // The process's own: a node keeps the SDK from everybody's home.
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '');
  const world = await nodeWorld(takeStreams(), root, metadata());
  expect(world.me).toBe('i-1');
  expect(world.settings).toMatchObject({ name: 'party', keypair_path: NODE.privateKey });
  expect(await world.files.template('hosts')).toBe('a text');
  const { release } = await world.files.release(app({ install: ['npm ci'] }), 'packed');
  expect(release).toEqual({ id: 'abc123', install: ['npm ci'] });
  const { size, chunks } = await world.files.archive(release);
  expect([size, await text(chunks())]).toEqual([7, 'archive']);
  await expect(world.files.template('haproxy.cfg')).rejects.toThrow(
    '/opt/poolparty/templates.json has no haproxy.cfg; bring this node up to date: pool configure',
  );
});

test('a machine that was never configured is told so', async () => {
  await rm(root + NODE.settings);
  await expect(nodeWorld(takeStreams(), root, metadata())).rejects.toThrow(
    /settings\.json cannot be read: ENOENT.*; configure this node: pool configure$/,
  );
});

test('keys come from the role, through version 2 of metadata and one token', async () => {
  tree['iam/security-credentials/'] = 'a-role';
  tree['iam/security-credentials/a-role'] = JSON.stringify({
    AccessKeyId: 'ASIA1',
    SecretAccessKey: 'secret',
    Token: 'token',
    Expiration: '2030-01-01T00:00:00Z',
  });
  const keys = await roleCredentials(metadata())();
  expect(keys).toEqual({
    accessKeyId: 'ASIA1',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date('2030-01-01T00:00:00Z'),
  });
  expect(asked.filter((line) => line.startsWith('PUT'))).toEqual(['PUT /latest/api/token']);
});

test('an instance without a role, and metadata that nobody serves, are said in one line', async () => {
  await expect(roleCredentials(metadata())()).rejects.toThrow(
    'this instance has no role, so it may not ask EC2; set instance_profile and restart the pool',
  );
  await expect(createMetadata('127.0.0.1', 9).instanceId()).rejects.toThrow(
    /^the metadata service does not answer: .*ECONNREFUSED/,
  );
});
