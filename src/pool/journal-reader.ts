// Reads journals back, strictly: a line that is no record is no input to a decision.
import * as z from 'zod';
import type { JournalRecord, LastWord, PolicySettings } from './journal.ts';
import type { Act, NodeSight, Remembered, Sight } from './sight.ts';

/** Null stands for undefined, and what JSON has no number for is spelled (journal.ts). */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().transform((value) => value ?? undefined);

/** The same for what records of an older version do not have. */
const later = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const number = z.union([z.number(), z.enum(['Infinity', '-Infinity']).transform(Number)]);
const count = z.int().nonnegative();
const text = z.string();

const node = z.object({
  id: text,
  name: text,
  isMaster: z.boolean(),
  state: z.enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down']),
  launchedAt: number,
  zone: text,
  standing: z.enum(['booting', 'serving', 'ill', 'failed']),
  servesSince: maybe(number),
  outSince: maybe(number),
  served: z.boolean(),
  falls: count,
  misses: count,
  isMissed: z.boolean(),
  // Older journals do not say it.
  isImpaired: z.boolean().default(false),
  figures: maybe(z.object({ load: maybe(number), cpus: maybe(number), memory: maybe(number) })),
  leaving: maybe(text),
  isServer: z.boolean(),
  notice: maybe(text),
  usd: later(number),
}) satisfies z.ZodType<NodeSight>;

const sight = z.object({
  at: number,
  nodes: z.array(node),
  unseen: count,
  queue: maybe(number),
  web: maybe(number),
  mayResize: z.boolean(),
  hasWork: z.boolean(),
  isProtected: z.boolean(),
  eachUsd: later(number),
}) satisfies z.ZodType<Sight>;

const remembered = z.object({
  lookedAt: maybe(number),
  heldSince: z.array(number.nullable()),
  load: maybe(number),
  queue: maybe(number),
  serving: count,
  changedAt: number,
  failures: count,
  failedAt: number,
  booting: z.array(text),
  wasProtected: z.boolean(),
  replacedAt: z.array(number),
}) satisfies z.ZodType<Remembered>;

const act = z.discriminatedUnion('do', [
  z.object({ do: z.literal('launch'), count, because: text }),
  z.object({ do: z.enum(['replace', 'leave', 'terminate']), id: text, because: text }),
  z.object({ do: z.literal('protect'), because: text }),
]) satisfies z.ZodType<Act>;

const policy = z.object({
  minimum_instances: number,
  maximum_instances: number,
  polling_time: number,
  expand_when: text,
  contract_when: text,
  interval_wait_time: number,
  warm_up: number,
  max_connections: number,
  max_hourly_usd: later(number),
  plugins: z.array(text),
}) satisfies z.ZodType<PolicySettings>;

const word = {
  v: z.literal(1),
  time: z.iso.datetime(),
  pool: text,
  who: text,
  acts: z.array(act),
  because: text,
};

const memory = z.object({ at: number, expand_when: text, contract_when: text, remembered });

const lastWord = z.object({ ...word, memory: later(memory) }) satisfies z.ZodType<LastWord>;

const record = z.object({
  ...word,
  kind: z.enum(['tick', 'summary']),
  association: text.nullable(),
  steps: z.array(text),
  outcomes: z.array(z.object({ step: text, ok: z.boolean(), why: maybe(text), ms: number })),
  policy,
  sight,
  remembered,
}) satisfies z.ZodType<JournalRecord>;

function parsed<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Undefined where the line is no record, or not the whole of one. */
export const readRecord = (line: string): JournalRecord | undefined => parsed(record, line);

/** The same for the last word of a maintainer. */
export const readLastWord = (line: string): LastWord | undefined => parsed(lastWord, line);

/** A journal as it was read; lines count from 1. */
export interface JournalText {
  readonly records: readonly JournalRecord[];
  /** The lines that they stand on, as they were written. */
  readonly lines: readonly string[];
  /** Lines in the midst that are no records. */
  readonly unread: readonly number[];
  /** The last line, where that is no whole record. */
  readonly cutOff: number | undefined;
}

/** Every record that can be read, in the order of the text. */
export function readJournal(text: string): JournalText {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const read = lines.map(readRecord);
  const unread = read.flatMap((one, at) => (one === undefined && lines[at] !== '' ? [at + 1] : []));
  const cutOff = unread.at(-1) === lines.length ? unread.pop() : undefined;
  const kept = lines.filter((_, at) => read[at] !== undefined);
  return { records: read.filter((one) => one !== undefined), lines: kept, unread, cutOff };
}
