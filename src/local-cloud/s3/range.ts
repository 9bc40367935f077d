// Which bytes of an object a `Range` header asks for (RFC 9110, 14.1).
import { S3Error } from './errors.ts';

export interface Range {
  readonly start: number;
  /** Not included. */
  readonly end: number;
}

/** Undefined where the whole is asked for: without a range, with several, and with what is none. Throws InvalidRange. */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start >= end) throw new S3Error('InvalidRange', undefined, { 'content-range': `bytes */${size}` });
  return { start, end };
}

/** Of a copied part, which must lie within the object: throws InvalidArgument or InvalidRange. */
export function copyRangeOf(header: string | undefined, size: number): Range {
  if (header === undefined) return { start: 0, end: size };
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first))
    throw new S3Error(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last',
    );
  if (Number(last) >= size)
    throw new S3Error('InvalidArgument', `Range specified is not valid for source object of size: ${size}`);
  return { start: Number(first), end: Number(last) + 1 };
}
