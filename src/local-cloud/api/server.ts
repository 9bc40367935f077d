// The API over HTTP: EC2 and STS on one port, told apart by the version of the protocol they speak.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Action } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import type { Cloud } from '../cloud.ts';
import { Cut, fateOf } from '../faults/call.ts';
import { inside } from '../model/addresses.ts';
import { turn } from '../turns.ts';
import { ApiError, required } from './errors.ts';
import { readForm } from './form.ts';
import { parseQuery } from './query.ts';
import { type Record, recorder } from './record.ts';
import { authenticate } from './trust.ts';
import { type Service, writeError, writeResult } from './xml.ts';

const BODY_LIMIT = 1_000_000;
const VERSIONS = { ec2: '2016-11-15', sts: '2011-06-15' } as const satisfies { [S in Service]: string };

/** What is read and forgotten beyond that, so that whoever still sends hears the answer. */
const PATIENCE_LIMIT = 16 * BODY_LIMIT;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    if (size > PATIENCE_LIMIT) break;
  }
  if (size > BODY_LIMIT) throw new ApiError('RequestEntityTooLarge', 'The request is too large.', 413);
  return Buffer.concat(chunks).toString('utf8');
}

type Form = ReadonlyMap<string, string>;

/** An action is asked for by its name and the version of the protocol. */
function actionFor(service: Service, params: Form): Action {
  const name = required(params.get('Action'), 'Action');
  const version = required(params.get('Version'), 'Version');
  if (version !== VERSIONS[service])
    throw new ApiError(
      'NoSuchVersion',
      `The requested version (${version}) of service AmazonEC2 does not exist`,
    );
  const action = ACTIONS[service].get(name);
  if (action === undefined)
    throw new ApiError('InvalidAction', `The action ${name} is not valid for this web service.`);
  return action;
}

const METHODS = ['GET', 'POST'];

/** The query and the body of a request to `/`. Throws for other methods and paths, where EC2 and STS have nothing. */
function formOf({ method = '', url = '' }: IncomingMessage, body: string): string {
  const at = url.indexOf('?');
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
  if (!METHODS.includes(method) || path !== '/')
    throw new ApiError('InvalidRequest', `The request ${method} ${path} is not valid: ask with POST /.`);
  return [query, body].filter(Boolean).join('&');
}

/** By the form as it came: whoever has no key is refused before any work is done on what he sent. */
const serviceOf = (form: string): Service => (OF_STS.test(form) ? 'sts' : 'ec2');
const OF_STS = new RegExp(`(?:^|&)Version=${VERSIONS.sts}(?:&|$)`);

interface Answer {
  readonly service: Service;
  /** What was asked, as it came. */
  readonly request: string;
  readonly status: number;
  readonly answer: string;
  /** Only a part of it arrives. */
  readonly isCut?: boolean;
}

/** Undefined: the connection is cut before anything is done. */
async function perform(cloud: Cloud, request: IncomingMessage, id: string): Promise<Answer | undefined> {
  let service: Service = 'ec2';
  let form = '';
  try {
    const body = await readBody(request);
    form = formOf(request, body);
    service = serviceOf(form);
    const signer = authenticate(cloud, service, request, body);
    await turn(form.length);
    const params = readForm(form);
    const action = actionFor(service, params);
    const input = parseQuery(action.operation, params);
    const { region, accessKeyId } = signer;
    const agent = request.headers['user-agent'] ?? '';
    const { state, isCutAfter } = fateOf(cloud, { action: action.operation[2], input, region, agent });
    const result = await action.run(input, { cloud, state, region, accessKeyId });
    await cloud.settled();
    const answer = writeResult(service, action.operation, result, id);
    return { service, request: form, status: 200, answer, isCut: isCutAfter };
  } catch (error) {
    // Who broke the connection off hears no answer, and is no trouble of ours.
    if (error instanceof Cut || request.errored !== null || request.socket.destroyed) return undefined;
    const known = error instanceof ApiError ? error : unforeseen(cloud, error);
    return { service, request: form, status: known.status, answer: writeError(service, known, id) };
  } finally {
    // What was not read of the body would stand in the way of the next request.
    request.resume();
  }
}

function unforeseen(cloud: Cloud, error: unknown): ApiError {
  cloud.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
  return new ApiError('InternalError', 'An internal error has occurred; see the log of the local cloud', 500);
}

function send(response: ServerResponse, { status, answer: text, isCut = false }: Answer, id: string): void {
  const length = Buffer.byteLength(text);
  const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': id };
  response.writeHead(status, isCut ? { ...headers, 'content-length': length } : headers);
  if (!isCut) response.end(text);
  else response.write(text.slice(0, text.length / 2), () => response.destroy());
}

/** What is told without a signature is for this host, and not for what runs in its machines. */
const isMachine = ({ plan }: Cloud, { socket }: IncomingMessage): boolean =>
  inside(socket.remoteAddress?.replace(/^::ffff:/, '') ?? '', plan.vpc);

async function respond(
  cloud: Cloud,
  { health, record }: Extras,
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (request.method === 'GET' && request.url === '/health' && !isMachine(cloud, request)) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(health()));
    return;
  }
  const id = randomUUID();
  const done = await perform(cloud, request, id);
  if (done === undefined) {
    request.socket.destroy();
    return;
  }
  response.on('error', () => {});
  record(done);
  send(response, done, id);
}

interface Extras {
  /** What is told to whoever asks `/health` without a signature. */
  health(): object;
  readonly record: Record;
}

/** Makes the server of the API; without a `record` nothing is written down. */
export const createApi = (cloud: Cloud, health: () => object, record: Record = recorder(undefined)): Server =>
  createServer((request, response) =>
    cloud.behind('answering', respond(cloud, { health, record }, request, response)),
  );
