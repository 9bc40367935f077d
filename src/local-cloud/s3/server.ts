// S3 on its own port: s3rver speaks its protocol; signatures, buckets and the keeping of objects are ours.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { findKey } from '../api/keys.ts';
import { SignatureError, type Refusal as SignatureRefusal, type Signer, verify } from '../api/signature.ts';
import type { Cloud } from '../cloud.ts';
import { answerForBuckets } from './buckets.ts';
import { type Refusal, refuse } from './errors.ts';
import { withClaim } from './payload.ts';
import { Store } from './store.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
interface Account {
  createKeyPair(id: string, secret: string): void;
}
interface Accounts {
  readonly DUMMY_ACCOUNT: Account;
  readonly registry: ReadonlyMap<string, Account>;
}
interface S3rver {
  store: Store;
  readonly context: { store: Store };
  callback(): Handler;
}

const require = createRequire(import.meta.url);
const ERRORS: Record<SignatureRefusal, Refusal> = {
  missing: [403, 'AccessDenied', 'Access Denied'],
  malformed: [400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.'],
  'unknown-key': [
    403,
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
  ],
  'wrong-token': [400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'],
  'wrong-signature': [
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  expired: [
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
  ],
};

function identify(cloud: Cloud, request: IncomingMessage): Signer {
  const { method = 'GET', url = '/', headers } = request;
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return verify({ method, url, headers: plain }, (id) => findKey(cloud, id), cloud.now());
}

/** s3rver looks an access key up in accounts of its own: whoever we let in is one of them. */
function admit(accounts: Accounts, { accessKeyId }: Signer, secret: string): void {
  if (!accounts.registry.has(accessKeyId)) accounts.DUMMY_ACCOUNT.createKeyPair(accessKeyId, secret);
}

/** s3rver with a store of ours. */
function serveObjects(store: Store, directory: string): Handler {
  const S3rver = require('s3rver') as new (options: object) => S3rver;
  const server = new S3rver({ directory, silent: true, vhostBuckets: false });
  server.store = store;
  server.context.store = store;
  return server.callback();
}

/** What is put together from parts was held against their hashes when they came. */
const claimOf = ({ method, headers }: IncomingMessage) =>
  method === 'PUT' ? headers['x-amz-content-sha256'] : undefined;

/** Makes the server; objects are kept in `directory`, which must exist. */
export function createS3(cloud: Cloud, directory: string): Server {
  const accounts = require('s3rver/lib/models/account') as Accounts;
  const store = new Store(directory);
  const serve = serveObjects(store, directory);
  return createServer(async (request, response) => {
    try {
      const signer = identify(cloud, request);
      admit(accounts, signer, findKey(cloud, signer.accessKeyId)?.secret ?? '');
      if (await answerForBuckets(store, signer.region, request, response)) return;
      withClaim(claimOf(request), () => serve(request, response));
    } catch (error) {
      if (error instanceof SignatureError) return refuse(request, response, ERRORS[error.refusal]);
      cloud.log(`S3 failed: ${error instanceof Error ? error.message : String(error)}`);
      response.destroy();
    }
  });
}
