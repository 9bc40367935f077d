// The checksums that clients send along with bodies, and how those of parts make one of the whole.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { S3Error } from '../errors.ts';
import type { Checksum } from '../store/contents.ts';

interface Sum {
  update(bytes: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

const hashed = (name: string) => (): Sum => {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
};

function crc32Sum(): Sum {
  let value = 0;
  const digest = async (): Promise<Buffer> => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest,
  };
}

/** By the name in `x-amz-checksum-<name>`. */
const ALGORITHMS = new Map<string, () => Sum>([
  ['crc32', crc32Sum],
  ['crc32c', () => new Crc32c()],
  ['crc64nvme', () => new Crc64Nvme()],
  ['md5', hashed('md5')],
  ['sha1', hashed('sha1')],
  ['sha256', hashed('sha256')],
  ['sha512', hashed('sha512')],
]);
const PREFIX = 'x-amz-checksum-';
/** Headers with the same prefix that are no checksums. */
const OTHERS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-type', 'x-amz-checksum-mode']);
const BASE64 = /^[A-Za-z0-9+/]{2,88}={0,2}$/;

/** Throws InvalidRequest where S3 may know it and the local cloud does not. */
export function sumOf(algorithm: string): Sum {
  const make = ALGORITHMS.get(algorithm);
  if (!make)
    throw new S3Error(
      'InvalidRequest',
      `The local cloud does not know the checksum ${algorithm.slice(0, 40)}`,
    );
  return make();
}

/** The one checksum among these headers; throws InvalidRequest for several, InvalidDigest for what is none. */
export function checksumIn(headers: Iterable<readonly [string, unknown]>): Checksum | undefined {
  const found = [...headers].filter(([name]) => name.startsWith(PREFIX) && !OTHERS.has(name));
  if (found.length > 1)
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  const [name, text] = found[0] ?? [];
  if (name === undefined) return undefined;
  const value = String(text);
  if (!BASE64.test(value)) throw new S3Error('InvalidDigest', `Value for ${name} header is invalid.`);
  return { algorithm: name.slice(PREFIX.length), value };
}

/** Of a whole that was put together: the checksum of the parts' checksums, and how many they are. */
export async function composite(algorithm: string, parts: readonly Checksum[]): Promise<Checksum> {
  const sum = sumOf(algorithm);
  for (const { value } of parts) sum.update(Buffer.from(value, 'base64'));
  return { algorithm, value: `${Buffer.from(await sum.digest()).toString('base64')}-${parts.length}` };
}

/** The member of the SDK's shapes with this checksum: `ChecksumCRC32`. */
export const memberOf = (algorithm: string): string => `Checksum${algorithm.toUpperCase()}`;
