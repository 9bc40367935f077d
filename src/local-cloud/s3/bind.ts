// Requests and answers of S3's REST protocol, led by the SDK's own schemas: what stands in path, query, headers, body.
import type { ServerResponse } from 'node:http';
import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { Schema, StaticOperationSchema } from '@smithy/types';
import { own } from '../own.ts';
import { S3Error } from './errors.ts';
import { type Place, speakable } from './place.ts';

const SETTINGS = {
  timestampFormat: { useTrait: true, default: 5 as const },
  xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  serviceNamespace: 'com.amazonaws.s3',
};
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function numberIn(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
  return Number(text);
}

/** S3 goes by no date that it cannot read. */
function dateIn(text: string): Date | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function simple(schema: NormalizedSchema, text: string | undefined, name: string): unknown {
  if (text === undefined) return undefined;
  if (schema.isBooleanSchema()) return text.toLowerCase() === 'true';
  if (schema.isNumericSchema()) return numberIn(text, name);
  if (schema.isTimestampSchema()) return dateIn(text);
  return text;
}

function member(schema: NormalizedSchema, place: Place, headers: Headers): unknown {
  const { httpQuery, httpHeader } = schema.getMergedTraits() as Record<string, string | undefined>;
  if (httpQuery !== undefined) return simple(schema, place.query.get(httpQuery), httpQuery);
  const value = httpHeader === undefined ? undefined : own(headers, httpHeader.toLowerCase());
  return value === undefined ? undefined : simple(schema, String(value), httpHeader ?? '');
}

/** All of an operation's input that stands in path, query and headers; throws InvalidArgument. */
export function inputOf<T>(operation: StaticOperationSchema, place: Place, headers: Headers): T {
  const input: Record<string, unknown> = { Bucket: place.bucket, Key: place.key };
  for (const [name, schema] of NormalizedSchema.of(operation[4]).structIterator()) {
    if (input[name] === undefined) input[name] = member(schema, place, headers);
  }
  return input as T;
}

/** A few settings. */
const USUAL_TAGS = 500;
const MOST_ENTITIES = 50_000;

/** True where the character stands in the text more than so many times; it looks no further. */
function isOften(text: string, character: string, most: number): boolean {
  let at = -1;
  for (let count = 0; count <= most; count += 1) {
    at = text.indexOf(character, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/**
 * A document that the client sent, in the SDK's shape; throws MalformedXML, and before anything is parsed where it has
 * more than `mostTags` tags: a parser at work on it would keep everybody waiting.
 */
export function documentIn<T>(schema: Schema, bytes: Buffer, root: string, mostTags: number = USUAL_TAGS): T {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (isOften(text, '<', mostTags) || isOften(text, '&', MOST_ENTITIES)) throw new S3Error('MalformedXML');
  if (!new RegExp(`^\\s*(?:<\\?[^>]*>\\s*)?<${root}[\\s>/]`).test(text)) throw new S3Error('MalformedXML');
  try {
    return (new XmlShapeDeserializer(SETTINGS).read(schema, Buffer.from(text)) ?? {}) as T;
  } catch {
    // Whatever the parser stumbles over, numbers that are none included.
    throw new S3Error('MalformedXML');
  }
}

type Output = Readonly<Record<string, unknown>>;

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

const UNFIT = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/** Throws InvalidArgument for what no header can carry. */
export function headerValue(text: string): string {
  if (UNFIT.test(text)) throw new S3Error('InvalidArgument', 'A header cannot carry this value');
  return text;
}

const headerText = (value: unknown): string =>
  value instanceof Date ? value.toUTCString() : headerValue(String(value));

function xmlOf(schema: NormalizedSchema, value: Output): string {
  const serializer = new XmlShapeSerializer(SETTINGS);
  serializer.write(schema, value);
  return `${HEAD}${serializer.flush()}`;
}

/** What of the output goes into headers, what into the document, and which schema that has. */
function divided(schema: NormalizedSchema, output: Output) {
  const headers: Record<string, string> = {};
  const inner: Record<string, unknown> = {};
  let payload: NormalizedSchema | undefined;
  for (const [name, one] of schema.structIterator()) {
    const { httpHeader, httpPayload } = one.getMergedTraits() as Record<string, string | undefined>;
    if (httpPayload) payload = one;
    if (output[name] === undefined) continue;
    if (httpHeader === undefined) inner[name] = output[name];
    else headers[httpHeader.toLowerCase()] = headerText(output[name]);
  }
  return { headers, inner, payload };
}

/** The answer that an operation's output makes; `status` where it is not the one of the model. */
export function answerOf(operation: StaticOperationSchema, output: object, status?: number): Answer {
  const { http } = operation[3] as unknown as { http: [string, string, number] };
  const schema = NormalizedSchema.of(operation[5]);
  if (!schema.isStructSchema()) return { status: status ?? http[2], headers: {}, body: undefined };
  const { headers, inner, payload } = divided(schema, output as Output);
  const root = (schema.getMergedTraits() as Record<string, unknown>)['xmlName'];
  let body: string | undefined;
  if (payload?.isStructSchema()) body = xmlOf(payload, inner[payload.getMemberName()] as Output);
  else if (root !== undefined) body = xmlOf(schema, inner);
  return { status: status ?? http[2], headers, body };
}

/** Sends the answer whole. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  const about = body === undefined ? {} : { 'content-type': 'application/xml' };
  const counted = status === 204 ? {} : { 'content-length': String(length) };
  response.writeHead(status, { ...about, ...counted, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** The text as `encoding-type=url` wants it, slashes kept. */
const urlEncoded = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');

/** Checks `encoding-type`; gives the way in which keys are written. */
export function encoding(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => speakable(text, 'A key');
  if (type !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return urlEncoded;
}
