// A look that shows what the one before showed gives the same value again; any difference gives the new one.
import { describe, expect, it } from 'vitest';
import { UNTOUCHED } from '../../../src/plans/node-state.ts';
import { samePool, sameProgress, sameSeen } from '../../../src/plans/same-seen.ts';
import type { Progress, Seen } from '../../../src/plans/seen.ts';
import { poolOf } from '../../../src/pool/pool.ts';
import { address, instance } from './ground.ts';

const pool = (one: object = {}, at: object = {}) =>
  poolOf({
    name: 'party',
    instances: [instance('i-1', { tags: { 'poolparty:pool': 'party' }, ...one })],
    address: { ...address('i-1'), ...at },
  });

const progress = (changed: Partial<Progress> = {}): Progress => ({
  stage: 'configured',
  members: ['i-1'],
  up: ['i-1'],
  state: UNTOUCHED,
  ...changed,
});

describe('a pool', () => {
  it('is the former one where EC2 says the same in new words', () => {
    const before = pool();
    expect(samePool(before, pool())).toBe(before);
  });

  it.each([
    ['state', { state: 'pending' }, {}],
    ['launch time', { launchedAt: new Date(2_000) }, {}],
    ['private address', { privateIp: '10.0.0.2' }, {}],
    ['another tag', { tags: { 'poolparty:pool': 'party', 'poolparty:leaving': 'why' } }, {}],
    ['a changed tag', { tags: { 'poolparty:pool': 'other' } }, {}],
    ['another association', {}, { associationId: 'eipassoc-2' }],
    ['a pool that stops', {}, { stopping: true }],
  ])('is the new one with another %s', (_what, one, at) => {
    const now = pool(one, at);
    expect(samePool(pool(), now)).toBe(now);
  });

  it('is the new one with another public address', () => {
    const at = { holder: undefined };
    const now = pool({ publicIp: '198.51.100.1' }, at);
    expect(samePool(pool({}, at), now)).toBe(now);
  });

  it('is the new one with another node, or with none', () => {
    const now = poolOf({ name: 'party', instances: [], address: undefined });
    expect(samePool(pool(), now)).toBe(now);
    expect(samePool(undefined, now)).toBe(now);
  });
});

describe('what is known of a node', () => {
  it('is the former value where nothing differs', () => {
    const before = progress();
    expect(sameProgress(before, progress())).toBe(before);
  });

  it.each([
    ['stage', { stage: 'failed' as const }],
    ['members', { members: [] }],
    ['order of those up', { up: ['i-2'] }],
    ['state', { state: { ...UNTOUCHED } }],
  ])('is the new value with another %s', (_what, changed) => {
    const now = progress(changed);
    expect(sameProgress(progress(), now)).toBe(now);
  });
});

describe('a look', () => {
  const shared = { pool: pool(), kit: {} as Seen['kit'], zones: [] };
  const known = progress();
  const seen = (changed: Partial<Seen> = {}): Seen => ({
    ...shared,
    groupId: 'sg-1',
    lacksBucket: false,
    unseen: 0,
    progress: new Map([['i-1', known]]),
    served: true,
    ...changed,
  });

  it('is the former one where nothing differs', () => {
    const before = seen();
    expect(sameSeen(before, seen())).toBe(before);
  });

  it.each<[string, Partial<Seen>]>([
    ['another pool', { pool: pool() }],
    ['one that is not yet seen', { unseen: 1 }],
    ['a node that is known otherwise', { progress: new Map([['i-1', progress()]]) }],
    ['nobody known', { progress: new Map() }],
    ['a choice of nodes', { only: new Set() }],
  ])('is the new one with %s', (_what, changed) => {
    const now = seen(changed);
    expect(sameSeen(seen(), now)).toBe(now);
  });
});
