// pool grow, shrink and resume, instance terminate: by the maintainer's own plans, within the limits.
import { describe, expect, test } from 'vitest';
import { PoolError } from '../../../../src/pool/failure.ts';
import { isAlive, LEAVING_TAG, PROTECTED_TAG } from '../../../../src/pool/instance.ts';
import { speak } from '../../fake-world.ts';
import { next, type Party, started } from './party.ts';

const LIMITS = 'maximum_instances: 4\n';
const nodesOf = async ({ outside: { ec2 } }: Party) => (await ec2.look('party')).nodes;
const idsOf = async (all: Party) => (await nodesOf(all)).filter(isAlive).map(({ id }) => id);

const ready = async (): Promise<Party> => next(await started(LIMITS));

describe('pool grow', () => {
  test('row 19: adds a node, and ends when it serves; the others keep out meanwhile', async () => {
    const all = await ready();
    const { code, stdout, stderr } = await speak('pool grow', all.outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^-- launch 1 in us-east-1\w: 4 nodes are to be there, 3 are there$/m);
    expect(stdout).toMatch(/^-- 3 nodes before, 4 now$/m);
    const ids = await idsOf(all);
    await all.outside.clock.sleep(2_000);
    for (const id of ids) expect(all.machines.up(id)).toEqual([...ids].sort());
    expect(all.outside.nodes.locks).toEqual(['node0']);
  });

  test('row 19: not beyond the maximum, which is said', async () => {
    const all = await ready();
    expect((await speak('pool grow 5', all.outside)).stdout).toContain(
      '3 nodes before, 4 now; maximum_instances is 4',
    );
    const again = next(all);
    expect(await speak('pool grow', again.outside)).toMatchObject({
      code: 1,
      stderr: 'pool: maximum_instances is 4, and 4 are there; raise it to grow\n',
    });
  });

  test('not beyond max_hourly_usd, which is said', async () => {
    const all = next(await started(`${LIMITS}max_hourly_usd: 0.07\n`));
    expect(await speak('pool grow', all.outside)).toMatchObject({
      code: 1,
      stderr:
        'pool: max_hourly_usd is 0.07, and with one more it would be 0.0832; raise it, or set a smaller size, to grow\n',
    });
    expect(all.outside.ec2.changes).toEqual([]);
    all.outside.env = { ...all.outside.env, POOL_MAX_HOURLY_USD: '0.09', POOL_MAXIMUM_INSTANCES: '9' };
    const again = next(all);
    expect((await speak('pool grow 2 --dry-run', again.outside)).stdout).toBe(
      'launch 1: pool grow; max_hourly_usd is 0.09\n',
    );
  });

  test('a word that is no number touches nothing', async () => {
    const all = await ready();
    expect(await speak('pool grow many', all.outside)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not "many"'),
    });
    expect(all.outside.ec2.changes).toEqual([]);
  });

  test('--dry-run says what would come, and does nothing', async () => {
    const all = await ready();
    const { code, stdout } = await speak('pool grow 2 --dry-run', all.outside);
    expect([code, stdout, all.outside.ec2.changes]).toEqual([
      0,
      'launch 1: pool grow; maximum_instances is 4\n',
      [],
    ]);
  });
});

describe('pool shrink', () => {
  test('row 19, 61: takes the youngest out of every rotation, then ends it, never below the minimum', async () => {
    const all = await ready();
    await speak('pool grow', all.outside);
    const grown = next(all);
    const [master, , , last] = await nodesOf(grown);
    const { code, stdout, stderr } = await speak('pool shrink 3', grown.outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^-- leave node\d: maximum_instances is 3$/m);
    expect(stdout).toContain('4 nodes before, 3 now; minimum_instances is 3');
    const ids = await idsOf(grown);
    expect([ids.includes(last?.id ?? ''), ids.includes(master?.id ?? '')]).toEqual([false, true]);
    expect(grown.machines.up(master?.id ?? '')).toEqual([...ids].sort());
    const ended = grown.outside.ec2.changes.findIndex((change) => change.startsWith('terminate'));
    const tagged = grown.outside.ec2.changes.findIndex((change) => change.includes(LEAVING_TAG));
    expect(tagged).toBeLessThan(ended);
  });

  test.for(['60s', '3m'])(
    'a drain of %s is waited for to its end, and the master is not blamed',
    { timeout: 30_000 },
    async (limit) => {
      const drain = limit === '60s' ? 60_500 : 180_500;
      const all = next(await started(`${LIMITS}drain_limit: ${limit}\n`));
      await speak('pool grow', all.outside);
      const { outside } = next(all);
      const { handler } = outside.nodes;
      let drained = 0;
      // As ssh does it: a script is cut off at its limit, which is a minute where none is said.
      outside.nodes.handler = async (node, script, options) => {
        const output = await handler(node, script, options);
        if (!script.endsWith('\nreport_servers') || node.role !== 'master' || drained > 0) return output;
        drained += 1;
        expect(script).toContain(`take_haproxy 0644 root ${(drain - 500) / 1_000} `);
        const { timeout = 60_000 } = options;
        await outside.clock.sleep(Math.min(drain, timeout));
        if (drain > timeout) throw new PoolError(`${node.name}: no end of a command`);
        return output;
      };
      const { code, stdout, stderr } = await speak('pool shrink', outside);
      expect({ code, stderr, drained }).toEqual({ code: 0, stderr: '', drained: 1 });
      expect(stdout).toContain('4 nodes before, 3 now');
    },
  );

  test('row 19: at the minimum nothing goes', async () => {
    const all = await ready();
    expect(await speak('pool shrink', all.outside)).toMatchObject({
      code: 1,
      stderr: 'pool: minimum_instances is 3, and 3 are there; lower it to shrink\n',
    });
  });
});

describe('instance terminate', () => {
  test('row 19: ends this node, and another takes its place', async () => {
    const all = await ready();
    const [, one] = await nodesOf(all);
    const { code, stderr } = await speak('instance terminate i=1', all.outside);
    expect([code, stderr]).toEqual([0, '']);
    const ids = await idsOf(all);
    expect([ids.length, ids.includes(one?.id ?? '')]).toEqual([3, false]);
  });

  test('the master is moved first', async () => {
    const all = await ready();
    expect(await speak('instance terminate i=0', all.outside)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is the master; pool failover moves it to the standby'),
    });
    expect(all.outside.ec2.changes).toEqual([]);
  });
});

describe('pool resume', () => {
  test('takes the tag of the protected mode away', async () => {
    const all = await ready();
    await all.outside.ec2.tag(await idsOf(all), { [PROTECTED_TAG]: '10 bootstraps failed in a row' });
    expect(await speak('pool resume', all.outside)).toMatchObject({
      code: 0,
      stdout: '-- Launching goes on at the next tick\n',
    });
    expect((await nodesOf(all)).filter(({ tags }) => tags[PROTECTED_TAG] !== undefined)).toEqual([]);
  });

  test('says so where nothing was stopped', async () => {
    const all = await ready();
    expect((await speak('pool resume', all.outside)).stdout).toBe(
      '-- Launching was not stopped; nothing to resume\n',
    );
  });
});
