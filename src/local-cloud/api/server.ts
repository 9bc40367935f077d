// The API over HTTP: EC2 and STS on one port, told apart by the version of the protocol they speak.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Action } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import type { Cloud } from '../cloud.ts';
import { Cut, fateOf } from '../faults/call.ts';
import { ApiError, missingParameter } from './errors.ts';
import { findKey } from './keys.ts';
import { parseQuery } from './query.ts';
import { type Record, recorder } from './record.ts';
import { refusal } from './refusals.ts';
import { SignatureError, type Signer, verify } from './signature.ts';
import { type Service, writeError, writeResult } from './xml.ts';

const BODY_LIMIT = 1_000_000;
const STS_VERSION = '2011-06-15';

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new ApiError('RequestEntityTooLarge', 'The request is too large.', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function authenticate(cloud: Cloud, service: Service, request: IncomingMessage, body: string): Signer {
  const { method = 'POST', url = '/', headers } = request;
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  try {
    return verify({ method, url, headers: plain, body }, (id) => findKey(cloud, id), cloud.now());
  } catch (error) {
    throw error instanceof SignatureError ? refusal(service, error.refusal) : error;
  }
}

function actionFor(service: Service, params: URLSearchParams): Action {
  const name = params.get('Action');
  if (name === null) throw missingParameter('Action');
  const action = ACTIONS[service].get(name);
  if (action === undefined)
    throw new ApiError('InvalidAction', `The action ${name} is not valid for this web service.`);
  return action;
}

function formOf(request: IncomingMessage, body: string): string {
  const query = request.url?.split('?')[1] ?? '';
  return [query, body].filter(Boolean).join('&');
}

const serviceOf = (params: URLSearchParams): Service =>
  params.get('Version') === STS_VERSION ? 'sts' : 'ec2';

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
    const params = new URLSearchParams(form);
    service = serviceOf(params);
    const signer = authenticate(cloud, service, request, body);
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
    if (error instanceof Cut) return undefined;
    const known = error instanceof ApiError ? error : unforeseen(cloud, error);
    return { service, request: form, status: known.status, answer: writeError(service, known, id) };
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

async function respond(
  cloud: Cloud,
  { health, record }: Extras,
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (request.method === 'GET' && request.url === '/health') {
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
