// A signed request as plain data, so that a test can change it on its way.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** What the SDK's signer hashes with. */
export class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(data: string | Uint8Array | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as Buffer);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {}
}

interface Wish {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly service?: string;
  readonly region?: string;
  /** Further headers, signed, too. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly accessKeyId?: string;
  readonly secret?: string;
  /** When it was signed. */
  readonly at?: Date;
}

/** For the test cloud's own key, unless the wish says otherwise. */
export async function signedRequest(endpoint: string, wish: Wish) {
  const { method = 'POST', path = '/', body = '', service = 'ec2', at = new Date() } = wish;
  const { hostname, host } = new URL(endpoint);
  const credentials = {
    accessKeyId: wish.accessKeyId ?? 'AKIATEST',
    secretAccessKey: wish.secret ?? 'secret',
  };
  const signer = new SignatureV4({
    credentials,
    region: wish.region ?? 'us-east-1',
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
  const headers = {
    host,
    'content-type': 'application/x-www-form-urlencoded',
    ...(service === 's3' ? { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') } : {}),
    ...wish.headers,
  };
  const parts = { method, protocol: 'http:', hostname, path, query: {}, headers, body };
  const signed = await signer.sign(parts, { signingDate: at });
  return { method, path, headers: signed.headers as Record<string, string>, body };
}
