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
  /** A form that stands in the query. */
  readonly query?: string;
  /** Signed in the query, for so many seconds. */
  readonly expires?: string;
  /** Headers that the signature leaves out. */
  readonly unsigned?: readonly string[];
  /** Another day in the scope than that of the date. */
  readonly day?: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The same by hand, for what the SDK's signer would never sign so. */
function byHand(endpoint: string, wish: Wish) {
  const { method = 'POST', path = '/', body = '', service = 'ec2', region = 'us-east-1' } = wish;
  const date = (wish.at ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [wish.day ?? date.slice(0, 8), region, service, 'aws4_request'];
  const headers: Record<string, string> = {
    host: new URL(endpoint).host,
    'content-type': 'application/x-www-form-urlencoded',
    ...wish.headers,
    ...(wish.expires === undefined ? { 'x-amz-date': date } : {}),
  };
  const names = Object.keys(headers)
    .filter((name) => !wish.unsigned?.includes(name))
    .sort();
  const credential = [wish.accessKeyId ?? 'AKIATEST', ...scope].join('/');
  const claims: [string, string][] =
    wish.expires === undefined
      ? []
      : [
          ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
          ['X-Amz-Credential', credential],
          ['X-Amz-Date', date],
          ['X-Amz-Expires', wish.expires],
          ['X-Amz-SignedHeaders', names.join(';')],
        ];
  const query = [...new URLSearchParams(wish.query), ...claims]
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [method, path, query.join('&'), lines, names.join(';'), sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${wish.secret ?? 'secret'}`);
  const signature = hmac(key, text).toString('hex');
  if (wish.expires !== undefined) query.push(`X-Amz-Signature=${signature}`);
  else
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { method, path: query.length > 0 ? `${path}?${query.join('&')}` : path, headers, body };
}

/** For the test cloud's own key, unless the wish says otherwise. */
export async function signedRequest(endpoint: string, wish: Wish) {
  if (wish.query ?? wish.expires ?? wish.day ?? wish.unsigned) return byHand(endpoint, wish);
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
    ...(service === 's3' ? { 'x-amz-content-sha256': sha256(body) } : {}),
    ...wish.headers,
  };
  const parts = { method, protocol: 'http:', hostname, path, query: {}, headers, body };
  const signed = await signer.sign(parts, { signingDate: at });
  return { method, path, headers: signed.headers as Record<string, string>, body };
}
