// Where a request goes: bucket and key are decoded and checked here, once, for every method and for copy sources.
import { type Code, S3Error } from './errors.ts';

/** A bucket's name (AWS: "General purpose bucket naming rules"): nothing of it can lead out of a folder. */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
/** In UTF-8 (AWS: "Naming Amazon S3 objects"). */
const KEY_BYTES = 1024;
// What XML 1.0 cannot carry would make every listing that holds it unreadable.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

export interface Place {
  /** Undefined: all buckets. */
  readonly bucket: string | undefined;
  /** Undefined: the bucket itself. */
  readonly key: string | undefined;
  readonly query: ReadonlyMap<string, string>;
}

/** The names of all buckets of the world are one space: these stand for those that other accounts have taken. */
const FOREIGN = /^someone-elses-/;

/** Throws AccessDenied, or `code`, for a bucket of another account. */
export function checkForeign(bucket: string | undefined, code: Code = 'AccessDenied'): void {
  if (bucket !== undefined && FOREIGN.test(bucket)) throw new S3Error(code);
}

/** True for a name that a bucket may have. */
export const isBucketName = (name: string): boolean => BUCKET.test(name) && !IP_ADDRESS.test(name);

/** The text, where an answer in XML can say it; throws InvalidArgument otherwise. */
export function speakable(text: string, what: string): string {
  if (UNSPEAKABLE.test(text))
    throw new S3Error('InvalidArgument', `${what} has a character that XML 1.0 cannot carry`);
  return text;
}

/** The key, where it may be one; throws KeyTooLongError or InvalidArgument. */
export function checkedKey(key: string): string {
  if (Buffer.byteLength(key) > KEY_BYTES) throw new S3Error('KeyTooLongError');
  return speakable(key, 'The key');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI');
  }
}

function queryOf(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const part of text.split('&').filter(Boolean)) {
    const [name = '', value = ''] = part.split(/=(.*)/s).map(decoded);
    if (query.has(name)) throw new S3Error('InvalidArgument', 'A parameter of the query stands there twice');
    query.set(speakable(name, 'The query'), speakable(value, 'The query'));
  }
  return query;
}

/** The bucket, checked; undefined where there is none. */
function bucketIn(name: string): string | undefined {
  if (name !== '' && !isBucketName(name)) throw new S3Error('InvalidBucketName');
  return name || undefined;
}

function named(path: string): Pick<Place, 'bucket' | 'key'> {
  const [bucket = '', ...rest] = path.split('/');
  const key = rest.join('/');
  if (bucket === '' && key !== '') throw new S3Error('InvalidBucketName');
  // Cut before it is decoded: an encoded slash is a part of the name, and no bucket's name has one.
  return { bucket: bucketIn(decoded(bucket)), key: key === '' ? undefined : checkedKey(decoded(key)) };
}

/** The place that a request's target (`/bucket/key?query`, still encoded) names. Throws what S3 answers otherwise. */
export function placeOf(target: string): Place {
  if (!target.startsWith('/')) throw new S3Error('InvalidURI');
  const [path = '/', query = ''] = target.split(/\?(.*)/s);
  return { ...named(path.slice(1)), query: queryOf(query) };
}

export interface Source {
  readonly bucket: string;
  readonly key: string;
  readonly version: string | undefined;
}

/** What `x-amz-copy-source` names: `bucket/key`, with or without a slash before, `?versionId=` after. */
export function sourceOf(header: string): Source {
  const [path = '', query = ''] = header.split(/\?(?=versionId=)(.*)/s);
  // Decoded before it is cut: many clients encode the slash behind the bucket, too.
  const [name = '', key = ''] = decoded(path)
    .replace(/^\//, '')
    .split(/\/(.*)/s);
  const bucket = bucketIn(name);
  if (bucket === undefined || key === '')
    throw new S3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  return { bucket, key: checkedKey(key), version: queryOf(query).get('versionId') };
}
