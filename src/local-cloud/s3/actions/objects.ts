// What several actions on objects share: finding a version, making a new one, and what clients say about it.
import { randomBytes } from 'node:crypto';

import { S3Error } from '../errors.ts';
import type { About, Contents, Entry, Tag, Version } from '../store/contents.ts';
import type { Call } from './action.ts';
import { checkedTags } from './tags.ts';

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const META = 'x-amz-meta-';
/** Of all names and values together, in bytes (AWS: "Working with object metadata"). */
const META_BYTES = 2048;
const VERSION = /^(?:null|[A-Za-z0-9_-]{32})$/;

const newVersionId = (): string => randomBytes(24).toString('base64url');

/** The id of what is written to the bucket now. */
export const versionIdFor = ({ versioning }: Contents): string =>
  versioning === 'Enabled' ? newVersionId() : 'null';

/** Without the framing, which was for the way alone. */
const coding = (text: string): string =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked')
    .join(',');

function checkMeta(headers: Readonly<Record<string, string>>): void {
  const size = Object.entries(headers)
    .filter(([name]) => name.startsWith(META))
    .reduce((sum, [name, value]) => sum + name.length - META.length + value.length, 0);
  if (size > META_BYTES) throw new S3Error('MetadataTooLarge');
}

function tagsIn(header: string | undefined): Tag[] {
  const pairs = [...new URLSearchParams(header ?? '')].map(([Key, Value]) => ({ Key, Value }));
  return checkedTags(pairs);
}

/** What the request's headers say about the object; throws MetadataTooLarge or InvalidTag. */
export function aboutOf({ headers }: Call): About {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && (KEPT.includes(name) || name.startsWith(META))) kept[name] = String(value);
  }
  const encoding = coding(kept['content-encoding'] ?? '');
  delete kept['content-encoding'];
  if (encoding) kept['content-encoding'] = encoding;
  kept['content-type'] ||= 'binary/octet-stream';
  checkMeta(kept);
  return { headers: kept, tags: tagsIn(headers['x-amz-tagging'] as string | undefined) };
}

const markerHeaders = ({ id }: Version): Record<string, string> => ({
  'x-amz-delete-marker': 'true',
  ...(id === 'null' ? {} : { 'x-amz-version-id': id }),
});

function checkId(id: string): string {
  if (!VERSION.test(id)) throw new S3Error('InvalidArgument', 'Invalid version id specified');
  return id;
}

/** That version, a delete marker too; undefined where there is none. Throws InvalidArgument. */
const versionOf = (contents: Contents, key: string, id: string): Version | undefined =>
  contents.versions(key).find((one) => one.id === checkId(id));

/** The object that is read: the newest, or the version `id`. Throws NoSuchKey, NoSuchVersion, MethodNotAllowed. */
export function objectOf(contents: Contents, key: string, id: string | undefined): Version {
  if (id === undefined) {
    const newest = contents.newest(key);
    if (!newest) throw new S3Error('NoSuchKey');
    if (newest.isMarker) throw new S3Error('NoSuchKey', undefined, markerHeaders(newest));
    return newest;
  }
  const version = versionOf(contents, key, id);
  if (!version) throw new S3Error('NoSuchVersion');
  if (version.isMarker)
    throw new S3Error('MethodNotAllowed', undefined, { ...markerHeaders(version), allow: 'DELETE' });
  return version;
}

/** What a condition of a write is held against. */
export function standingAt(contents: Contents, key: string): Version | undefined {
  const newest = contents.newest(key);
  return newest?.isMarker ? undefined : newest;
}

/** The version id, where the bucket keeps versions: elsewhere clients are not told of `null`. */
export const shownId = (contents: Contents, id: string): { VersionId?: string } =>
  contents.versioning === undefined ? {} : { VersionId: id };

export type Removal = {
  readonly entry: Entry | undefined;
  readonly id: string | undefined;
  readonly isMarker: boolean;
};

/** How a key is deleted: a version for good, or the object, which leaves a marker where versions are kept. */
export function removal(contents: Contents, key: string, id: string | undefined, modified: string): Removal {
  if (id !== undefined) {
    const version = versionOf(contents, key, id);
    return { entry: version && { do: 'remove', key, id }, id, isMarker: version?.isMarker ?? false };
  }
  if (contents.versioning === undefined) {
    const entry: Entry | undefined = contents.newest(key) && { do: 'remove', key, id: 'null' };
    return { entry, id: undefined, isMarker: false };
  }
  const about = { headers: {}, tags: [], checksum: undefined, blobs: [], etag: '', size: 0 };
  const marker: Version = { ...about, id: versionIdFor(contents), isMarker: true, modified };
  return { entry: { do: 'put', key, version: marker }, id: marker.id, isMarker: true };
}
