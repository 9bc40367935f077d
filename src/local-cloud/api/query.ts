// Reads the EC2 query protocol (`TagSpecification.1.Tag.1.Key=pool`) into typed input, led by the SDK's own schemas.
import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef, StaticOperationSchema } from '@smithy/types';
import { ApiError } from './errors.ts';
import { checkText } from './text.ts';

interface Branch {
  value?: string;
  readonly children: Map<string, Branch>;
}

const ENVELOPE = new Set(['Action', 'Version']);

function plant(params: Iterable<readonly [string, string]>): Branch {
  const root: Branch = { children: new Map() };
  for (const [key, value] of params) {
    if (ENVELOPE.has(key) || key.startsWith('X-Amz-')) continue;
    let branch = root;
    for (const part of key.split('.')) {
      const next = branch.children.get(part) ?? { children: new Map() };
      branch.children.set(part, next);
      branch = next;
    }
    branch.value = value;
  }
  return root;
}

function wireKey(member: string, schema: NormalizedSchema): string {
  const { ec2QueryName, xmlName } = schema.getMergedTraits();
  if (typeof ec2QueryName === 'string') return ec2QueryName;
  const key = typeof xmlName === 'string' ? xmlName : member;
  return key.charAt(0).toUpperCase() + key.slice(1);
}

const unusable = (value: string, what: string, path: string): ApiError =>
  new ApiError('InvalidParameterValue', `Invalid value '${value}' for ${what} parameter ${path}`);

/** No action that is here takes a fraction. */
function readInteger(text: string, path: string): number {
  const number = Number(text);
  if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(number)) throw unusable(text, 'integer', path);
  return number;
}

function readTime(text: string, path: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw unusable(text, 'timestamp', path);
  return time;
}

function readBoolean(text: string, path: string): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw unusable(text, 'boolean', path);
  return lower === 'true';
}

function readBlob(text: string, path: string): Uint8Array {
  if (!/^[A-Za-z0-9+/=\s]*$/.test(text)) throw unusable(text, 'base64', path);
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function readSimple(schema: NormalizedSchema, branch: Branch, path: string): unknown {
  if (branch.children.size > 0) throw unknownParameter(path, branch);
  const text = checkText(branch.value ?? '', path);
  if (schema.isBooleanSchema()) return readBoolean(text, path);
  if (schema.isNumericSchema()) return readInteger(text, path);
  if (schema.isTimestampSchema()) return readTime(text, path);
  if (schema.isBlobSchema()) return readBlob(text, path);
  return text;
}

function unknownParameter(path: string, branch: Branch): ApiError {
  const [child] = branch.children.keys();
  const name = [path, child].filter(Boolean).join('.');
  return new ApiError('UnknownParameter', `The parameter ${name} is not recognized`);
}

/** `InstanceId.1`, never `InstanceId.01`: two names for one member could say two things. */
function readIndex(text: string, path: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw unusable(text, 'integer', path);
  return Number(text);
}

function readList(schema: NormalizedSchema, branch: Branch, path: string): unknown[] {
  const member = schema.getValueSchema();
  const numbers = [...branch.children.keys()].map((key) => readIndex(key, `${path}.${key}`));
  return numbers
    .sort((a, b) => a - b)
    .map((number) => read(member, branch.children.get(String(number)) ?? plant([]), `${path}.${number}`));
}

function readStruct(schema: NormalizedSchema, branch: Branch, path: string): object {
  const left = new Map(branch.children);
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const key = wireKey(name, member);
    const child = left.get(key);
    if (child === undefined) continue;
    left.delete(key);
    result[name] = read(member, child, path === '' ? key : `${path}.${key}`);
  }
  if (left.size > 0) throw unknownParameter(path, { children: left });
  return result;
}

function read(schema: NormalizedSchema, branch: Branch, path: string): unknown {
  const hasMembers = schema.isStructSchema() || schema.isListSchema();
  // `InstanceId` without an index must not mean every instance.
  if (hasMembers && branch.value !== undefined)
    throw new ApiError('UnknownParameter', `The parameter ${path} is not recognized`);
  if (schema.isStructSchema()) return readStruct(schema, branch, path);
  if (schema.isListSchema()) return readList(schema, branch, path);
  return readSimple(schema, branch, path);
}

/**
 * Turns the form of a request into the input of its operation (protocol: AWS EC2 query).
 * Throws UnknownParameter or InvalidParameterValue as EC2 does.
 */
export function parseQuery(
  operation: StaticOperationSchema,
  params: Iterable<readonly [string, string]>,
): object {
  const input: SchemaRef = operation[4];
  const schema = NormalizedSchema.of(input);
  return schema.isStructSchema() ? readStruct(schema, plant(params), '') : {};
}
