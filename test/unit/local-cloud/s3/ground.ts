// The local S3 over HTTP in a folder of its own, with a client of it; both end with the test file.
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { createS3 } from '../../../../src/local-cloud/s3/server.ts';
import { fakeCloud } from '../cloud.fixture.ts';
import { type Hostile, sendHostile } from './hostile.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const who = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

export interface Ground {
  /** Around the store's folder: nothing in it is S3's. */
  readonly outside: string;
  readonly folder: string;
  readonly endpoint: string;
  readonly s3: S3Client;
  /** What the daemon's log would have. */
  readonly logged: string[];
  /** Ends the server and starts another one over the same folder. */
  restart(): Promise<void>;
  /** Code and status of a refusal; undefined where there was none. */
  refusal(work: Promise<unknown>): Promise<readonly [number | undefined, string] | undefined>;
  /** Sends a request as it stands, signed with the right key; gives its status. */
  raw(wish: Partial<Hostile>): Promise<number | undefined>;
  put(key: string, body?: string, more?: object): ReturnType<typeof putIn>;
}

const putIn = (s3: S3Client, Key: string, Body: string, more: object) =>
  s3.send(new PutObjectCommand({ Bucket: 'ours', Key, Body, ...more }));

async function refusalOf(work: Promise<unknown>): Promise<readonly [number | undefined, string] | undefined> {
  return work.then(
    () => undefined,
    (error: { name: string; $metadata?: { httpStatusCode?: number } }) =>
      [error.$metadata?.httpStatusCode, error.name] as const,
  );
}

const clientOf = (endpoint: string): S3Client =>
  new S3Client({ endpoint, region: 'us-east-1', credentials: who, forcePathStyle: true, maxAttempts: 1 });

/** Made before the file's tests, with the bucket `ours`. */
export function s3Ground(): Ground {
  const logged: string[] = [];
  const ground = { logged, refusal: refusalOf } as { -readonly [name in keyof Ground]: Ground[name] };
  let server: Server;
  const serve = async (port: number): Promise<void> => {
    const { cloud } = fakeCloud();
    const log = (line: string): void => void logged.push(line);
    server = createS3({ ...cloud, log }, ground.folder).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const end = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  beforeAll(async () => {
    ground.outside = await mkdtemp(path.join(tmpdir(), 'poolparty-s3-'));
    ground.folder = path.join(ground.outside, 'home', 's3');
    await mkdir(ground.folder, { recursive: true });
    await serve(0);
    const { port } = server.address() as AddressInfo;
    ground.endpoint = `http://127.0.0.1:${port}`;
    ground.s3 = clientOf(ground.endpoint);
    ground.put = (key, body = 'content', more = {}) => putIn(ground.s3, key, body, more);
    ground.restart = async () => {
      await end();
      await serve(port);
      // The former client keeps connections that have ended.
      ground.s3.destroy();
      ground.s3 = clientOf(ground.endpoint);
    };
    const plain = {
      kind: 'raw',
      method: 'GET',
      headers: {},
      body: Buffer.alloc(0),
      signed: 'right',
      target: '/',
    } as const;
    ground.raw = (wish) => sendHostile(ground.endpoint, { ...plain, ...wish }, who);
    await ground.s3.send(new CreateBucketCommand({ Bucket: 'ours' }));
  });
  afterAll(async () => {
    await end();
    await rm(ground.outside, { recursive: true, force: true });
  });
  return ground;
}
