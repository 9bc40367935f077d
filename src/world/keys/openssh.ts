// OpenSSH's own form of a private key: its public half without the passphrase, and an ed25519 key written in it.

const MAGIC = Buffer.from('openssh-key-v1\0');

/** A string of the ssh protocol: its length in four bytes, then itself (RFC 4251, section 5). */
const ssh = (content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Strings of the ssh protocol, one after another. */
class Reader {
  #at: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Throws RangeError behind the end. */
  number(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  string(): Buffer {
    const length = this.number();
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError('cut off');
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

const body = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');

/** What can be read of a key in OpenSSH's form without its passphrase. */
export interface Header {
  readonly cipher: string;
  /** In its wire form. */
  readonly publicHalf: Buffer;
  /** As `ssh-ed25519`. */
  readonly type: string;
}

/** Undefined where the text is cut off or holds another number of keys than one. */
export function headerOf(pem: string): Header | undefined {
  const bytes = body(pem);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const reader = new Reader(bytes, MAGIC.length);
  try {
    // The cipher, the name of the key derivation, its options; then how many keys.
    const [cipher = ''] = [reader.string(), reader.string(), reader.string()].map(String);
    if (reader.number() !== 1) return undefined;
    const publicHalf = reader.string();
    return { cipher, publicHalf, type: new Reader(publicHalf, 0).string().toString() };
  } catch {
    return undefined;
  }
}

/** An ed25519 key, of 32 bytes each half, as OpenSSH writes it without a passphrase (openssh: PROTOCOL.key). */
export function ed25519Pem(publicHalf: Buffer, seed: Buffer): string {
  const wire = Buffer.concat([ssh('ssh-ed25519'), ssh(publicHalf)]);
  const halves = Buffer.concat([wire, ssh(Buffer.concat([seed, publicHalf])), ssh('')]);
  // Two equal numbers, by which a wrong passphrase would be found out; then the halves, filled up with 1, 2, 3, …
  const filled = Buffer.concat([Buffer.alloc(8), halves]);
  const filling = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (filled.length % 8)) % 8));
  const one = Buffer.from([0, 0, 0, 1]);
  const bytes = Buffer.concat([
    MAGIC,
    ...[ssh('none'), ssh('none'), ssh(''), one, ssh(wire)],
    ssh(Buffer.concat([filled, filling])),
  ]);
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
}
