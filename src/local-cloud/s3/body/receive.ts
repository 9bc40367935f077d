// Receives the body of an object or a part: unframed, counted, and held against everything the client says of it.
import { createHash } from 'node:crypto';
import { S3Error } from '../errors.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Blob, Checksum } from '../store/contents.ts';
import type { Trust } from '../trust.ts';
import { checksumIn, sumOf } from './checksums.ts';
import { framingOf, unframed } from './chunked.ts';

/** Of one body (AWS: "Amazon S3 multipart upload limits"), in bytes. */
const LARGEST = 5 * 1024 ** 3;
const HASH = /^[0-9a-f]{64}$/;

export interface Incoming {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
  readonly trust: Trust;
}

export interface Received {
  readonly blob: Blob;
  /** Hex. */
  readonly md5: string;
  readonly checksum: Checksum | undefined;
}

/** What has to be true of a body when it is all there. */
interface Expected {
  readonly length: number | undefined;
  readonly sha256: string | undefined;
  readonly md5: string | undefined;
  readonly checksum: Checksum | undefined;
  /** The checksum that comes behind the body. */
  readonly trailing: string | undefined;
}

function lengthOf({ headers }: Incoming, isFramed: boolean): number | undefined {
  const text = headers[isFramed ? 'x-amz-decoded-content-length' : 'content-length'];
  if (text === undefined && (isFramed || headers['transfer-encoding'] === undefined)) {
    if (isFramed) throw new S3Error('MissingContentLength');
    return 0;
  }
  if (text === undefined) throw new S3Error('MissingContentLength');
  if (!/^\d{1,15}$/.test(String(text))) throw new S3Error('InvalidArgument', 'The length is no number');
  if (Number(text) > LARGEST) throw new S3Error('EntityTooLarge');
  return Number(text);
}

function md5In(header: unknown): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(String(header), 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== header) throw new S3Error('InvalidDigest');
  return bytes.toString('hex');
}

function trailingIn({ headers }: Incoming): string | undefined {
  const name = headers['x-amz-trailer'];
  if (name === undefined) return undefined;
  const [, algorithm] = /^x-amz-checksum-([a-z0-9]+)$/.exec(String(name).trim().toLowerCase()) ?? [];
  if (algorithm === undefined)
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  return algorithm;
}

function expectedOf(incoming: Incoming, isFramed: boolean): Expected {
  const { payload } = incoming.trust;
  if (!isFramed && payload !== 'UNSIGNED-PAYLOAD' && !HASH.test(payload))
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value or a valid sha256 value.',
    );
  return {
    length: lengthOf(incoming, isFramed),
    sha256: HASH.test(payload) ? payload : undefined,
    md5: md5In(incoming.headers['content-md5']),
    checksum: checksumIn(Object.entries(incoming.headers)),
    trailing: isFramed ? trailingIn(incoming) : undefined,
  };
}

/** Lets a body through and sums it up, no further than is asked. */
class Meter {
  readonly #md5 = createHash('md5');
  readonly #sha256;
  readonly #sum;
  readonly #expected: Expected;
  #size = 0;
  #trailer: ReadonlyMap<string, string> = new Map();

  constructor(expected: Expected) {
    this.#expected = expected;
    this.#sha256 = expected.sha256 === undefined ? undefined : createHash('sha256');
    const algorithm = expected.checksum?.algorithm ?? expected.trailing;
    this.#sum = algorithm === undefined ? undefined : { algorithm, sum: sumOf(algorithm) };
  }

  hear(trailer: ReadonlyMap<string, string>): void {
    this.#trailer = trailer;
  }

  async *through(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#size += chunk.length;
      if (this.#size > (this.#expected.length ?? LARGEST)) throw new S3Error('IncompleteBody');
      this.#md5.update(chunk);
      this.#sha256?.update(chunk);
      this.#sum?.sum.update(chunk);
      yield chunk;
    }
    if (this.#expected.length !== undefined && this.#size !== this.#expected.length)
      throw new S3Error('IncompleteBody');
  }

  #claimed(): Checksum | undefined {
    const { checksum, trailing } = this.#expected;
    if (checksum || trailing === undefined) return checksum;
    const found = checksumIn(this.#trailer);
    if (found?.algorithm !== trailing)
      throw new S3Error('InvalidRequest', 'The trailer has not the checksum that x-amz-trailer names');
    return found;
  }

  async #checksum(): Promise<Checksum | undefined> {
    const claimed = this.#claimed();
    if (!claimed || !this.#sum) return undefined;
    const value = Buffer.from(await this.#sum.sum.digest()).toString('base64');
    if (value !== claimed.value) throw new S3Error('BadDigest');
    return { algorithm: this.#sum.algorithm, value };
  }

  /** Throws where something is not as the client said. */
  async result(): Promise<Omit<Received, 'blob'>> {
    const md5 = this.#md5.digest('hex');
    if (this.#expected.md5 !== undefined && this.#expected.md5 !== md5) throw new S3Error('BadDigest');
    const sha256 = this.#sha256?.digest('hex');
    if (sha256 !== this.#expected.sha256) throw new S3Error('XAmzContentSHA256Mismatch');
    return { md5, checksum: await this.#checksum() };
  }
}

function metered(incoming: Incoming): { meter: Meter; content: AsyncIterable<Buffer> } {
  const framing = framingOf(incoming.trust.payload);
  const meter = new Meter(expectedOf(incoming, framing !== undefined));
  const body = framing
    ? unframed(incoming.body, framing, incoming.trust, (trailer) => meter.hear(trailer))
    : incoming.body;
  return { meter, content: meter.through(body) };
}

/** Writes the body into a new blob. Throws what S3 answers, and leaves nothing, where it is not what was announced. */
export async function receive(incoming: Incoming, blobs: Blobs): Promise<Received> {
  const { meter, content } = metered(incoming);
  const blob = await blobs.write(content);
  try {
    return { blob, ...(await meter.result()) };
  } catch (error) {
    await blobs.discard([blob]);
    throw error;
  }
}

/** The whole of a small body, such as a document in XML; throws EntityTooLarge beyond `limit` bytes. */
export async function receiveText(incoming: Incoming, limit: number): Promise<Buffer> {
  const { meter, content } = metered(incoming);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > limit) throw new S3Error('EntityTooLarge');
    chunks.push(chunk);
  }
  await meter.result();
  return Buffer.concat(chunks);
}
