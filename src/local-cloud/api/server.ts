// The API over HTTP: EC2 and STS on one port, told apart by the version of the protocol they speak.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Action } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import type { Cloud } from '../cloud.ts';
import { ApiError, missingParameter } from './errors.ts';
import { findKey } from './keys.ts';
import { parseQuery } from './query.ts';
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

function paramsOf(request: IncomingMessage, body: string): URLSearchParams {
  const query = request.url?.split('?')[1] ?? '';
  return new URLSearchParams([query, body].filter(Boolean).join('&'));
}

const serviceOf = (params: URLSearchParams): Service =>
  params.get('Version') === STS_VERSION ? 'sts' : 'ec2';

async function perform(cloud: Cloud, request: IncomingMessage, id: string): Promise<[number, string]> {
  let service: Service = 'ec2';
  try {
    const body = await readBody(request);
    const params = paramsOf(request, body);
    service = serviceOf(params);
    const signer = authenticate(cloud, service, request, body);
    const action = actionFor(service, params);
    const input = parseQuery(action.operation, params);
    const call = { cloud, state: cloud.state, region: signer.region, accessKeyId: signer.accessKeyId };
    const result = await action.run(input, call);
    await cloud.settled();
    return [200, writeResult(service, action.operation, result, id)];
  } catch (error) {
    const known = error instanceof ApiError ? error : unforeseen(cloud, error);
    return [known.status, writeError(service, known, id)];
  }
}

function unforeseen(cloud: Cloud, error: unknown): ApiError {
  cloud.log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
  return new ApiError('InternalError', 'An internal error has occurred; see the log of the local cloud', 500);
}

async function answer(
  cloud: Cloud,
  health: () => object,
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (request.method === 'GET' && request.url === '/health') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(health()));
    return;
  }
  const id = randomUUID();
  const [status, text] = await perform(cloud, request, id);
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': id });
  response.end(text);
}

/** Makes the server of the API; `health` is what it tells whoever asks `/health` without a signature. */
export const createApi = (cloud: Cloud, health: () => object): Server =>
  createServer((request, response) => cloud.behind('answering', answer(cloud, health, request, response)));
