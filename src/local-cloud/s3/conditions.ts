// Conditional requests (AWS: "How to prevent object overwrites", "GetObject: Conditions"); ETags without quotes.
import { S3Error } from './errors.ts';

interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

interface Standing {
  readonly etag: string;
  /** ISO. */
  readonly modified: string;
}

/** An ETag as clients write it, without its quotes. No pattern cuts its end off: spaces within would take one for ever. */
export function bare(etag: string): string {
  const text = etag.trim().replace(/^(?:W\/)?"?/, '');
  return text.endsWith('"') ? text.slice(0, -1) : text;
}

const names = (list: string, { etag }: Standing): boolean =>
  list.split(',').some((one) => bare(one) === '*' || bare(one) === etag);

/** HTTP's dates have whole seconds. */
const isLater = ({ modified }: Standing, than: Date): boolean =>
  Math.floor(Date.parse(modified) / 1000) > Math.floor(than.getTime() / 1000);

function isRefused({ IfMatch, IfUnmodifiedSince }: Conditions, standing: Standing): boolean {
  if (IfMatch !== undefined) return !names(IfMatch, standing);
  return IfUnmodifiedSince !== undefined && isLater(standing, IfUnmodifiedSince);
}

function isUnchanged({ IfNoneMatch, IfModifiedSince }: Conditions, standing: Standing): boolean {
  if (IfNoneMatch !== undefined) return names(IfNoneMatch, standing);
  return IfModifiedSince !== undefined && !isLater(standing, IfModifiedSince);
}

/** Throws PreconditionFailed or NotModified where the object is not to be read. */
export function checkReading(conditions: Conditions, standing: Standing): void {
  if (isRefused(conditions, standing)) throw new S3Error('PreconditionFailed');
  if (isUnchanged(conditions, standing))
    throw new S3Error('NotModified', undefined, {
      etag: `"${standing.etag}"`,
      'last-modified': new Date(standing.modified).toUTCString(),
    });
}

/** Throws PreconditionFailed where the object is not to be copied. */
export function checkCopying(conditions: Conditions, standing: Standing): void {
  if (isRefused(conditions, standing) || isUnchanged(conditions, standing))
    throw new S3Error('PreconditionFailed');
}

/** Throws where the key, at which `standing` is, is not to be written. */
export function checkWriting({ IfMatch, IfNoneMatch }: Conditions, standing: Standing | undefined): void {
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
    throw new S3Error('NotImplemented', 'If-None-Match of a write takes * alone');
  if (IfNoneMatch !== undefined && standing) throw new S3Error('PreconditionFailed');
  if (IfMatch === undefined) return;
  if (!standing) throw new S3Error('NoSuchKey');
  if (!names(IfMatch, standing)) throw new S3Error('PreconditionFailed');
}
