// Who asks: S3's own rules about signatures, and the refusals of a wrong one in S3's words.
import type { IncomingMessage } from 'node:http';
import { findKey } from '../api/keys.ts';
import {
  type Claim,
  claimOf,
  SignatureError,
  type Refusal as SignatureRefusal,
  type SignedRequest,
  signingKey,
  timeOf,
  verify,
} from '../api/signature.ts';
import type { Cloud } from '../cloud.ts';
import { REGIONS } from '../model/regions.ts';
import { own } from '../own.ts';
import { type Code, S3Error } from './errors.ts';

const CODES: Record<SignatureRefusal, Code> = {
  missing: 'AccessDenied',
  malformed: 'AuthorizationHeaderMalformed',
  'unknown-key': 'InvalidAccessKeyId',
  'wrong-token': 'InvalidToken',
  'wrong-signature': 'SignatureDoesNotMatch',
  expired: 'RequestTimeTooSkewed',
};
/** Of a presigned URL (AWS: "Authenticating Requests: Using Query Parameters"). */
const LONGEST_SECONDS = 604_800;
const PRESIGNED = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
];

/** Who signed a request, and what chunks of its body are signed on with. */
export interface Trust {
  readonly region: string;
  readonly signature: string;
  /** `20261128T190000Z` */
  readonly date: string;
  /** `20261128/us-east-1/s3/aws4_request` */
  readonly scope: string;
  readonly key: Buffer;
  /** What the client says of the body: a hash, UNSIGNED-PAYLOAD or STREAMING-… */
  readonly payload: string;
}

const isPresigned = (request: SignedRequest): boolean =>
  request.headers['authorization'] === undefined && /[?&]X-Amz-/.test(request.url);

function checkPresigned(query: ReadonlyMap<string, string>, now: Date): void {
  const wrong = (message: string): never => {
    throw new S3Error('AuthorizationQueryParametersError', message);
  };
  if (PRESIGNED.some((name) => !query.get(name)) || query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    wrong(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^\d{1,9}$/.test(expires)) wrong('X-Amz-Expires should be a number');
  if (Number(expires) > LONGEST_SECONDS) wrong('X-Amz-Expires must be less than a week (in seconds)');
  const signed = timeOf(query.get('X-Amz-Date') ?? '');
  if (Number.isNaN(signed)) wrong("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (now.getTime() > signed + Number(expires) * 1000)
    throw new S3Error('AccessDenied', 'Request has expired');
}

/** The scope is of S3, a region and the day it was signed; host and all of x-amz-* are signed. */
function checkScope(claim: Claim, headers: SignedRequest['headers'], code: Code): void {
  const [, day = '', region = '', service] = claim.credential;
  if (service !== 's3') throw new S3Error(code, 'The credential scope must name the service s3.');
  if (!REGIONS.includes(region)) throw new S3Error(code, `The region '${region}' is wrong.`);
  if (!claim.date.startsWith(day) || day.length !== 8)
    throw new S3Error(code, 'The credential scope must name the day of the signature.');
  const signed = new Set(claim.signedHeaders);
  const left = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signed.has(name));
  if (!signed.has('host') || left.length > 0)
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed');
}

function checkRules(request: SignedRequest, query: ReadonlyMap<string, string>, now: Date): Claim {
  const presigned = isPresigned(request);
  if (presigned) checkPresigned(query, now);
  const claim = claimOf(request);
  checkScope(
    claim,
    request.headers,
    presigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed',
  );
  if (!presigned && claim.payload === undefined)
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  return claim;
}

function trusted(cloud: Cloud, request: SignedRequest, query: ReadonlyMap<string, string>): Trust {
  const claim = checkRules(request, query, cloud.now());
  const { region, accessKeyId } = verify(request, (id) => findKey(cloud, id), cloud.now());
  const scope = claim.credential.slice(1).join('/');
  const key = signingKey(findKey(cloud, accessKeyId)?.secret ?? '', claim);
  const payload = claim.payload ?? 'UNSIGNED-PAYLOAD';
  return { region, signature: claim.signature, date: claim.date, scope, key, payload };
}

/** Header values are bytes; whoever signs text signs its UTF-8. */
const plain = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value), 'latin1').toString()]),
  );

/** Throws S3Error where the request is not signed, or not rightly. */
export function identify(
  cloud: Cloud,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  query: ReadonlyMap<string, string>,
): Trust {
  try {
    return trusted(cloud, { method, url, headers: plain(headers) }, query);
  } catch (error) {
    throw error instanceof SignatureError ? new S3Error(own(CODES, error.refusal) ?? 'AccessDenied') : error;
  }
}
