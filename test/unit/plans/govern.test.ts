// What a tick decides about the size and health of a pool: tables of pools and the acts for each.
import { describe, expect, test } from 'vitest';
import { govern } from '../../../src/plans/govern.ts';
import { type NodeSight, unremembered } from '../../../src/pool/sight.ts';
import { after, booting, MINUTE, NOW, node, policy, settled, sight, told } from './sights.ts';

const by = policy({ minimum_instances: 2, maximum_instances: 6 });
const slide = policy({
  minimum_instances: 1,
  maximum_instances: 6,
  expand_when: 'load > 0.75',
  contract_when: 'load < 0.2',
});
const loads = (...all: readonly (number | undefined)[]): NodeSight[] =>
  all.map((load, index) => node(index, load));

describe('expansion', () => {
  test("row 66: the slide's figures (mean 0.79) expand under load > 0.75, the later ones do not", () => {
    expect(told(settled(sight(loads(0.7, 0.95, 0.72)), slide))).toEqual(['launch 1']);
    expect(told(settled(sight(loads(0.35, 0.5, 0.35, 0.45)), slide))).toEqual([]);
  });

  test('is proportional: as many as bring the mean back, at most twice as many at once', () => {
    expect(told(settled(sight(loads(1.2, 1.2)), by))).toEqual(['launch 1']);
    expect(told(settled(sight(loads(1.6, 1.6)), by))).toEqual(['launch 2']);
    expect(told(settled(sight(loads(9, 9)), by))).toEqual(['launch 2']);
    expect(settled(sight(loads(1.6, 1.6)), by).because).toBe('load 1.60 > 0.8 for 30s; 4 would carry it');
  });

  test('load is per vCPU, cpu is not', () => {
    const four = [node(0, 2, { figures: { load: 2, cpus: 4, memory: 0.1 } })];
    expect(told(settled(sight(four), policy({ minimum_instances: 1 })))).toEqual([]);
    expect(told(settled(sight(four), policy({ minimum_instances: 1, expand_when: 'cpu > 1.5' })))).toEqual([
      'launch 1',
    ]);
  });

  test('row 60: those that boot or warm up count as capacity at once, and not in the means', () => {
    const warming = node(2, 0.1, { servesSince: NOW - 72_000 });
    const verdict = settled(sight([...loads(0.92, 0.92), warming]), by);
    expect(told(verdict)).toEqual([]);
    expect(verdict.because).toBe('holding at 3: load 0.92 > 0.8 for 30s, but node2 is warming, 18 s left');
    expect(settled(sight([...loads(0.92, 0.92), booting(2)]), by).because).toContain(
      'but node2 is on its way',
    );
    expect(settled(sight(loads(0.92, 0.92), { unseen: 1 }), by).because).toContain(
      'a node is being launched',
    );
    expect(told(settled(sight([...loads(2, 2), warming]), by))).toEqual(['launch 2']);
  });

  test('queue > 0 asks for what waits over what a node takes at once', () => {
    expect(told(settled(sight(loads(0.5, 0.5), { queue: 1 }), by))).toEqual(['launch 1']);
    expect(told(settled(sight(loads(0.5, 0.5), { queue: 100 }), by))).toEqual(['launch 2']);
    expect(told(settled(sight([...loads(0.5, 0.5), booting(2)], { queue: 1 }), by))).toEqual([]);
  });

  test.for([
    // While 2 nodes do 100 a second and 150 come, the queue grows by 250 in 5 s: 3 would do, a tenth more works it off.
    [{ queue: 650, web: 150 }, { queue: 400, serving: 2 }, 'launch 2'],
    [{ queue: 450, web: 110 }, { queue: 400, serving: 2 }, 'launch 1'],
    [{ queue: 400, web: 100 }, { queue: 400, serving: 2 }, 'launch 1'],
    // What is done is more than what comes: those there work it off.
    [{ queue: 300, web: 100 }, { queue: 400, serving: 2 }, undefined],
  ] as const)('while requests wait as many as keep up with what comes: %j after %j', ([seen, last, act]) => {
    const verdict = settled(sight(loads(9, 9), seen), by, last);
    expect(told(verdict)).toEqual(act ? [act] : []);
    if (!act) expect(verdict.because).toContain('but the nodes there are keep up');
  });

  test('a load above 1 with no request in the queue counts as 1: nobody knows how much more comes', () => {
    expect(told(settled(sight(loads(9, 9), { web: 100 }), by))).toEqual(['launch 1']);
  });

  test('a load that falls asks for nobody: it is over, or newcomers have taken it', () => {
    const seen = sight(loads(2, 2));
    expect(settled(seen, by, { load: 2.1 }).because).toBe('holding at 2: load 2 > 0.8 for 30s, but it falls');
    expect(told(settled(seen, by, { load: 2 }))).toEqual(['launch 2']);
    expect(told(settled(sight(loads(2, 2), { queue: 1 }), by, { load: 2.1 }))).toEqual(['launch 1']);
  });

  test('row 58: never beyond the maximum, whoever leaves or boots counted', () => {
    const five = loads(2, 2, 2, 2, 2);
    expect(told(settled(sight(five), by))).toEqual(['launch 1']);
    const verdict = settled(sight([...five, node(5, 2, { leaving: 'asked' })]), by);
    expect(verdict.because).toContain('but maximum_instances is 6');
  });

  test('a rule must have held at every look of its span, also after a gap', () => {
    const seen = sight(loads(1.6, 1.6));
    const first = govern(seen, by, unremembered(NOW));
    expect(first.because).toBe('holding at 2: load 1.60 > 0.8 for 0 s of 30 s');
    const at = (ms: number, before = first.remembered) => govern({ ...seen, at: NOW + ms }, by, before);
    expect(told(at(20_000))).toEqual([]);
    expect(told(at(30_000))).toEqual(['launch 2']);
    expect(told(at(31_000))).toEqual([]);
    const dip = govern(sight(loads(0.1, 0.1), { at: NOW + 20_000 }), by, first.remembered);
    expect(told(at(30_000, dip.remembered))).toEqual([]);
  });

  test('row 64: without figures nothing holds; most of the nodes ill: more would not help', () => {
    expect(told(settled(sight(loads(undefined, undefined), { queue: undefined }), by))).toEqual([]);
    const ill = [1, 2].map((index) => node(index, 0.1, { standing: 'ill' }));
    const verdict = settled(sight([node(0, 2), ...ill]), by);
    expect(verdict.because).toContain('most nodes fail');
  });
});

