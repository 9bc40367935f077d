// What the decider of the pool's size is shown: who serves and since when, who is missed, how fresh the figures are.
import { describe, expect, test } from 'vitest';
import { type Known, knownAfter, NOTHING_KNOWN, sightOf } from '../../../src/plans/sighting.ts';
import { HOST_KEY_TAG } from '../../../src/pool/keys.ts';
import { parseProbe } from '../../../src/pool/probe.ts';
import type { NodeVitals, Vitals } from '../../../src/pool/vitals.ts';
import { address, instance, seenOf, settings } from './ground.ts';

const of = settings();
const HOUR = 3_600_000;
const WARM_UP = 90_000;
const all = ['i-1', 'i-2', 'i-3'];
const instances = all.map((id, index) => instance(id, { launchedAt: new Date(index) }));
const pool = (serving: Readonly<Record<string, readonly string[]>>) =>
  seenOf({ instances, at: address('i-1'), serving }, of);
const calm = pool({ 'i-1': all, 'i-2': all, 'i-3': all });
const known = (seen: typeof calm, at: number, now: number, before: Known = NOTHING_KNOWN) =>
  knownAfter(seen, at, now, WARM_UP, before);

describe('what a maintainer knows across its looks', () => {
  test('before the master was looked at nobody is known to serve, or not to', () => {
    expect(known(pool({}), 500, HOUR)).toBe(NOTHING_KNOWN);
  });

  test('who serves at the first look and was launched long ago has warmed up long ago', () => {
    const first = known(pool({}), 500, HOUR);
    expect(known(calm, 1_000, HOUR, first).servesSince.get('i-3')).toBe(1_000 - WARM_UP);
    expect(known(calm, 1_000, 60_000).servesSince.get('i-3')).toBe(1_000);
  });

  test('who leaves the rotation and comes back warms up again; meanwhile it is out', () => {
    const before = known(calm, 1_000, HOUR);
    const out = known(pool({ 'i-1': ['i-1', 'i-2'], 'i-2': all, 'i-3': all }), 6_000, HOUR, before);
    expect([out.servesSince.get('i-3'), out.outSince.get('i-3'), out.served.has('i-3')]).toEqual([
      undefined,
      6_000,
      true,
    ]);
    const back = known(calm, 11_000, HOUR, out);
    expect([back.servesSince.get('i-3'), back.outSince.get('i-3')]).toEqual([11_000, undefined]);
  });
});

test('whom nobody has seen serve has done so if it is old and has told its keys, whatever the clock says', () => {
  const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA${'k'.repeat(42)}`;
  const others = [instance('i-8', { tags: { [HOST_KEY_TAG]: key } }), instance('i-9')];
  const seen = seenOf(
    { instances: [...instances, ...others], at: address('i-1'), serving: { 'i-1': all } },
    of,
  );
  const { served } = known(seen, 1_000, HOUR);
  expect([served.has('i-8'), served.has('i-9')]).toEqual([true, false]);
});

const haproxy = (statuses: Readonly<Record<string, string>>) =>
  [
    '# pxname,svname,scur,status',
    ...Object.entries(statuses).map(([id, status]) => `app,${id},0,${status}`),
  ].join('\n');

/** What is down has been so for five seconds. */
const heard = (statuses: Readonly<Record<string, string>>, over: Partial<NodeVitals> = {}): NodeVitals => ({
  misses: 0,
  at: 100_000,
  web: undefined,
  downSince: new Map(Object.keys(statuses).flatMap((id) => (statuses[id] === 'UP' ? [] : [[id, 95_000]]))),
  probe: parseProbe(['load 0.50', 'cpus 2', haproxy(statuses), ''].join('\n')),
  ...over,
});

const sight = (vitals: Vitals, over: { at?: number; me?: string; impaired?: string } = {}) =>
  sightOf({
    seen: calm,
    at: over.at ?? 100_000,
    me: over.me ?? 'i-1',
    vitals,
    impaired: new Set(over.impaired === undefined ? [] : [over.impaired]),
    freshFor: 15_000,
    known: known(calm, 1_000, HOUR),
    ours: { falls: new Map(), leaving: new Map(), ending: new Set(), isProtected: false },
    mayResize: true,
    hasWork: false,
  });

const silent: NodeVitals = { misses: 3, at: 80_000, probe: undefined, web: undefined, downSince: new Map() };
const up = { 'i-1': 'UP', 'i-2': 'UP', 'i-3': 'UP' };
const missed = (...args: Parameters<typeof sight>) =>
  sight(...args).nodes.find(({ id }) => id === 'i-3')?.isMissed;

describe('row 57: the second witness of a silence', () => {
  test("is another node's HAProxy, never the maintainer's own", () => {
    const down = { ...up, 'i-3': 'DOWN' };
    expect(
      missed(
        new Map([
          ['i-1', heard(down)],
          ['i-2', heard(up)],
          ['i-3', silent],
        ]),
      ),
    ).toBe(false);
    expect(
      missed(
        new Map([
          ['i-1', heard(up)],
          ['i-2', heard(down)],
          ['i-3', silent],
        ]),
      ),
    ).toBe(true);
    expect(
      missed(
        new Map([
          ['i-1', heard(down)],
          ['i-3', silent],
        ]),
      ),
    ).toBe(false);
  });

  test('is no node that is silent itself, and one that finds it up is enough against it', () => {
    const down = { ...up, 'i-3': 'DOWN' };
    expect(
      missed(
        new Map([
          ['i-2', heard(down, { misses: 1 })],
          ['i-3', silent],
        ]),
      ),
    ).toBe(false);
    expect(
      missed(
        new Map([
          ['i-1', heard(up)],
          ['i-2', heard(down)],
          ['i-3', silent],
        ]),
        { me: 'i-9' },
      ),
    ).toBe(false);
  });

  test('is no HAProxy that has just been given the server, and finds it down for a second', () => {
    const fresh = (since: number) => {
      const downSince = new Map([['i-3', since]]);
      return missed(
        new Map([
          ['i-2', heard({ ...up, 'i-3': 'DOWN' }, { downSince })],
          ['i-3', silent],
        ]),
      );
    };
    expect(fresh(100_000)).toBe(false);
    expect(fresh(98_001)).toBe(false);
    expect(fresh(98_000)).toBe(true);
  });

  test('is EC2', () => {
    expect(missed(new Map([['i-3', silent]]), { impaired: 'i-3' })).toBe(true);
  });
});

test('row 64: figures are shown while they are fresh, and are unknown afterwards', () => {
  const vitals = new Map([['i-1', heard(up)]]);
  expect(sight(vitals, { at: 115_000 }).nodes[0]?.figures).toMatchObject({ load: 0.5, cpus: 2 });
  expect(sight(vitals, { at: 115_001 }).nodes[0]?.figures).toBeUndefined();
  expect(sight(vitals, { at: 115_001 }).queue).toBeUndefined();
});
