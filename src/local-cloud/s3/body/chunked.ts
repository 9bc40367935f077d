// Takes the framing off a body in aws-chunked, and checks the signatures of its chunks and of its trailer.
// AWS: "Signature Version 4: Transferring payload in multiple chunks", "… with trailing headers".
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { S3Error } from '../errors.ts';
import type { Trust } from '../trust.ts';

const LINE_BYTES = 8 * 1024;
const TRAILER_LINES = 16;
const EMPTY = createHash('sha256').digest('hex');
const HEAD = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/;

/** How the body is framed, by its `x-amz-content-sha256`. */
interface Framing {
  readonly isSigned: boolean;
  readonly hasTrailer: boolean;
}

const FRAMINGS: Record<string, Framing> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { isSigned: true, hasTrailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { isSigned: true, hasTrailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { isSigned: false, hasTrailer: true },
};

/** Undefined where the body comes as it is. */
export function framingOf(payload: string): Framing | undefined {
  if (!payload.startsWith('STREAMING-')) return undefined;
  const framing = Object.hasOwn(FRAMINGS, payload) ? FRAMINGS[payload] : undefined;
  if (!framing)
    throw new S3Error('NotImplemented', `The local cloud does not know the payload ${payload.slice(0, 60)}`);
  return framing;
}

const broken = (): S3Error =>
  new S3Error('IncompleteBody', 'The request body is not framed as aws-chunked says');

/** Reads lines and counted bytes out of a stream, never holding more than one chunk of it and one line. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Gives the source back, so that it ends with the reading. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }

  /** Undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line.replace(/\r$/, '');
      }
      if (this.#rest.length > LINE_BYTES) throw broken();
      if (!(await this.#more())) return this.#rest.length > 0 ? this.#last() : undefined;
    }
  }

  #last(): string {
    const line = this.#rest.toString('latin1');
    this.#rest = Buffer.alloc(0);
    return line;
  }

  /** The next bytes, `count` in all. */
  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) throw broken();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}

/** Each signature is made over the one before. */
class Chain {
  readonly #trust: Trust;
  #before: string;

  constructor(trust: Trust) {
    this.#trust = trust;
    this.#before = trust.signature;
  }

  check(kind: 'PAYLOAD' | 'TRAILER', hashes: readonly string[], signature: string | undefined): void {
    const { date, scope, key } = this.#trust;
    const text = [`AWS4-HMAC-SHA256-${kind}`, date, scope, this.#before, ...hashes].join('\n');
    const expected = createHmac('sha256', key).update(text).digest();
    const given = Buffer.from(signature ?? '', 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new S3Error('SignatureDoesNotMatch');
    this.#before = expected.toString('hex');
  }
}

/** The size of the next chunk, and its signature; throws where the line before it is none. */
async function headOf(reader: Reader): Promise<{ size: number; signature: string | undefined }> {
  const [, size, signature] = HEAD.exec((await reader.line()) ?? '') ?? [];
  if (size === undefined) throw broken();
  return { size: Number.parseInt(size, 16), signature };
}

async function* chunksOf(reader: Reader, chain: Chain | undefined): AsyncGenerator<Buffer> {
  for (;;) {
    const { size, signature } = await headOf(reader);
    const hash = createHash('sha256');
    for await (const piece of reader.bytes(size)) {
      if (chain) hash.update(piece);
      yield piece;
    }
    chain?.check('PAYLOAD', [EMPTY, hash.digest('hex')], signature);
    if (size === 0) return;
    if ((await reader.line()) !== '') throw broken();
  }
}

async function trailerOf(reader: Reader): Promise<Map<string, string>> {
  const trailer = new Map<string, string>();
  for (let lines = 0; lines < TRAILER_LINES; lines += 1) {
    const line = await reader.line();
    if (!line) return trailer;
    const [name = '', value = ''] = line.split(/:(.*)/s);
    trailer.set(name.trim().toLowerCase(), value.trim());
  }
  throw broken();
}

function checkTrailer(trailer: Map<string, string>, chain: Chain): void {
  const signature = trailer.get('x-amz-trailer-signature');
  trailer.delete('x-amz-trailer-signature');
  const text = [...trailer].map(([name, value]) => `${name}:${value}\n`).join('');
  chain.check('TRAILER', [createHash('sha256').update(text).digest('hex')], signature);
}

/**
 * The body without its framing; `told` hears of the trailer, once all is read.
 * Throws IncompleteBody where the framing is broken, SignatureDoesNotMatch where a chunk is not the one that was signed.
 */
export async function* unframed(
  source: AsyncIterable<Buffer>,
  { isSigned, hasTrailer }: Framing,
  trust: Trust,
  told: (trailer: ReadonlyMap<string, string>) => void,
): AsyncGenerator<Buffer> {
  const reader = new Reader(source);
  const chain = isSigned ? new Chain(trust) : undefined;
  try {
    yield* chunksOf(reader, chain);
    const trailer = await trailerOf(reader);
    if (chain && hasTrailer) checkTrailer(trailer, chain);
    told(trailer);
    if ((await reader.line()) !== undefined) throw broken();
  } finally {
    await reader.close();
  }
}
