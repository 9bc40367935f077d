// The instance metadata service, version 2 (AWS: "Use the Instance Metadata Service"): who asks is seen by the address.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cloud } from '../cloud.ts';
import { formOf } from '../faults/decide.ts';
import type { Instance } from '../model/state.ts';
import { lookUp } from './lookup.ts';
import { isValidToken, makeToken } from './tokens.ts';
import { latest } from './tree.ts';

const LONGEST_S = 21_600;
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN = 'x-aws-ec2-metadata-token';

interface Answer {
  readonly status: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const asker = (cloud: Cloud, ip: string | undefined): Instance | undefined =>
  Object.values(cloud.state.instances).find((one) => one.privateIp === ip && one.state !== 'terminated');

function giveToken(cloud: Cloud, instance: Instance, request: IncomingMessage): Answer {
  // A proxy in front would let strangers in, so EC2 refuses whoever was forwarded.
  if (request.headers['x-forwarded-for'] !== undefined) return { status: 403 };
  const seconds = Number(request.headers[TTL]);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_S) return { status: 400 };
  const text = makeToken(cloud.key.secretAccessKey, instance.id, seconds, cloud.now());
  return { status: 200, text, headers: { [TTL]: String(seconds) } };
}

function mayRead(cloud: Cloud, instance: Instance, request: IncomingMessage): boolean {
  const token = request.headers[TOKEN];
  if (token === undefined) return instance.metadata.tokens === 'optional';
  return isValidToken(cloud.key.secretAccessKey, instance.id, String(token), cloud.now());
}

function pathOf(request: IncomingMessage): string[] {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  return path.split('/').filter(Boolean).map(safeDecode);
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function read(cloud: Cloud, instance: Instance, request: IncomingMessage): Answer {
  if (!mayRead(cloud, instance, request)) return { status: 401 };
  const [version, ...path] = pathOf(request);
  if (version === undefined) return { status: 200, text: 'latest' };
  // EC2 keeps dated versions of the same tree.
  const isVersion = version === 'latest' || /^\d{4}-\d\d-\d\d$/.test(version);
  const text = isVersion ? lookUp(latest(cloud, instance), path) : undefined;
  return text === undefined ? { status: 404 } : { status: 200, text };
}

/** A fault of the service: undefined where nothing comes at all. */
function struck(cloud: Cloud, instance: Instance): { readonly answer: Answer | undefined } | undefined {
  const [fault] = cloud.strike({ at: 'metadata', instance: instance.id });
  return fault && { answer: formOf(fault) === 'silence' ? undefined : { status: 503 } };
}

/** The answer to one request: 403 for whoever is no instance of this cloud; undefined: none. */
function respond(cloud: Cloud, request: IncomingMessage): Answer | undefined {
  const instance = asker(cloud, request.socket.remoteAddress?.replace(/^::ffff:/, ''));
  if (instance === undefined || instance.metadata.endpoint === 'disabled') return { status: 403 };
  const fault = struck(cloud, instance);
  if (fault !== undefined) return fault.answer;
  if (request.method === 'PUT' && pathOf(request).join('/') === 'latest/api/token')
    return giveToken(cloud, instance, request);
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
  return read(cloud, instance, request);
}

function send(response: ServerResponse, { status, text = '', headers = {} }: Answer): void {
  const bytes = Buffer.from(text, 'latin1');
  response.writeHead(status, {
    'content-type': 'text/plain',
    server: 'EC2ws',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}

/** Makes the server. */
export const createMetadata = (cloud: Cloud): Server =>
  createServer((request, response) => {
    request.resume();
    const answer = respond(cloud, request);
    if (answer !== undefined) send(response, answer);
  });
