// Thousands of hostile requests to the local S3: nothing outside its store, nobody let in, and it goes on answering.
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createS3 } from '../../../../src/local-cloud/s3/server.ts';
import { fakeCloud } from '../cloud.fixture.ts';
import { type Hostile, hostileRequests, sendHostile } from './hostile.ts';

const COUNT = Number(process.env['HOSTILE_REQUESTS'] ?? 3_000);
const AT_ONCE = 20;
const who = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

let folder: string;
let server: Server;
let endpoint: string;
let s3: S3Client;
const logged: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'poolparty-s3-hostile-'));
  for (const place of ['canary', 'home/canary', 'home/state/canary']) {
    await mkdir(path.join(folder, place), { recursive: true });
    await writeFile(path.join(folder, place, 'text'), place);
  }
  const { cloud } = fakeCloud();
  const log = (line: string): void => void logged.push(line);
  server = createS3({ ...cloud, log }, path.join(folder, 'home/state/s3')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: who,
    forcePathStyle: true,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every file, with what is in it where it is not the store's. */
async function everything(): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const told = all.map(async (one) => {
    const file = path.join(one.parentPath, one.name);
    const name = path.relative(folder, file);
    return name.startsWith('home/state/s3/') || one.isDirectory()
      ? name
      : `${name}: ${await readFile(file, 'utf8')}`;
  });
  return (await Promise.all(told)).sort();
}

const STORE =
  /^home\/state\/s3\/v1(?:\/(?:gone|buckets(?:\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/(?:log\.jsonl(?:\.new)?|blobs(?:\/[0-9a-f-]{36})?))?)?))?$/;

async function honest(): Promise<number> {
  const start = performance.now();
  await s3.send(new PutObjectCommand({ Bucket: 'ours', Key: 'there', Body: 'still' }));
  return performance.now() - start;
}

test(`foreign 2, 3, 4: ${COUNT} hostile requests leave everything outside the store as it was, and the server well`, async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'ours' }));
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'ours', Key: 'key' }));
  const before = (await everything()).filter((name) => !name.startsWith('home/state/s3/'));
  const requests = hostileRequests(1, { bucket: 'ours', upload: UploadId });
  const wrong: { status: number | undefined; hostile: Hostile }[] = [];
  for (let sent = 0; sent < COUNT; sent += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, () => requests.next().value as Hostile);
    const answers = Promise.all(some.map((hostile) => sendHostile(endpoint, hostile, who)));
    // The server is asked amid them: nothing that they bring about may keep it from others.
    expect(await honest()).toBeLessThan(1_000);
    for (const [at, status] of (await answers).entries()) {
      const hostile = some[at] as Hostile;
      const isBroken = status !== undefined && status >= 500 && status !== 501;
      const isLetIn = hostile.signed !== 'right' && status !== undefined && status < 400;
      if (isBroken || isLetIn) wrong.push({ status, hostile });
    }
  }
  expect(wrong).toEqual([]);
  expect(logged).toEqual([]);
  const after = await everything();
  expect(after.filter((name) => !name.startsWith('home/state/s3/'))).toEqual(before);
  expect(after.filter((name) => name.startsWith('home/state/s3/') && !STORE.test(name))).toEqual([]);
  expect((await stat(path.join(folder, 'home/state/s3/v1'))).isDirectory()).toBe(true);
}, 300_000);
