// Names of buckets and keys: none leads out of the store, and every key stays the key it is.
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { s3Ground } from './ground.ts';

const ground = s3Ground();
const UPWARDS = [
  '/..%2f..%2fcanary',
  '/%2e%2e',
  '/..',
  '/%2e%2e%2f%2e%2e%2fcanary',
  '/..%5c..%5ccanary',
  '/%2e',
];

beforeAll(async () => {
  await mkdir(path.join(ground.outside, 'canary', 'within'), { recursive: true });
  await writeFile(path.join(ground.outside, 'canary', 'text'), 'still here');
});

describe('foreign 2, 3: a bucket that leads out of the store', () => {
  test.for(
    UPWARDS.flatMap((target) => ['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => [method, target] as const)),
  )('%s %s is refused', async ([method, target]) => {
    expect(await ground.raw({ method, target })).toBe(400);
    expect(await ground.raw({ method, target: `${target}/evil`, body: Buffer.from('evil') })).toBe(400);
    const there = await readdir(ground.outside, { recursive: true });
    expect(there.filter((name) => name.startsWith('canary')).sort()).toEqual([
      'canary',
      'canary/text',
      'canary/within',
    ]);
    expect(there.filter((name) => name.includes('evil'))).toEqual([]);
  });

  test.for([
    '192.168.1.1',
    'OURS',
    'a',
    'a..b',
    '-ab',
    'ab-',
    'x'.repeat(64),
    '__proto__',
    'ours%2f..',
    'ours%00',
  ])('foreign 10: %s is no bucket', async (name) => {
    expect(await ground.raw({ method: 'PUT', target: `/${name}` })).toBe(400);
  });

  test('is no source of a copy either', async () => {
    for (const source of ['../../canary/text', '..%2f..%2fcanary/text', '/%2e%2e/canary/text', 'ours'])
      expect(
        await ground.raw({ method: 'PUT', target: '/ours/copy', headers: { 'x-amz-copy-source': source } }),
      ).toBe(400);
  });
});

const KEYS = [
  'a//b',
  '/leading',
  'trailing/',
  '//',
  '.',
  '..',
  '../up',
  'a/../b',
  'a/./b',
  '😀',
  '\u00e9',
  'e\u0301',
  'CON',
  'a?b#c&d=e',
  '%2e%2e',
  'log.jsonl',
  'blobs/x',
  '__proto__',
  'constructor',
  'tab\there',
  'new\nline',
  'cr\rhere',
  'plus+plus',
  ' ',
  'A',
  'a',
  'x'.repeat(1024),
  '字'.repeat(341),
  '<&>"\'',
];

describe('foreign 3, 10: a key', () => {
  test('is kept as it is, whatever it says, beside all others', async () => {
    for (const key of KEYS) await ground.put(key, `content of ${key}`);
    for (const Key of KEYS) {
      const got = await ground.s3.send(new GetObjectCommand({ Bucket: 'ours', Key }));
      expect(await got.Body?.transformToString()).toBe(`content of ${Key}`);
    }
    const byBytes = [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const EncodingType of ['url', undefined] as const) {
      const { Contents = [] } = await ground.s3.send(
        new ListObjectsV2Command({ Bucket: 'ours', EncodingType }),
      );
      const keys = Contents.map(({ Key = '' }) => (EncodingType ? decodeURIComponent(Key) : Key));
      // Which spaces a client's XML reader keeps is its own affair.
      if (EncodingType) expect(keys).toEqual(byBytes);
      else expect(keys).toHaveLength(byBytes.length);
    }
    const files = await readdir(path.join(ground.folder, 'v1/buckets/ours'), { recursive: true });
    expect(files.filter((name) => !/^(?:blobs|log\.jsonl|blobs\/[0-9a-f-]{36})$/.test(name))).toEqual([]);
  });

  test('survives a restart', async () => {
    await ground.restart();
    const { KeyCount } = await ground.s3.send(new ListObjectsV2Command({ Bucket: 'ours' }));
    expect(KeyCount).toBe(KEYS.length);
  });

  test('of 1,025 bytes is too long, and one that XML cannot carry is refused', async () => {
    expect(await ground.refusal(ground.put('x'.repeat(1025)))).toEqual([400, 'KeyTooLongError']);
    expect(await ground.refusal(ground.put('é'.repeat(513)))).toEqual([400, 'KeyTooLongError']);
    for (const key of ['%00', 'a%01b', '%1b', '%ef%bf%be', '%ff', '%ed%a0%80'])
      expect([key, await ground.raw({ method: 'PUT', target: `/ours/${key}` })]).toEqual([key, 400]);
  });

  test('foreign 10: at most a thousand are deleted at once', async () => {
    const Objects = Array.from({ length: 1001 }, (_, at) => ({ Key: `k${at}` }));
    const all = new DeleteObjectsCommand({ Bucket: 'ours', Delete: { Objects } });
    expect(await ground.refusal(ground.s3.send(all))).toEqual([400, 'MalformedXML']);
  });
});

test('the store of an earlier version is told of in one line and left alone', async () => {
  const former = path.join(ground.folder, 'former-bucket');
  await mkdir(former);
  await writeFile(path.join(former, 'key._S3rver_object'), 'content');
  await ground.restart();
  expect(await ground.raw({ target: '/former-bucket' })).toBe(404);
  expect(ground.logged).toEqual([
    `S3: 1 buckets of a former version are not served; their files are in ${ground.folder}`,
  ]);
  await access(path.join(former, 'key._S3rver_object'));
});
