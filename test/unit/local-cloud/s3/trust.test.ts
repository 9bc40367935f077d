// The local S3 believes signed requests alone: with the right key, of now, and with the body that was signed.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createS3 } from '../../../../src/local-cloud/s3/server.ts';
import { fakeCloud } from '../cloud.fixture.ts';
import { signedRequest } from '../signing.ts';

let directory: string;
let server: Server;
let endpoint: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'poolparty-s3-'));
  server = createS3(fakeCloud().cloud, join(directory, 's3')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await send({ method: 'PUT', path: '/ours' })).status).toBe(200);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

type Wish = Parameters<typeof signedRequest>[1];

async function send(wish: Wish, after: { body?: string; path?: string } = {}) {
  const signed = { ...(await signedRequest(endpoint, { service: 's3', ...wish })), ...after };
  const { method, headers, path } = signed;
  const body = method === 'GET' ? null : signed.body;
  const answer = await fetch(`${endpoint}${path}`, { method, headers, body });
  return { status: answer.status, text: await answer.text() };
}

const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const put = { method: 'PUT', path: '/ours/key', body: 'content' } as const;

test('what is signed with the key is kept and given', async () => {
  expect((await send(put)).status).toBe(200);
  expect(await send({ method: 'GET', path: '/ours/key' })).toEqual({ status: 200, text: 'content' });
});

test.for([
  ['a wrong secret', { secret: 'other' }, {}, 'SignatureDoesNotMatch'],
  ['an unknown key', { accessKeyId: 'AKIAOTHER' }, {}, 'InvalidAccessKeyId'],
  ['the date of an hour ago', { at: minutes(-60) }, {}, 'RequestTimeTooSkewed'],
  ['a region that is none', { region: 'xx-nowhere-9' }, {}, 'AuthorizationHeaderMalformed'],
  ['another service', { service: 'iam' }, {}, 'AuthorizationHeaderMalformed'],
  ['another key of the object', {}, { path: '/ours/other' }, 'SignatureDoesNotMatch'],
  ['a body that was changed', {}, { body: 'CONTENT' }, 'XAmzContentSHA256Mismatch'],
] as const)('refused with %s, and nothing is kept', async ([, change, after, code]) => {
  const path = `/ours/${code}`;
  const refused = await send({ ...put, path, ...change }, after);
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.text).toContain(`<Code>${code}</Code>`);
  expect((await send({ method: 'GET', path })).status).toBe(404);
});

test('refused without a signature', async () => {
  const answer = await fetch(`${endpoint}/ours/key`);
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
});
