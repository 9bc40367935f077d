// What a maintainer does at one look: a table of pools and the steps for each.
import { describe, expect, test } from 'vitest';
import {
  isInOffice,
  maintain,
  mayBegin,
  pauseAfter,
  policyOf,
  type Tick,
} from '../../../src/plans/maintain.ts';
import { nameOf } from '../../../src/plans/plan.ts';
import type { Seen } from '../../../src/plans/seen.ts';
import { NOTHING_KNOWN } from '../../../src/plans/sighting.ts';
import { LEAVING_TAG } from '../../../src/pool/instance.ts';
import { unremembered } from '../../../src/pool/sight.ts';
import { address, fresh, instance, seenOf, settings, words } from './ground.ts';

const of = settings({ minimum_instances: 2, instance_profile: 'poolparty' });
const both = ['i-1', 'i-2'];
const pool = (over: Parameters<typeof seenOf>[0] = {}): Seen =>
  seenOf(
    {
      instances: [instance('i-1'), instance('i-2')],
      at: address('i-1'),
      serving: { 'i-1': both, 'i-2': both },
      ...over,
    },
    of,
  );
const tick = (seen: Seen, over: Partial<Tick> = {}): Tick => ({
  seen,
  now: 60_000,
  lookedAt: 60_000,
  me: 'i-1',
  heldSince: 0,
  policy: policyOf(of),
  remembered: unremembered(0),
  vitals: new Map(),
  impaired: new Set(),
  known: NOTHING_KNOWN,
  ours: { falls: new Map(), leaving: new Map(), ending: new Set(), isProtected: false },
  underWay: new Set(),
  ...over,
});
const planned = (seen: Seen, over: Partial<Tick> = {}) => maintain(tick(seen, over), of).plan;
const steps = (seen: Seen, over: Partial<Tick> = {}) => words(planned(seen, over));

describe('maintain', () => {
  test('a pool that is what it should be needs nothing', () => {
    expect(steps(pool())).toEqual([]);
  });

  test('row 56: one of two is gone: another is launched, and the rest forget it at once', () => {
    const alone = pool({ instances: [instance('i-1')], progress: pool().progress });
    expect(steps(alone)).toEqual(['launch']);
    expect(steps(alone, { underWay: new Set(['change i-1']) })).toEqual(['configure i-1', 'launch']);
    expect(steps({ ...alone, unseen: 1 })).toEqual(['configure i-1']);
  });

  test('a new master configures at once, and launches nothing in its first 10 s', () => {
    const alone = pool({ instances: [instance('i-1')], progress: pool().progress });
    expect(steps(alone, { heldSince: 55_000 })).toEqual(['configure i-1']);
    expect(steps(alone, { heldSince: undefined })).toEqual(['configure i-1']);
  });

  test('one node is configured or rotated, not both at once', () => {
    const [one] = pool().pool.nodes;
    if (one === undefined) throw new Error('the pool has a node');
    const because = 'it differs';
    const changes = (['configure', 'rotate'] as const).map((what) =>
      nameOf({ do: what, node: one, members: [], because }),
    );
    expect(new Set(changes)).toEqual(new Set(['change i-1']));
    expect(nameOf({ do: 'probe', node: one, because })).toBe('probe i-1');
  });

  test('who leaves stays in the rotation until it finds another healthy', () => {
    const leaving = { tags: { [LEAVING_TAG]: 'EC2 announces an end' } };
    const rotation = (up: readonly string[]) => {
      const known = pool().progress.get('i-1');
      const progress = new Map([...pool().progress, ...(known ? [['i-1', { ...known, up }] as const] : [])]);
      const two = [instance('i-1', leaving), instance('i-2')];
      return planned(pool({ instances: two, progress, unseen: 1 })).find(
        (step) => step.do === 'rotate' && step.node.id === 'i-1',
      );
    };
    expect(rotation(['i-1'])).toBeUndefined();
    expect(rotation(both)).toMatchObject({ members: [{ id: 'i-2' }] });
  });

  test('a stopped machine counts for nothing, and goes once another is there', () => {
    const stopped = instance('i-2', { state: 'stopped' });
    expect(steps(pool({ instances: [instance('i-1'), stopped] }))).toContain('launch');
    expect(steps(pool({ instances: [instance('i-1'), stopped] }))).not.toContain('terminate');
    const replaced = pool({ instances: [instance('i-1'), stopped, instance('i-3')] });
    expect(steps(replaced)).toEqual(['terminate']);
    expect(steps(replaced, { underWay: new Set(['probe i-3']) })).toContain('terminate');
  });

  test('who boots is met when it runs: the next look does not wait for the tick', () => {
    expect(pauseAfter(pool(), false, of)).toBe(5_000);
    expect(pauseAfter(pool(), true, of)).toBe(500);
    expect(pauseAfter({ ...pool(), unseen: 1 }, false, of)).toBe(500);
    const booting = pool({ instances: [instance('i-1'), instance('i-2', { state: 'pending' })] });
    expect(pauseAfter({ ...booting, progress: new Map() }, false, of)).toBe(500);
    const given = new Map([['i-2', fresh({ stage: 'failed' })]]);
    expect(pauseAfter({ ...booting, progress: given }, false, of)).toBe(5_000);
  });

  test('while the pool stops nobody does anything', () => {
    const stopping = { ...address('i-1'), stopping: true };
    expect(steps(pool({ instances: [instance('i-1')], at: stopping }))).toEqual([]);
  });

  test('row 72: whoever finds that another holds the address stands down', () => {
    const lost = pool({ at: address('i-2') });
    expect(isInOffice(tick(lost))).toBe(false);
    expect(steps(lost)).toEqual([]);
    expect(isInOffice(tick(lost, { me: undefined }))).toBe(true);
  });

  test('a node gives the address to nobody; a maintainer outside gives one that nobody has to the first', () => {
    const free = pool({ at: address() });
    expect(steps(free)).toEqual([]);
    expect(steps(free, { me: undefined })).toEqual(['give-address i-1']);
  });

  test('row 72: no changing step begins later than 5 s after a look that showed our own association', () => {
    const now = tick(pool());
    expect(mayBegin(now, 60_000 + 4_999)).toBe(true);
    expect(mayBegin(now, 60_000 + 5_001)).toBe(false);
    expect(mayBegin(tick(pool({ at: address('i-2') })), 60_000)).toBe(false);
  });

  test('row 75: after a takeover the files follow the new numbers, and the pair is the new one', () => {
    const three = ['i-1', 'i-2', 'i-3'];
    const instances = three.map((id) => instance(id));
    const before = seenOf(
      { instances, at: address('i-1'), serving: { 'i-1': three, 'i-2': three, 'i-3': three } },
      of,
    );
    const after = pool({ instances: instances.slice(1), at: address('i-2'), progress: before.progress });
    expect(steps(after, { me: 'i-2' })).toEqual(['configure i-2', 'configure i-3']);
    expect(after.pool.nodes.map(({ name, id }) => `${name} ${id}`)).toEqual(['node0 i-2', 'node1 i-3']);
  });

  test('no data, no action: a node that was not looked at yet is only looked at', () => {
    const unknown = pool({ serving: {} });
    expect(steps(unknown)).toEqual(['probe i-1', 'probe i-2']);
    const silent = pool({
      serving: { 'i-1': both },
      progress: new Map([['i-2', fresh({ stage: 'failed' })]]),
    });
    expect(steps(silent)).not.toContain('terminate');
  });
});
