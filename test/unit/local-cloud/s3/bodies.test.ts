// Bodies of the local S3: what comes framed is stored without its framing, and nothing is kept that is not what was announced.
import { createHash, createHmac } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type ChecksumAlgorithm,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { signedRequest } from '../signing.ts';
import { s3Ground } from './ground.ts';

const ground = s3Ground();
const get = async (Key: string): Promise<string | undefined> =>
  (await ground.s3.send(new GetObjectCommand({ Bucket: 'ours', Key }))).Body?.transformToString();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64 = (algorithm: string, text: string): string =>
  createHash(algorithm).update(text).digest('base64');

test('foreign 7: a stream of the SDK is stored without its framing', async () => {
  const Body = Readable.from([Buffer.from('hello '), Buffer.from('world')]);
  await ground.s3.send(new PutObjectCommand({ Bucket: 'ours', Key: 'stream', Body, ContentLength: 11 }));
  const head = await ground.s3.send(
    new HeadObjectCommand({ Bucket: 'ours', Key: 'stream', ChecksumMode: 'ENABLED' }),
  );
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32('hello world'));
  expect([await get('stream'), head.ContentLength, head.ChecksumCRC32, head.ContentEncoding]).toEqual([
    'hello world',
    11,
    sum.toString('base64'),
    undefined,
  ]);
});

test.for(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as ChecksumAlgorithm[])(
  'foreign 7: %s of a stream is held against it and given back',
  async (ChecksumAlgorithm) => {
    const wish: PutObjectCommandInput = {
      Bucket: 'ours',
      Key: 'sum',
      ChecksumAlgorithm,
      ContentLength: 300_000,
    };
    await ground.s3.send(
      new PutObjectCommand({ ...wish, Body: Readable.from([Buffer.alloc(300_000, 'x')]) }),
    );
    const got = await ground.s3.send(
      new GetObjectCommand({ Bucket: 'ours', Key: 'sum', ChecksumMode: 'ENABLED' }),
    );
    // The SDK throws here where the checksum is not that of the body.
    expect((await got.Body?.transformToString())?.length).toBe(300_000);
    expect(got[`Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32']).toMatch(/^[A-Za-z0-9+/]+=*$/);
  },
);

interface Chunks {
  readonly texts: readonly string[];
  readonly trailer?: string;
  /** Changes the body after it was signed. */
  readonly damage?: (body: string) => string;
  readonly length?: number;
}

/** Sends chunks, each signed over the one before (AWS: "Transferring payload in multiple chunks"). */
async function chunked({ texts, trailer, damage = (body) => body, length }: Chunks) {
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`;
  const decoded = length ?? texts.join('').length;
  const { headers } = await signedRequest(ground.endpoint, {
    method: 'PUT',
    path: '/ours/chunked',
    service: 's3',
    headers: {
      'x-amz-content-sha256': payload,
      'x-amz-decoded-content-length': String(decoded),
      ...(trailer ? { 'x-amz-trailer': 'x-amz-checksum-sha256' } : {}),
    },
  });
  const { authorization = '', 'x-amz-date': date = '' } = headers;
  const scope = /Credential=[^/]+\/([^,]+)/.exec(authorization)?.[1] ?? '';
  const key = scope
    .split('/')
    .reduce<string | Buffer>((k, part) => createHmac('sha256', k).update(part).digest(), 'AWS4secret');
  let before = /Signature=(\w+)/.exec(authorization)?.[1] ?? '';
  const sign = (kind: string, ...hashes: string[]): string => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, date, scope, before, ...hashes].join('\n');
    before = createHmac('sha256', key).update(text).digest('hex');
    return before;
  };
  const frames = [...texts, ''].map((text) => {
    const head = `${text.length.toString(16)};chunk-signature=${sign('PAYLOAD', sha256(''), sha256(text))}\r\n`;
    return text ? `${head}${text}\r\n` : head;
  });
  const line = `x-amz-checksum-sha256:${trailer}`;
  const tail = trailer
    ? `${line}\r\nx-amz-trailer-signature:${sign('TRAILER', sha256(`${line}\n`))}\r\n`
    : '';
  const body = damage(`${frames.join('')}${tail}\r\n`);
  const answer = await fetch(`${ground.endpoint}/ours/chunked`, { method: 'PUT', headers, body });
  return [answer.status, /<Code>(\w+)/.exec(await answer.text())?.[1]];
}

describe('foreign 7: chunks that are signed', () => {
  const texts = ['a'.repeat(70_000), 'b'.repeat(5)];
  const good = base64('sha256', texts.join(''));
  const wrong = base64('sha256', 'other');

  test('are stored as what they hold', async () => {
    expect(await chunked({ texts })).toEqual([200, undefined]);
    expect(await get('chunked')).toBe(texts.join(''));
    expect(await chunked({ texts, trailer: good })).toEqual([200, undefined]);
    expect(await get('chunked')).toBe(texts.join(''));
  });

  test.for<[string, Chunks, string]>([
    ['another byte', { texts, damage: (body) => body.replace('bbbbb', 'bbbbc') }, 'SignatureDoesNotMatch'],
    [
      'a chunk less',
      { texts, damage: (body) => body.replace(/5;[^\n]*\nbbbbb\r\n/, '') },
      'SignatureDoesNotMatch',
    ],
    [
      'no signature',
      { texts, damage: (body) => body.replace(/;chunk-signature=\w+/, '') },
      'SignatureDoesNotMatch',
    ],
    [
      'another trailer',
      { texts, trailer: good, damage: (body) => body.replace(good, wrong) },
      'SignatureDoesNotMatch',
    ],
    ['a wrong checksum', { texts, trailer: wrong }, 'BadDigest'],
    ['a length too great', { texts, length: 99_999 }, 'IncompleteBody'],
    ['a length too small', { texts, length: 5 }, 'IncompleteBody'],
    ['their end cut off', { texts, damage: (body) => body.slice(0, 500) }, 'IncompleteBody'],
    ['something behind', { texts, damage: (body) => `${body}more` }, 'IncompleteBody'],
  ])('with %s are refused, and nothing of them is kept', async ([, chunks, code]) => {
    await ground.put('chunked', 'before');
    const blobs = () => readdir(path.join(ground.folder, 'v1/buckets/ours/blobs'));
    const before = (await blobs()).sort();
    expect(await chunked(chunks)).toEqual([400 + (code === 'SignatureDoesNotMatch' ? 3 : 0), code]);
    expect(await get('chunked')).toBe('before');
    expect((await blobs()).sort()).toEqual(before);
  });
});

test.for([
  [{ ContentMD5: base64('md5', 'other') }, 'BadDigest'],
  [{ ContentMD5: 'nonsense' }, 'InvalidDigest'],
  [{ ChecksumCRC32: 'AAAAAA==' }, 'BadDigest'],
  [{ ChecksumSHA256: base64('sha256', 'other') }, 'BadDigest'],
  [{ ChecksumSHA1: '!' }, 'InvalidDigest'],
] as const)('foreign 7: %o is refused as %s', async ([more, code]) => {
  expect(await ground.refusal(ground.put('digest', 'content', more))).toEqual([400, code]);
  expect(await ground.refusal(get('digest'))).toEqual([404, 'NoSuchKey']);
});
