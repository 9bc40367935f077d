// Objects of the local S3: versions, conditions, ranges, copies, metadata, presigned URLs.
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeAll, describe, expect, test } from 'vitest';
import { Sha256 } from '../signing.ts';
import { s3Ground } from './ground.ts';

const ground = s3Ground();
const read = async (more: object, Key = 'object') =>
  (await ground.s3.send(new GetObjectCommand({ Bucket: 'ours', Key, ...more }))).Body?.transformToString();
const code = (work: Promise<unknown>) => ground.refusal(work).then((found) => found?.[1]);

describe('foreign 10: a range', () => {
  beforeAll(async () => {
    await ground.put('object', '0123456789');
    await ground.put('empty', '');
  });
  test.for([
    ['bytes=-2', '89'],
    ['bytes=-99', '0123456789'],
    ['bytes=0-0', '0'],
    ['bytes=8-', '89'],
    ['bytes=8-99', '89'],
    ['bytes=5-1', '0123456789'],
    ['lines=1-2', '0123456789'],
    ['bytes=0-0,2-2', '0123456789'],
  ] as const)('%s is %s', async ([Range, text]) => {
    expect(await read({ Range })).toBe(text);
  });
  test.for([
    ['bytes=-0', 'object'],
    ['bytes=10-', 'object'],
    ['bytes=0-', 'empty'],
  ] as const)('%s of %s is InvalidRange', async ([Range, Key]) => {
    expect(await ground.refusal(read({ Range }, Key))).toEqual([416, 'InvalidRange']);
  });
});

describe('foreign 9: a conditional', () => {
  test('write does not overwrite', async () => {
    const first = await ground.put('once', 'first', { IfNoneMatch: '*' });
    expect(await code(ground.put('once', 'second', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    expect(await code(ground.put('once', 'second', { IfMatch: '"other"' }))).toBe('PreconditionFailed');
    expect(await code(ground.put('never', 'second', { IfMatch: first.ETag }))).toBe('NoSuchKey');
    expect(await read({}, 'once')).toBe('first');
    await ground.put('once', 'second', { IfMatch: first.ETag });
    expect(await read({}, 'once')).toBe('second');
  });

  test('write of twenty at once is won by one', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, at) => code(ground.put('race', `${at}`, { IfNoneMatch: '*' }))),
    );
    expect(all.filter((found) => found === undefined)).toHaveLength(1);
    expect(all.filter((found) => found === 'PreconditionFailed')).toHaveLength(19);
  });

  test('read tells what has not changed', async () => {
    const { ETag } = await ground.put('object', '0123456789');
    const status = async (more: object) => (await ground.refusal(read(more)))?.[0];
    const past = new Date(Date.now() - 60_000);
    expect(await status({ IfNoneMatch: ETag })).toBe(304);
    expect(await status({ IfModifiedSince: new Date(Date.now() + 60_000) })).toBe(304);
    expect(await status({ IfModifiedSince: past })).toBeUndefined();
    expect(await status({ IfMatch: '"x"' })).toBe(412);
    expect(await status({ IfUnmodifiedSince: past })).toBe(412);
    expect(await status({ IfMatch: ETag, IfUnmodifiedSince: past })).toBeUndefined();
  });
});

