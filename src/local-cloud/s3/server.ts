// S3 on its own port: s3rver keeps the objects, we check the signatures in front of it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { findKey } from '../api/keys.ts';
import { type Refusal, SignatureError, type Signer, verify } from '../api/signature.ts';
import type { Cloud } from '../cloud.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
interface Account {
  createKeyPair(id: string, secret: string): void;
}
interface Accounts {
  readonly DUMMY_ACCOUNT: Account;
  readonly registry: ReadonlyMap<string, Account>;
}
type S3rver = new (options: object) => { callback(): Handler };

const require = createRequire(import.meta.url);
const ERRORS: Record<Refusal, readonly [number, string, string]> = {
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

function refuse(response: ServerResponse, why: Refusal): void {
  const [status, code, message] = ERRORS[why];
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

/** s3rver looks an access key up in accounts of its own: whoever we let in is one of them. */
function admit(accounts: Accounts, { accessKeyId }: Signer, secret: string): void {
  if (!accounts.registry.has(accessKeyId)) accounts.DUMMY_ACCOUNT.createKeyPair(accessKeyId, secret);
}

/** Makes the server; objects are kept in `directory`, which must exist. */
export function createS3(cloud: Cloud, directory: string): Server {
  const S3rver = require('s3rver') as S3rver;
  const accounts = require('s3rver/lib/models/account') as Accounts;
  const serve = new S3rver({ directory, silent: true, vhostBuckets: false }).callback();
  return createServer((request, response) => {
    try {
      const signer = identify(cloud, request);
      admit(accounts, signer, findKey(cloud, signer.accessKeyId)?.secret ?? '');
      serve(request, response);
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      request.resume();
      refuse(response, error.refusal);
    }
  });
}