describe('contraction', () => {
  const idle = loads(0.1, 0.1, 0.1, 0.1);

  test('row 59: takes one, the youngest, never the master', () => {
    const verdict = settled(sight(idle), by);
    expect([told(verdict), verdict.because]).toEqual([
      ['leave i-3'],
      'load 0.10 < 0.3 for 5m and queue 0 == 0 for 5m',
    ]);
    const youngMaster = [node(0, 0.1, { launchedAt: NOW }), ...idle.slice(1)];
    expect(told(settled(sight(youngMaster), by))).toEqual(['leave i-3']);
  });

  test('one that fails goes before one that serves', () => {
    const ill = node(1, 0.1, { standing: 'ill' });
    expect(told(settled(sight([idle[0] ?? ill, ill, ...idle.slice(2)]), by))).toEqual(['leave i-1']);
  });

  test.for([
    ['at the minimum', sight(idle.slice(0, 2)), {}, 'minimum_instances is 2'],
    ['while one leaves', sight([...idle, node(4, 0.1, { leaving: 'asked' })]), {}, 'node4 is leaving'],
    ['while one boots', sight([...idle, booting(4)]), {}, 'node4 is on its way'],
    ['while one warms up', sight([...idle, node(4, 0, { servesSince: NOW })]), {}, 'node4 is warming'],
    ['row 60: while it rests', sight(idle), { changedAt: NOW - MINUTE }, 'rests, 240 s left'],
    [
      'row 64: when few tell',
      sight(loads(0.1, undefined, undefined, undefined)),
      {},
      'only 1 of 4 nodes told',
    ],
  ] as const)('not %s', ([, seen, remembered, because]) => {
    const verdict = settled(seen, by, remembered);
    expect(told(verdict)).toEqual([]);
    expect(verdict.because).toContain(because);
  });

  test('not where the others would call for it again at once', () => {
    const close = policy({ minimum_instances: 1, expand_when: 'load > 0.5', contract_when: 'load < 0.3' });
    expect(settled(sight(loads(0.29, 0.29)), close).because).toContain(
      'with a node less it would be load 0.58 > 0.5',
    );
  });

  test('who is out of the rotation ends; who is not yet, waits', () => {
    const leaving = node(3, 0.1, { leaving: 'load 0.10 < 0.3' });
    expect(told(settled(sight([...idle.slice(0, 3), leaving]), by))).toEqual([]);
    const out = { ...leaving, isServer: false };
    const verdict = settled(sight([...idle.slice(0, 3), out]), by);
    expect([told(verdict), verdict.because]).toEqual([
      ['terminate i-3'],
      'out of the rotation: load 0.10 < 0.3',
    ]);
  });

  test('a master that leaves does not end the pool with itself: it waits for one that serves', () => {
    const out = { leaving: 'EC2 announces an end', isServer: false };
    const [master, other] = [node(0, 0.1, out), node(1, 0.1, out)];
    const newcomers = [booting(2), booting(3)];
    expect(told(settled(sight([master, other, ...newcomers]), by))).toEqual(['terminate i-1']);
    const alone = settled(sight([master, ...newcomers]), by);
    expect([told(alone), alone.because]).toEqual([
      [],
      'holding at 2: node0 leaves, but no other node serves yet',
    ]);
    expect(told(settled(sight([master, node(2, 0.1), booting(3)]), by))).toEqual(['terminate i-0']);
  });

  test('the rest begins when one is told to leave, however long it drains', () => {
    const out = node(3, 0.1, { leaving: 'load 0.10 < 0.3', isServer: false });
    const before = { changedAt: NOW - MINUTE };
    expect(settled(sight([...idle.slice(0, 3), out]), by, before).remembered.changedAt).toBe(NOW - MINUTE);
    expect(settled(sight(idle), by).remembered.changedAt).toBe(NOW);
  });

  test('a lowered maximum takes one at a time', () => {
    expect(told(settled(sight(loads(0.6, 0.6, 0.6, 0.6)), policy({ maximum_instances: 3 })))).toEqual([
      'leave i-3',
    ]);
  });
});