test('versions are kept, hidden by a marker, read and removed one by one', async () => {
  const about = { Bucket: 'kept', Key: 'key' };
  await ground.s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await ground.s3.send(new PutObjectCommand({ ...about, Body: 'unversioned' }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await ground.s3.send(new PutBucketVersioningCommand({ Bucket: 'kept', VersioningConfiguration }));
  const { VersionId } = await ground.s3.send(new PutObjectCommand({ ...about, Body: 'second' }));
  const gone = await ground.s3.send(new DeleteObjectCommand(about));
  expect([gone.DeleteMarker, VersionId !== gone.VersionId]).toEqual([true, true]);
  await ground.restart();
  const get = async (id?: string) =>
    (
      await ground.s3.send(new GetObjectCommand({ ...about, ...(id ? { VersionId: id } : {}) }))
    ).Body?.transformToString();
  expect(await code(get())).toBe('NoSuchKey');
  expect([await get('null'), await get(VersionId)]).toEqual(['unversioned', 'second']);
  expect(await ground.refusal(get(gone.VersionId))).toEqual([405, 'MethodNotAllowed']);
  expect(await code(get('x'.repeat(32)))).toBe('NoSuchVersion');
  await ground.s3.send(new DeleteObjectCommand({ ...about, VersionId: gone.VersionId }));
  expect(await get()).toBe('second');
  expect(await code(ground.s3.send(new DeleteBucketCommand({ Bucket: 'kept' })))).toBe('BucketNotEmpty');
  for (const id of [VersionId, 'null'])
    await ground.s3.send(new DeleteObjectCommand({ ...about, VersionId: id }));
  await ground.s3.send(new DeleteBucketCommand({ Bucket: 'kept' }));
});

test('a copy takes the metadata along, or new ones; not onto itself unchanged', async () => {
  await ground.put('a b+c/é', 'text', { Metadata: { one: '1' }, ContentType: 'text/x', Tagging: 'k=v' });
  const copy = (Key: string, more: object = {}) =>
    ground.s3.send(
      new CopyObjectCommand({ Bucket: 'ours', Key, CopySource: encodeURIComponent('ours/a b+c/é'), ...more }),
    );
  const head = async (Key: string) => {
    const { Metadata, ContentType } = await ground.s3.send(new HeadObjectCommand({ Bucket: 'ours', Key }));
    return [Metadata, ContentType];
  };
  await copy('copied');
  expect(await head('copied')).toEqual([{ one: '1' }, 'text/x']);
  await copy('copied', { MetadataDirective: 'REPLACE', Metadata: { two: '2' }, ContentType: 'text/y' });
  expect(await head('copied')).toEqual([{ two: '2' }, 'text/y']);
  expect(await code(copy('a b+c/é'))).toBe('InvalidRequest');
  expect(await code(copy('copied', { CopySourceIfMatch: '"x"' }))).toBe('PreconditionFailed');
  expect(await code(copy('copied', { CopySource: 'someone-elses-files/x' }))).toBe('AccessDenied');
  const tags = async () =>
    (await ground.s3.send(new GetObjectTaggingCommand({ Bucket: 'ours', Key: 'copied' }))).TagSet;
  expect(await tags()).toEqual([{ Key: 'k', Value: 'v' }]);
  const Tagging = { TagSet: [{ Key: '__proto__', Value: 'x' }] };
  await ground.s3.send(new PutObjectTaggingCommand({ Bucket: 'ours', Key: 'copied', Tagging }));
  expect(await tags()).toEqual(Tagging.TagSet);
});

test('foreign 10: at most 2 KB of metadata are taken', async () => {
  await ground.put('meta', '', { Metadata: { a: 'x'.repeat(2047) } });
  expect(await code(ground.put('meta', '', { Metadata: { a: 'x'.repeat(2048) } }))).toBe('MetadataTooLarge');
});

test('foreign 10: an answer cannot be given a header that would be two', async () => {
  for (const value of ['x%0d%0aX-Evil:%20y', '%00', '%e2%98%83'])
    expect(await ground.raw({ target: `/ours/object?response-content-type=${value}` })).toBe(400);
  expect(await ground.raw({ target: '/ours/object?response-content-type=text%2Fy' })).toBe(200);
});

describe('foreign 10: a presigned URL', () => {
  async function asked(
    change: Record<string, string> = {},
    service = 's3',
    at = new Date(),
  ): Promise<[number, string | undefined]> {
    const { host, hostname } = new URL(ground.endpoint);
    const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
    const signer = new SignatureV4({
      credentials,
      region: 'us-east-1',
      service,
      sha256: Sha256,
      uriEscapePath: false,
    });
    const parts = {
      method: 'GET',
      protocol: 'http:',
      hostname,
      path: '/ours/object',
      query: {},
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    };
    const { query } = await signer.presign(parts, {
      expiresIn: 60,
      signingDate: at,
    });
    const given = new URLSearchParams({ ...(query as Record<string, string>), ...change });
    const answer = await fetch(`${ground.endpoint}/ours/object?${given}`);
    return [answer.status, /<Code>(\w+)/.exec(await answer.text())?.[1]];
  }

  test('is taken while it holds', async () => {
    expect((await asked())[0]).toBe(200);
  });
  test.for([['x'], ['1.5'], ['-1'], ['604801'], ['']])(
    'with the lifetime %j is malformed',
    async ([expires = '']) => {
      expect(await asked({ 'X-Amz-Expires': expires })).toEqual([400, 'AuthorizationQueryParametersError']);
    },
  );
  test('that has expired, or is of another service, is refused', async () => {
    expect(await asked({}, 's3', new Date(Date.now() - 120_000))).toEqual([403, 'AccessDenied']);
    expect(await asked({ 'X-Amz-Expires': '0' }, 's3', new Date(Date.now() - 5_000))).toEqual([
      403,
      'AccessDenied',
    ]);
    expect(await asked({}, 'ec2')).toEqual([400, 'AuthorizationQueryParametersError']);
  });
});
