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

/** The versions that EC2 keeps, all of the same tree here. */
const VERSIONS: readonly string[] = [
  ...[
    '1.0',
    '2007-01-19',
    '2007-03-01',
    '2007-08-29',
    '2007-10-10',
    '2007-12-15',
    '2008-02-01',
    '2008-09-01',
  ],
  ...['2009-04-04', '2011-01-01', '2011-05-01', '2012-01-12', '2014-02-25', '2014-11-05', '2015-10-20'],
  ...['2016-04-19', '2016-06-30', '2016-09-02', '2018-03-28', '2018-08-17', '2018-09-24', '2019-10-01'],
  ...['2020-10-27', '2021-01-03', '2021-03-23', '2021-07-15', '2022-09-24', '2024-04-11', 'latest'],
];

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
  const asked = String(request.headers[TTL]);
  const seconds = Number(asked);
  if (!/^\d{1,5}$/.test(asked) || seconds < 1 || seconds > LONGEST_S) return { status: 400 };
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
  if (version === undefined) return { status: 200, text: VERSIONS.join('\n') };
  const text = VERSIONS.includes(version) ? lookUp(latest(cloud, instance), path) : undefined;
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

/** A fault of ours is one answer, and not the end of the service. */
function answerTo(cloud: Cloud, request: IncomingMessage): Answer | undefined {
  try {
    return respond(cloud, request);
  } catch (error) {
    cloud.log(`metadata failed: ${error instanceof Error ? error.message : String(error)}`);
    return { status: 500 };
  }
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
    request.on('error', () => {});
    response.on('error', () => {});
    request.resume();
    const answer = answerTo(cloud, request);
    if (answer !== undefined) send(response, answer);
  });