describe('healing', () => {
  test('row 56: launches what is missing; row 58: up to the maximum', () => {
    const verdict = settled(sight(loads(0.5)), by);
    expect([told(verdict), verdict.because]).toEqual([['launch 1'], 'minimum_instances is 2, 1 are there']);
    const gone = node(2, 0, { state: 'shutting-down' });
    expect(told(settled(sight([...loads(0.5), gone]), by))).toEqual(['launch 1']);
  });

  test('a new master launches nothing in its first seconds', () => {
    expect(told(settled(sight(loads(0.5), { mayResize: false }), by))).toEqual([]);
  });

  test('row 57: silence to two witnesses is replaced, at the third look, one at a time', () => {
    const silent = (over: Partial<NodeSight>) => node(2, undefined, { misses: 3, isMissed: true, ...over });
    const pool = (over: Partial<NodeSight> = {}) => sight([...loads(0.5, 0.5), silent(over)]);
    expect(told(settled(pool(), by))).toEqual(['replace i-2']);
    expect(told(settled(pool({ misses: 2 }), by))).toEqual([]);
    expect(settled(pool({ isMissed: false }), by).because).toContain('no second witness');
    expect(settled(pool(), by, { replacedAt: [NOW - 30_000] }).because).toContain('less than a minute ago');
    expect(told(settled(pool(), by, { replacedAt: [NOW - 2 * MINUTE] }))).toEqual(['replace i-2']);
  });

  test('row 57: whoever reaches less than half of the nodes replaces none', () => {
    const silent = [1, 2, 3].map((index) => node(index, undefined, { misses: 5, isMissed: true }));
    expect(settled(sight([node(0, 0.5), ...silent]), by).because).toContain('only 1 of 4 nodes answer');
  });

  test('row 57: but those that EC2 itself finds impaired, one at a time, and never the master', () => {
    const dead = (index: number) =>
      node(index, undefined, { misses: 5, isMissed: true, isImpaired: index !== 1 });
    const pool = sight([node(0, 0.5), dead(1), dead(2), dead(3)]);
    expect(told(settled(pool, by))).toEqual(['replace i-2']);
    expect(settled(pool, by, { replacedAt: [NOW - 30_000] }).because).toContain('less than a minute ago');
    const master = node(0, undefined, { misses: 5, isMissed: true, isImpaired: true });
    expect(settled(sight([master, node(1, 0.5), dead(1)]), by).because).toContain('only 1 of 3 nodes answer');
  });

  test('one that served and is out for five minutes is replaced, while most others serve', () => {
    const out = (minutes: number) => node(2, 0.1, { standing: 'ill', outSince: NOW - minutes * MINUTE });
    expect(told(settled(sight([...loads(0.5, 0.5), out(6)]), by))).toEqual(['replace i-2']);
    expect(told(settled(sight([...loads(0.5, 0.5), out(4)]), by))).toEqual([]);
    expect(told(settled(sight([...loads(0.5, 0.5), out(6), { ...out(6), id: 'i-3' }]), by))).toEqual([]);
    expect(told(settled(sight([...loads(0.5, 0.5), out(6)]), by, { replacedAt: [NOW] }))).toEqual([]);
    // In the smallest pool that heals half of the nodes is one.
    expect(told(settled(sight([...loads(0.5), out(6)]), by))).toEqual(['replace i-2']);
  });

  test('row 54: nodes are configured before the pool grows or shrinks by its rules', () => {
    const busy = settled(sight(loads(2, 2), { hasWork: true }), by);
    expect([told(busy), busy.because]).toEqual([[], 'holding at 2: nodes are configured first']);
    expect(told(settled(sight(loads(0.5), { hasWork: true }), by))).toEqual(['launch 1']);
  });

  test('row 33: a newcomer that cannot be brought up in three tries is ended, and counts', () => {
    const hopeless = booting(2, { standing: 'failed', falls: 3 });
    const verdict = settled(sight([...loads(0.5, 0.5), hopeless]), by);
    expect(told(verdict)).toEqual(['terminate i-2']);
    expect(verdict.remembered.failures).toBe(1);
    expect(told(settled(sight([...loads(0.5, 0.5), { ...hopeless, served: true }]), by))).toEqual([]);
  });

  test('one that dies on its way counts, and the next launch waits twice as long each time', () => {
    const seen = sight([node(0, 0.5)]);
    const first = settled(seen, by, { booting: ['i-9'] });
    const before = { ...after(seen, by), booting: ['i-9'], failures: 3 };
    const verdict = govern(seen, by, before);
    expect([verdict.remembered.failures, told(verdict)]).toEqual([4, []]);
    expect(verdict.because).toContain('the next is tried in 40 s');
    expect(first.remembered.failures).toBe(0);
  });

  test('after ten in a row nothing is launched until it is resumed, and one that serves ends the row', () => {
    const seen = sight([node(0, 0.5)]);
    const ten = { failures: 10, failedAt: NOW - 60 * MINUTE };
    expect(told(settled(seen, by, ten))).toEqual(['protect']);
    const shut = { ...seen, isProtected: true };
    const still = settled(shut, by, { ...ten, wasProtected: true });
    expect([told(still), still.because]).toEqual([[], expect.stringContaining('pool resume')]);
    const resumed = settled(seen, by, { ...ten, wasProtected: true });
    expect([told(resumed), resumed.remembered.failures]).toEqual([['launch 1'], 0]);
  });

  test('what EC2 announces: another is launched before, and it leaves at once', () => {
    const noticed = node(1, 0.5, { notice: 'terminate at 12:00' });
    expect(told(settled(sight([node(0, 0.5), noticed, node(2, 0.5)]), by))).toEqual([
      'launch 1',
      'leave i-1',
    ]);
    const full = policy({ minimum_instances: 2, maximum_instances: 3 });
    expect(told(settled(sight([node(0, 0.5), noticed, node(2, 0.5)]), full))).toEqual(['leave i-1']);
  });

  test('row 54: the first kind with work has the tick', () => {
    const noticed = node(1, 2, { notice: 'terminate at 12:00' });
    expect(told(settled(sight([node(0, 2), { ...noticed, state: 'stopped' }]), by))).toEqual(['launch 1']);
  });
});
