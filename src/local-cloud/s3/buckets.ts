// Whose a bucket is, and how one is made: what s3rver leaves out, since it knows one account and one region.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Refusal, refuse } from './errors.ts';

interface Buckets {
  getBucket(name: string): Promise<object | null>;
  putBucket(name: string): Promise<object | null>;
}

/** The names of all buckets of the world are one space: these stand for those that other accounts have taken. */
const FOREIGN = /^someone-elses-/;

// Messages as real S3 words them.
const DENIED: Refusal = [403, 'AccessDenied', 'Access Denied'];
const TAKEN: Refusal = [
  409,
  'BucketAlreadyExists',
  'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
];
const YOURS: Refusal = [
  409,
  'BucketAlreadyOwnedByYou',
  'Your previous request to create the named bucket succeeded and you already own it.',
];
const NAME: Refusal = [400, 'InvalidBucketName', 'The specified bucket is not valid.'];
const NOWHERE: Refusal = [400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid'];
const VALID = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The default region may not be named; any other must be, by the endpoint that is its own. */
function misplaced(body: string, region: string): Refusal | undefined {
  const named = /<LocationConstraint[^>]*>([^<]*)</.exec(body)?.[1] ?? '';
  if (named === 'us-east-1') return NOWHERE;
  if (region === 'us-east-1' || named === region) return undefined;
  const message = `The ${named || 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  return [400, 'IllegalLocationConstraintException', message];
}

async function make(
  buckets: Buckets,
  name: string,
  region: string,
  request: IncomingMessage,
): Promise<Refusal | undefined> {
  const wrong = misplaced(await text(request), region);
  if (wrong) return wrong;
  if (!VALID.test(name)) return NAME;
  // The oldest region answers a second time as it did the first time.
  if (await buckets.getBucket(name)) return region === 'us-east-1' ? undefined : YOURS;
  await buckets.putBucket(name);
  return undefined;
}

/**
 * Answers what concerns a bucket of another account, and the making of one; false where it is s3rver's turn.
 * `region` is the one that the request was signed for.
 */
export async function answerForBuckets(
  buckets: Buckets,
  region: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [path = '', query = ''] = (request.url ?? '/').split('?');
  const [name = '', key = ''] = path.split('/').slice(1);
  const making = request.method === 'PUT' && name !== '' && key === '' && query === '';
  if (FOREIGN.test(name)) refuse(request, response, making ? TAKEN : DENIED);
  else if (!making) return false;
  else {
    const refusal = await make(buckets, name, region, request);
    if (refusal) refuse(request, response, refusal);
    else response.writeHead(200, { location: `/${name}` }).end();
  }
  return true;
}
