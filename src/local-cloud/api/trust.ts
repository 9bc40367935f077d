// Who asks EC2 or STS: the signature, and that it is one of this day, region and service.
import type { IncomingMessage } from 'node:http';
import type { Cloud } from '../cloud.ts';
import { REGIONS } from '../model/regions.ts';
import type { ApiError } from './errors.ts';
import { findKey } from './keys.ts';
import { outOfScope, refusal } from './refusals.ts';
import { type Claim, claimOf, SignatureError, type SignedRequest, type Signer, verify } from './signature.ts';
import type { Service } from './xml.ts';

/** What is wrong with what the signature is for; undefined: nothing. */
function scopeTrouble(claim: Claim, service: Service): string | undefined {
  const [, day = '', region = '', named = ''] = claim.credential;
  if (day !== claim.date.slice(0, 8))
    return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${claim.date.slice(0, 8)}'.`;
  if (named !== service) return `Credential should be scoped to correct service: '${service}'.`;
  if (!REGIONS.includes(region)) return `Credential should be scoped to a valid region, not '${region}'.`;
  if (!claim.signedHeaders.includes('host'))
    return `'Host' must be a 'SignedHeader' in the AWS Authorization.`;
  return undefined;
}

/** Header values are bytes; whoever signs text signs its UTF-8. */
const plain = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value), 'latin1').toString()]),
  );

/** Throws the service's own error for a request that is not signed, or not rightly. */
export function authenticate(
  cloud: Cloud,
  service: Service,
  { method = 'POST', url = '/', headers }: IncomingMessage,
  body: string,
): Signer {
  const request: SignedRequest = { method, url, headers: plain(headers), body };
  try {
    const signer = verify(request, (id) => findKey(cloud, id), cloud.now());
    const trouble = scopeTrouble(claimOf(request), service);
    if (trouble !== undefined) throw outOfScope(service, trouble);
    return signer;
  } catch (error) {
    throw error instanceof SignatureError ? refusal(service, error.refusal) : (error as ApiError);
  }
}
