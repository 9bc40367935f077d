// Checks Signature Version 4, by header and by query, by computing it again (AWS: "Signing AWS API requests").
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { own } from '../own.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came, still encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Absent where the body is streamed: then its hash is taken from `x-amz-content-sha256`. */
  readonly body?: string;
}

export interface Key {
  readonly secret: string;
  /** Temporary credentials come with a token that must be sent along. */
  readonly token?: string;
}

export interface Signer {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

export type Refusal = 'missing' | 'malformed' | 'unknown-key' | 'wrong-token' | 'wrong-signature' | 'expired';

/** A request that is not to be served; each service words the refusal its own way. */
export class SignatureError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`signature refused: ${refusal}`);
    this.refusal = refusal;
  }
}

/** What a request says of its own signature; nothing of it has been checked. */
export interface Claim {
  readonly credential: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: string;
  readonly token: string | undefined;
  readonly lifetime: number;
  readonly payload: string | undefined;
}

const SKEW_MS = 15 * 60_000;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pairs(query: string): [string, string][] {
  if (query === '') return [];
  return query.split('&').map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
  });
}

function headerClaim(request: SignedRequest, authorization: string): Claim {
  const fields = new Map(
    authorization
      .slice('AWS4-HMAC-SHA256'.length)
      .split(',')
      .map((part) => part.trim().split(/=(.*)/s) as [string, string]),
  );
  return {
    credential: (fields.get('Credential') ?? '').split('/'),
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
    date: request.headers['x-amz-date'] ?? '',
    token: request.headers['x-amz-security-token'],
    lifetime: SKEW_MS,
    payload: request.headers['x-amz-content-sha256'],
  };
}

/** In ms; NaN for what is no whole number of up to a week's seconds: of that nothing would ever be too old. */
const lifetimeOf = (seconds: string): number =>
  /^\d{1,6}$/.test(seconds) && Number(seconds) <= 604_800 ? Number(seconds) * 1000 : Number.NaN;

function queryClaim(query: Map<string, string>): Claim {
  return {
    credential: (query.get('X-Amz-Credential') ?? '').split('/'),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    token: query.get('X-Amz-Security-Token'),
    lifetime: lifetimeOf(query.get('X-Amz-Expires') ?? ''),
    payload: 'UNSIGNED-PAYLOAD',
  };
}

/** Throws SignatureError where the request is not signed. */
export function claimOf(request: SignedRequest): Claim {
  const authorization = request.headers['authorization'];
  if (authorization?.startsWith('AWS4-HMAC-SHA256')) return headerClaim(request, authorization);
  if (authorization !== undefined) throw new SignatureError('malformed');
  const query = new Map(pairs(request.url.split('?')[1] ?? ''));
  if (!query.has('X-Amz-Signature')) throw new SignatureError('missing');
  return queryClaim(query);
}

function canonical(request: SignedRequest, claim: Claim): string {
  const [path = '/', query = ''] = request.url.split(/\?(.*)/s);
  const sorted = pairs(query)
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => [encode(key), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
  const headers = claim.signedHeaders.map(
    (name) => `${name}:${(own(request.headers, name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  return [
    request.method,
    path
      .split('/')
      .map((part) => encode(decode(part)))
      .join('/'),
    sorted.map((pair) => pair.join('=')).join('&'),
    headers.join(''),
    claim.signedHeaders.join(';'),
    request.body === undefined ? (claim.payload ?? 'UNSIGNED-PAYLOAD') : hash(request.body),
  ].join('\n');
}

/** The key of one day, region and service that a secret gives (AWS: "Create a signed AWS API request", step 4). */
export function signingKey(
  secret: string,
  { credential: [, day = '', region = '', service = '', end = ''] }: Claim,
): Buffer {
  return [region, service, end].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day));
}

function expected(request: SignedRequest, claim: Claim, secret: string): string {
  const scope = claim.credential.slice(1).join('/');
  const text = ['AWS4-HMAC-SHA256', claim.date, scope, hash(canonical(request, claim))].join('\n');
  return hmac(signingKey(secret, claim), text).toString('hex');
}

/** The time that `20261128T190000Z` names, in ms; NaN where it is none. */
export function timeOf(date: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function checkTime(claim: Claim, now: Date): void {
  const signed = timeOf(claim.date);
  if (Number.isNaN(signed)) throw new SignatureError('malformed');
  const age = now.getTime() - signed;
  if (age > claim.lifetime || age < -SKEW_MS) throw new SignatureError('expired');
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Says who signed the request. `find` gives the secret of an access key id.
 * Throws SignatureError when there is no signature, or when it is not the one this key makes.
 */
export function verify(request: SignedRequest, find: (id: string) => Key | undefined, now: Date): Signer {
  const claim = claimOf(request);
  const [accessKeyId = '', , region, service, end] = claim.credential;
  if (claim.credential.length !== 5 || end !== 'aws4_request' || !region || !service)
    throw new SignatureError('malformed');
  if (Number.isNaN(claim.lifetime)) throw new SignatureError('malformed');
  const key = find(accessKeyId);
  if (key === undefined) throw new SignatureError('unknown-key');
  checkTime(claim, now);
  if (!same(claim.signature, expected(request, claim, key.secret)))
    throw new SignatureError('wrong-signature');
  if (key.token !== undefined && key.token !== claim.token) throw new SignatureError('wrong-token');
  return { accessKeyId, region, service };
}
