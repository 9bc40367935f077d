// Listings of the local S3: every key once, in the order of its bytes, however small the pages are.

import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { lastOf, pageOf } from '../../../../src/local-cloud/s3/listing.ts';
import { compareKeys } from '../../../../src/local-cloud/s3/store/order.ts';
import { s3Ground } from './ground.ts';

const ground = s3Ground();
beforeAll(async () => {
  for (const key of ['B', 'a', 'a-b', 'a/x', 'a/y', 'a0', 'b/c/d', '\u{1f600}', '\uff21'])
    await ground.put(key);
});

const page = (input: object) => ground.s3.send(new ListObjectsV2Command({ Bucket: 'ours', ...input }));
const keysOf = ({ Contents = [] }: { Contents?: { Key?: string | undefined }[] | undefined }) =>
  Contents.map(({ Key }) => Key);

describe('foreign 6: a listing', () => {
  const ORDER = ['B', 'a', 'a-b', 'a/x', 'a/y', 'a0', 'b/c/d', '\uff21', '\u{1f600}'];

  test('is in the order of UTF-8 and pages with a token', async () => {
    expect(keysOf(await page({}))).toEqual(ORDER);
    const pages = [];
    for await (const one of paginateListObjectsV2({ client: ground.s3, pageSize: 2 }, { Bucket: 'ours' }))
      pages.push(keysOf(one));
    expect(pages.flat()).toEqual(ORDER);
    expect(pages).toHaveLength(5);
    expect(keysOf(await page({ StartAfter: 'a-b' }))).toEqual(ORDER.slice(3));
    expect(await ground.refusal(page({ ContinuationToken: 'nobodys' }))).toEqual([400, 'InvalidArgument']);
  });

  test('counts common prefixes as keys', async () => {
    const first = await page({ Delimiter: '/', MaxKeys: 4 });
    const told = (one: typeof first) => [
      keysOf(one),
      one.CommonPrefixes?.map(({ Prefix }) => Prefix),
      one.KeyCount,
      one.IsTruncated,
    ];
    expect(told(first)).toEqual([['B', 'a', 'a-b'], ['a/'], 4, true]);
    const second = await page({ Delimiter: '/', ContinuationToken: first.NextContinuationToken });
    expect(told(second)).toEqual([['a0', '\uff21', '\u{1f600}'], ['b/'], 4, false]);
    const old = await ground.s3.send(new ListObjectsCommand({ Bucket: 'ours', Delimiter: '/', MaxKeys: 4 }));
    expect([old.NextMarker, old.IsTruncated]).toEqual(['a/', true]);
    const rest = await ground.s3.send(
      new ListObjectsCommand({ Bucket: 'ours', Delimiter: '/', Marker: old.NextMarker }),
    );
    expect(keysOf(rest)).toEqual(['a0', '\uff21', '\u{1f600}']);
  });

  test('of versions tells each once, markers too, in pages of one', async () => {
    await ground.s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
    const Status = 'Enabled' as const;
    await ground.s3.send(
      new PutBucketVersioningCommand({ Bucket: 'kept', VersioningConfiguration: { Status } }),
    );
    const ids: string[] = [];
    for (const Key of ['a', 'b', 'a'])
      ids.push(
        (await ground.s3.send(new PutObjectCommand({ Bucket: 'kept', Key, Body: Key }))).VersionId ?? '',
      );
    const seen: (string | undefined)[] = [];
    let next: object = {};
    for (let round = 0; round < 5; round += 1) {
      const one = await ground.s3.send(
        new ListObjectVersionsCommand({ Bucket: 'kept', MaxKeys: 1, ...next }),
      );
      seen.push(...(one.Versions ?? []).map(({ VersionId }) => VersionId));
      if (!one.IsTruncated) break;
      next = { KeyMarker: one.NextKeyMarker, VersionIdMarker: one.NextVersionIdMarker };
    }
    expect(seen).toEqual([ids[2], ids[0], ids[1]]);
  });
});

test('pages of any size tell what one page tells', () => {
  const key = fc.string({
    unit: fc.constantFrom('a', 'b', '/', '-', '\u{1f600}', '\uff21'),
    minLength: 1,
    maxLength: 6,
  });
  const text = fc.constantFrom('', '/', 'a', 'a/', '//');
  fc.assert(
    fc.property(
      fc.uniqueArray(key),
      text,
      text,
      fc.integer({ min: 1, max: 5 }),
      fc.func(fc.boolean()),
      (all, prefix, delimiter, max, there) => {
        const keys = all.sort(compareKeys);
        expect(keys).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
        const wish = { prefix, delimiter, after: '', max: 1_000 };
        const items = [];
        for (let after = '', more = true; more; ) {
          const one = pageOf(keys, { ...wish, after, max }, there);
          items.push(...one.items);
          more = one.isTruncated;
          after = lastOf(one) ?? '';
        }
        expect(items).toEqual(pageOf(keys, wish, there).items);
        const shown = keys.filter((one) => one.startsWith(prefix) && there(one));
        if (delimiter === '') expect(items).toEqual(shown.map((one) => ({ key: one })));
      },
    ),
  );
});
