// The local S3: whose a bucket is, how one is made, and objects that are whole for everyone at every moment.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createS3 } from '../../../../src/local-cloud/s3/server.ts';
import { fakeCloud } from '../cloud.fixture.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
let directory: string;
let server: Server;
let s3: S3Client;

const clientFor = (region: string): S3Client => {
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const endpoint = `http://127.0.0.1:${port}`;
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'poolparty-s3-'));
  server = createS3(fakeCloud().cloud, join(directory, 's3')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  s3 = clientFor('us-east-1');
  await s3.send(new CreateBucketCommand({ Bucket: 'ours' }));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: { name: string; $metadata: { httpStatusCode: number } }) => reason,
  );
  return error && [error.$metadata.httpStatusCode, error.name];
};

const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'ours', Key, Body }));
const get = async (Key: string, Range?: string): Promise<string> => {
  const got = await s3.send(new GetObjectCommand({ Bucket: 'ours', Key, ...(Range ? { Range } : {}) }));
  return (await got.Body?.transformToString()) ?? '';
};

describe('a bucket', () => {
  const head = (Bucket: string) => refusal(s3.send(new HeadBucketCommand({ Bucket })));
  const make = (client: S3Client, Bucket: string, LocationConstraint?: 'eu-west-1') =>
    refusal(
      client.send(
        new CreateBucketCommand({
          Bucket,
          ...(LocationConstraint ? { CreateBucketConfiguration: { LocationConstraint } } : {}),
        }),
      ),
    );

  test('is ours, absent, or of another account', async () => {
    expect(await head('ours')).toBeUndefined();
    expect(await head('nobodys')).toEqual([404, 'NotFound']);
    expect((await head('someone-elses-files'))?.[0]).toBe(403);
    const list = s3.send(new ListObjectsCommand({ Bucket: 'someone-elses-files' }));
    expect(await refusal(list)).toEqual([403, 'AccessDenied']);
  });

  test('that others have taken is not made', async () => {
    expect(await make(s3, 'someone-elses-files')).toEqual([409, 'BucketAlreadyExists']);
  });

  test('that is ours already is no mistake in the oldest region, and one in all others', async () => {
    const west = clientFor('eu-west-1');
    expect(await make(s3, 'ours')).toBeUndefined();
    expect(await make(west, 'ours', 'eu-west-1')).toEqual([409, 'BucketAlreadyOwnedByYou']);
  });

  test("outside the oldest region its place has to be named, by that region's own endpoint", async () => {
    const west = clientFor('eu-west-1');
    expect(await make(clientFor('eu-west-2'), 'west', 'eu-west-1')).toEqual([
      400,
      'IllegalLocationConstraintException',
    ]);
    expect(await make(west, 'west', 'eu-west-1')).toBeUndefined();
    expect(await make(s3, 'oldest', 'us-east-1' as 'eu-west-1')).toEqual([400, 'InvalidLocationConstraint']);
  });
});

describe('an object', () => {
  test('is read in parts, the very first byte included', async () => {
    await put('hello', 'hello world');
    expect([await get('hello', 'bytes=0-0'), await get('hello', 'bytes=0-4')]).toEqual(['h', 'hello']);
    expect(await get('hello', 'bytes=6-')).toBe('world');
  });

  test('is whole while it is written again and again', async () => {
    const texts = ['a', 'b'].map((letter) => letter.repeat(300_000));
    await put('whole', texts[0] ?? '');
    const seen = new Set<string>();
    const writes = (async () => {
      for (let round = 0; round < 20; round += 1) await put('whole', texts[round % 2] ?? '');
      return 'done';
    })();
    for (;;) {
      seen.add(await get('whole'));
      if (await Promise.race([writes, Promise.resolve('')])) break;
    }
    expect([...seen].filter((text) => !texts.includes(text))).toEqual([]);
  });

  test('has the checksum of what was copied over it', async () => {
    const { ETag } = await put('from', 'one');
    await put('to', 'other');
    const copy = {
      Bucket: 'ours',
      Key: 'to',
      CopySource: 'ours/from',
      MetadataDirective: 'REPLACE',
    } as const;
    await s3.send(new CopyObjectCommand(copy));
    const { Contents = [] } = await s3.send(new ListObjectsCommand({ Bucket: 'ours', Prefix: 'to' }));
    expect([await get('to'), Contents[0]?.ETag]).toEqual(['one', ETag]);
  });

  test('is put together from parts', async () => {
    const about = { Bucket: 'ours', Key: 'parts' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(about));
    const bodies = ['1'.repeat(5 * 1024 ** 2), '2'.repeat(200_000)];
    const Parts = await Promise.all(
      bodies.map(async (Body, at) => {
        const part = { ...about, UploadId, PartNumber: at + 1, Body };
        return { ETag: (await s3.send(new UploadPartCommand(part))).ETag, PartNumber: at + 1 };
      }),
    );
    await s3.send(new CompleteMultipartUploadCommand({ ...about, UploadId, MultipartUpload: { Parts } }));
    expect(await get('parts')).toBe(bodies.join(''));
  });
});
