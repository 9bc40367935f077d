// S3 on its own port: finds out where a request goes, who asks and what for, and lets the action answer.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cloud } from '../cloud.ts';
import { ACCOUNT } from '../model/ids.ts';
import type { Call } from './actions/action.ts';
import { inputOf, send } from './bind.ts';
import { refuse, S3Error } from './errors.ts';
import { checkForeign, placeOf } from './place.ts';
import { routeOf } from './routes.ts';
import { Store } from './store/store.ts';
import { identify } from './trust.ts';

/** A connection on which nothing comes or goes for so long is closed; a body may take as long as it likes. */
const SILENCE_MS = 120_000;

/** Whoever stops reading a body half-way still answers on its connection. */
const bodyOf = (request: IncomingMessage): Call['body'] => ({
  [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }),
});

/** All that is checked before an action begins. */
function callOf(
  cloud: Cloud,
  store: Store,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Call {
  const { url = '/', headers } = request;
  // The query is needed for the signature, so the place comes first; neither tells what is there.
  const place = placeOf(url);
  const trust = identify(cloud, request, place.query);
  checkForeign(
    place.bucket,
    request.method === 'PUT' && !place.key && place.query.size === 0 ? 'BucketAlreadyExists' : 'AccessDenied',
  );
  const owner = headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== ACCOUNT) throw new S3Error('AccessDenied');
  return { cloud, store, place, trust, headers, body: bodyOf(request), response, id };
}

async function answer(
  cloud: Cloud,
  store: Store,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
) {
  const call = callOf(cloud, store, request, response, id);
  const action = routeOf(request.method ?? 'GET', call.place, request.headers);
  const done = await action.run(inputOf(action.operation, call.place, request.headers), call);
  if (done) send(response, done);
}

/** The client went away, which is its own affair. */
const isGone = (request: IncomingMessage, response: ServerResponse): boolean =>
  request.errored !== null || response.destroyed || request.socket.destroyed;

function fail(
  cloud: Cloud,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  id: string,
): void {
  if (isGone(request, response)) return void response.destroy();
  const known = error instanceof S3Error ? error : new S3Error('InternalError');
  if (known !== error) cloud.log(`S3 failed: ${error instanceof Error ? error.stack : String(error)}`);
  // Half an answer must not look like a whole one.
  if (response.headersSent) return void response.destroy();
  refuse(response, known, id);
}

async function respond(
  cloud: Cloud,
  store: Store,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = randomUUID();
  request.on('error', () => {});
  response.on('error', () => {});
  response.setHeader('x-amz-request-id', id);
  try {
    await answer(cloud, store, request, response, id);
  } catch (error) {
    fail(cloud, request, response, error, id);
  } finally {
    // What was not read of the body would stand in the way of the next request.
    request.resume();
  }
}

/** Makes the server; objects are kept in `directory`, which is made where it is not. */
export function createS3(cloud: Cloud, directory: string): Server {
  const store = new Store(directory, (line) => cloud.log(line));
  const server = createServer((request, response) => void respond(cloud, store, request, response));
  server.requestTimeout = 0;
  server.setTimeout(SILENCE_MS);
  return server;
}
