// Claims side by side, in any order of their calls: the true decider and the true claim against EC2's own rules.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fate, idOf, Race } from './race.ts';

const NODES = 4;
const fates = (...possible: readonly Fate[]) =>
  fc.array(fc.array(fc.constantFrom<Fate>(...possible), { maxLength: 8 }), {
    minLength: NODES,
    maxLength: NODES,
  });
const ended = (race: Race, how: string) =>
  [...race.ends].filter(([, end]) => end === how).map(([number]) => idOf(number));

test('row 72: of several claimers of a free or silent address one holds it, and it is the one that EC2 names', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isFree) => {
      const race = new Race(scheduler, NODES);
      if (!isFree) race.give(0);
      race.die(idOf(0));
      for (const number of [1, 2, 3]) void race.claim(number, []);
      await scheduler.waitIdle();
      expect(race.ends.size).toBe(3);
      expect(ended(race, 'held')).toEqual([race.holder]);
      expect(ended(race, 'left')).toHaveLength(2);
      expect(race.history).toHaveLength(isFree ? 1 : 2);
    }),
    { numRuns: 300 },
  );
});

test('row 72: whoever took a free address a moment ago is not robbed by one whose number is lower', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const race = new Race(scheduler, NODES);
      race.end(idOf(0));
      for (const number of [1, 2, 3]) void race.claim(number, []);
      await scheduler.waitIdle();
      expect(race.robbed).toEqual([]);
      expect(race.history).toHaveLength(1);
      expect(ended(race, 'held')).toEqual([race.holder]);
    }),
    { numRuns: 300 },
  );
});

test('row 72: a holder that answers is never robbed, whatever becomes of the calls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fates('answered', 'late', 'lost', 'dies'), async (scheduler, all) => {
      const race = new Race(scheduler, NODES);
      race.give(0);
      for (const number of [1, 2, 3]) void race.claim(number, all[number] ?? []);
      await scheduler.waitIdle();
      expect(race.robbed).toEqual([]);
      expect(race.holder).toBe(idOf(0));
      expect(ended(race, 'held')).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('row 72: calls that time out, also those that EC2 heard: nobody who answers is robbed, one holds it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fates('answered', 'late', 'lost'), async (scheduler, all) => {
      const race = new Race(scheduler, NODES);
      race.give(0);
      race.die(idOf(0));
      for (const number of [1, 2, 3]) void race.claim(number, all[number] ?? []);
      await scheduler.waitIdle();
      expect(race.robbed).toEqual([]);
      for (const id of ended(race, 'held')) expect(id).toBe(race.holder);
    }),
    { numRuns: 500 },
  );
});

test('row 71: claimers that die at any call leave the address where the next claim gets it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fates('answered', 'lost', 'dies'), async (scheduler, all) => {
      const race = new Race(scheduler, NODES);
      race.give(0);
      race.die(idOf(0));
      for (const number of [1, 2]) void race.claim(number, [...(all[number] ?? []), 'dies', 'dies', 'dies']);
      await scheduler.waitIdle();
      const alive = race.holder === idOf(1) || race.holder === idOf(2);
      void race.claim(3, []);
      await scheduler.waitIdle();
      expect(race.robbed).toEqual([]);
      expect(race.ends.get(3)).toBe(alive && ended(race, 'held').length > 0 ? 'left' : 'held');
    }),
    { numRuns: 500 },
  );
});

test('by force the address moves from a holder that answers, once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const race = new Race(scheduler, NODES);
      race.give(0);
      for (const number of [1, 2]) void race.claim(number, [], number === 1);
      await scheduler.waitIdle();
      expect(race.holder).not.toBe(idOf(0));
      expect(race.robbed).toEqual([idOf(0)]);
      expect(ended(race, 'held')).toEqual([race.holder]);
    }),
    { numRuns: 200 },
  );
});
