// Multipart uploads of the local S3, whole: what is refused, and that no request of them ends the daemon.
import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { s3Ground } from './ground.ts';

const ground = s3Ground();
const MB = 1024 ** 2;
const md5 = (bytes: string | Buffer): Buffer => createHash('md5').update(bytes).digest();

async function begin(Key: string) {
  const about = { Bucket: 'ours', Key };
  const { UploadId = '' } = await ground.s3.send(new CreateMultipartUploadCommand(about));
  const all = { ...about, UploadId };
  const part = async (PartNumber: number, Body: string) =>
    (await ground.s3.send(new UploadPartCommand({ ...all, PartNumber, Body }))).ETag ?? '';
  const complete = (...Parts: { PartNumber?: number; ETag?: string }[]) =>
    ground.s3.send(new CompleteMultipartUploadCommand({ ...all, MultipartUpload: { Parts } }));
  return { ...all, all, part, complete };
}

describe('foreign 4: an upload completed with', () => {
  test('a part that never came is an InvalidPart, and the daemon lives', async () => {
    const { part, complete } = await begin('missing');
    const ETag = await part(1, 'a'.repeat(5 * MB));
    const done = complete({ PartNumber: 1, ETag }, { PartNumber: 2, ETag });
    expect(await ground.refusal(done)).toEqual([400, 'InvalidPart']);
    await ground.put('lives');
  });

  test('a wrong ETag, parts in another order, small ones or none is refused', async () => {
    const { part, complete } = await begin('wrong');
    const tags = [await part(1, 'small'), await part(2, 'b')];
    const [first, second] = tags.map((ETag, at) => ({ PartNumber: at + 1, ETag }));
    if (!first || !second) throw new Error('no parts');
    expect(await ground.refusal(complete({ PartNumber: 1, ETag: second.ETag }))).toEqual([
      400,
      'InvalidPart',
    ]);
    expect(await ground.refusal(complete(second, first))).toEqual([400, 'InvalidPartOrder']);
    expect(await ground.refusal(complete(first, first))).toEqual([400, 'InvalidPartOrder']);
    expect(await ground.refusal(complete(first, second))).toEqual([400, 'EntityTooSmall']);
    expect(await ground.refusal(complete({ PartNumber: 1 }))).toEqual([400, 'MalformedXML']);
    expect(await ground.refusal(complete())).toEqual([400, 'MalformedXML']);
  });

  test('an upload nobody made, or of another key, is NoSuchUpload', async () => {
    const upload = await begin('one');
    for (const change of [{ UploadId: 'nobodys' }, { UploadId: '../../name' }, { Key: 'other' }]) {
      const wish = { ...upload.all, ...change };
      const work = [
        new CompleteMultipartUploadCommand({
          ...wish,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'x' }] },
        }),
        new UploadPartCommand({ ...wish, PartNumber: 1, Body: 'x' }),
        new AbortMultipartUploadCommand(wish),
        new ListPartsCommand(wish),
      ];
      for (const command of work)
        expect(await ground.refusal(ground.s3.send(command as ListPartsCommand))).toEqual([
          404,
          'NoSuchUpload',
        ]);
    }
  });
});

test.for(['0', '10001', '-1', 'x', 'key', '1e3', '0x10', '1.5', '..%2F..%2Fname', '%00', ''])(
  'foreign 3: %s is no number of a part',
  async (number) => {
    const { UploadId } = await begin('numbers');
    const target = `/ours/numbers?partNumber=${number}&uploadId=${UploadId}`;
    expect(await ground.raw({ method: 'PUT', target, body: Buffer.from('evil') })).toBe(400);
  },
);

test('foreign 9: the ETag is that of the parts, and ranges and parts of the whole are read', async () => {
  const { part, complete, all } = await begin('whole');
  const bodies = ['a'.repeat(5 * MB), 'b'.repeat(5 * MB), 'c'];
  const Parts = [];
  for (const [at, body] of bodies.entries())
    Parts.push({ PartNumber: (at + 1) * 7, ETag: await part((at + 1) * 7, body) });
  const expected = `"${md5(Buffer.concat(bodies.map(md5))).toString('hex')}-3"`;
  expect((await complete(...Parts)).ETag).toBe(expected);
  const head = await ground.s3.send(new HeadObjectCommand({ Bucket: 'ours', Key: 'whole' }));
  expect([head.ETag, head.ContentLength]).toEqual([expected, 10 * MB + 1]);
  const get = async (more: object) => {
    const got = await ground.s3.send(new GetObjectCommand({ Bucket: 'ours', Key: 'whole', ...more }));
    return (await got.Body?.transformToString()) ?? '';
  };
  expect(await get({ Range: `bytes=${5 * MB - 2}-${5 * MB + 1}` })).toBe('aabb');
  expect(await get({ Range: 'bytes=-2' })).toBe('bc');
  expect(await get({ PartNumber: 3 })).toBe('c');
  expect(await ground.refusal(ground.s3.send(new ListPartsCommand(all)))).toEqual([404, 'NoSuchUpload']);
});

test('foreign 9: parts are copied, listed in pages and given up', async () => {
  await ground.put('source', 'x'.repeat(6 * MB));
  const { all, complete } = await begin('copied');
  const copy = async (PartNumber: number, CopySourceRange: string) => {
    const wish = { ...all, PartNumber, CopySource: 'ours/source', CopySourceRange };
    return (await ground.s3.send(new UploadPartCopyCommand(wish))).CopyPartResult?.ETag ?? '';
  };
  const parts = [
    { PartNumber: 1, ETag: await copy(1, `bytes=0-${5 * MB - 1}`) },
    { PartNumber: 2, ETag: await copy(2, `bytes=${5 * MB}-${6 * MB - 1}`) },
  ];
  expect(await ground.refusal(copy(3, `bytes=0-${6 * MB}`))).toEqual([400, 'InvalidArgument']);
  const first = await ground.s3.send(new ListPartsCommand({ ...all, MaxParts: 1 }));
  expect([first.IsTruncated, first.Parts?.map(({ Size }) => Size)]).toEqual([true, [5 * MB]]);
  const rest = await ground.s3.send(
    new ListPartsCommand({ ...all, PartNumberMarker: first.NextPartNumberMarker }),
  );
  expect([rest.IsTruncated, rest.Parts?.map(({ PartNumber }) => PartNumber)]).toEqual([false, [2]]);
  await complete(...parts);
  const other = await begin('given up');
  await other.part(1, 'x');
  const ids = async () =>
    (
      (await ground.s3.send(new ListMultipartUploadsCommand({ Bucket: 'ours', Prefix: 'given' }))).Uploads ??
      []
    ).map(({ UploadId }) => UploadId);
  expect(await ids()).toEqual([other.UploadId]);
  await ground.restart();
  expect(await ids()).toEqual([other.UploadId]);
  await ground.s3.send(new AbortMultipartUploadCommand(other.all));
  expect(await ids()).toEqual([]);
});
