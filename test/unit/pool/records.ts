// Records of a journal for tests: one with everything in it, and all that can be.
import fc from 'fast-check';
import { type JournalRecord, policySettings } from '../../../src/pool/journal.ts';
import { type NodeSight, unremembered } from '../../../src/pool/sight.ts';
import { settings } from '../plans/ground.ts';
import { NOW, node, sight } from '../plans/sights.ts';

export const record = (over: Partial<JournalRecord> = {}): JournalRecord => ({
  v: 1,
  time: '2026-11-23T01:02:03.004Z',
  pool: 'party',
  kind: 'tick',
  who: 'i-0',
  association: 'eipassoc-1',
  acts: [],
  because: 'holding at 2: neither rule holds (load 0.20, queue 0)',
  steps: [],
  outcomes: [],
  policy: policySettings(settings()),
  sight: sight([node(0, 0.2), node(1, 0.2)]),
  remembered: { ...unremembered(0), lookedAt: NOW - 5_000, heldSince: [null, null, null, null] },
  ...over,
});

const text = fc.string({ unit: 'binary', maxLength: 12 });
const moment = fc.double({ noNaN: true }).map((at) => (Object.is(at, -0) ? 0 : at));
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const whole = fc.nat();

const nodeSight: fc.Arbitrary<NodeSight> = fc.record({
  id: text,
  name: text,
  isMaster: fc.boolean(),
  state: fc.constantFrom('pending', 'running', 'stopping', 'stopped', 'shutting-down'),
  launchedAt: moment,
  zone: text,
  standing: fc.constantFrom('booting', 'serving', 'ill', 'failed'),
  servesSince: maybe(moment),
  outSince: maybe(moment),
  served: fc.boolean(),
  falls: whole,
  misses: whole,
  isMissed: fc.boolean(),
  isImpaired: fc.boolean(),
  figures: maybe(fc.record({ load: maybe(moment), cpus: maybe(moment), memory: maybe(moment) })),
  leaving: maybe(text),
  isServer: fc.boolean(),
  notice: maybe(text),
  usd: maybe(moment),
});

const act: fc.Arbitrary<JournalRecord['acts'][number]> = fc.oneof(
  fc.record({ do: fc.constant('launch' as const), count: whole, because: text }),
  fc.record({ do: fc.constantFrom('replace', 'leave', 'terminate'), id: text, because: text }),
  fc.record({ do: fc.constant('protect' as const), because: text }),
);

export const anyRecord: fc.Arbitrary<JournalRecord> = fc.record({
  v: fc.constant(1 as const),
  time: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(2 ** 42) })
    .map((at) => at.toISOString()),
  pool: text,
  kind: fc.constantFrom('tick', 'summary'),
  who: text,
  association: fc.option(text),
  acts: fc.array(act, { maxLength: 3 }),
  because: text,
  steps: fc.array(text, { maxLength: 3 }),
  outcomes: fc.array(fc.record({ step: text, ok: fc.boolean(), why: maybe(text), ms: moment }), {
    maxLength: 3,
  }),
  policy: fc.record({
    minimum_instances: whole,
    maximum_instances: whole,
    polling_time: whole,
    expand_when: text,
    contract_when: text,
    interval_wait_time: whole,
    warm_up: whole,
    max_connections: whole,
    max_hourly_usd: maybe(moment),
    plugins: fc.array(text, { maxLength: 2 }),
  }),
  sight: fc.record({
    at: moment,
    nodes: fc.array(nodeSight, { maxLength: 4 }),
    unseen: whole,
    queue: maybe(moment),
    web: maybe(moment),
    mayResize: fc.boolean(),
    hasWork: fc.boolean(),
    isProtected: fc.boolean(),
    eachUsd: maybe(moment),
  }),
  remembered: fc.record({
    lookedAt: maybe(moment),
    heldSince: fc.array(fc.option(moment), { maxLength: 4 }),
    load: maybe(moment),
    queue: maybe(moment),
    serving: whole,
    changedAt: moment,
    failures: whole,
    failedAt: moment,
    booting: fc.array(text, { maxLength: 2 }),
    wasProtected: fc.boolean(),
    replacedAt: fc.array(moment, { maxLength: 2 }),
  }),
});
