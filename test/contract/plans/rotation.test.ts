// The rotation and the services of a node, on real machines, under requests.
import { describe, expect, test, vi } from 'vitest';
import { parseConfigured } from '../../../src/plans/configure.ts';
import { parseRotation, rotation } from '../../../src/plans/rotate.ts';
import { parseServices, servicesScript } from '../../../src/plans/services.ts';
import { tar } from '../../../src/world/tar.ts';
import { builtIn, instance } from '../../unit/built-in.ts';
import { ask, bootTwo, configure, facts, good, machine, memberOf, processes, servers } from './ground.ts';

bootTwo();

async function rotate(indexes: readonly number[]) {
  const { settings } = facts(0, good());
  const { script, parcels } = rotation(settings, indexes.map(memberOf), builtIn);
  const { code, stdout, stderr } = await machine(0).run(script, await tar(parcels));
  if (code !== 0) throw new Error(stderr);
  return parseRotation(stdout).servers.map(({ id }) => id);
}

describe('the rotation of a node', () => {
  test('no member: a clear 503', async () => {
    expect(await rotate([])).toEqual([]);
    const answer = await fetch(`http://${machine(0).ip}/`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('no node of the pool is ready');
  });

  test('row 43: a member that leaves drops no open request, and haproxy is not reloaded', async () => {
    expect(await rotate([0, 1])).toEqual([instance(0).id, instance(1).id]);
    const before = await processes();
    const slow = Array.from({ length: 10 }, () => ask('/sleep?ms=3000'));
    const quick: number[] = [];
    let changing = true;
    const stream = (async () => {
      while (changing) quick.push(await ask('/'));
    })();
    await vi.waitFor(async () => {
      expect((await servers()).every(({ sessions }) => sessions > 0)).toBe(true);
    }, 2_500);
    expect(await rotate([0])).toEqual([instance(0).id]);
    expect(await rotate([0, 1])).toEqual([instance(0).id, instance(1).id]);
    changing = false;
    await stream;
    expect(new Set([...(await Promise.all(slow)), ...quick])).toEqual(new Set([200]));
    expect(quick.length).toBeGreaterThan(10);
    expect(await processes()).toBe(before);
  });

  test('a rotation is not kept waiting by an app that is slow to start, and does not disturb its wait', async () => {
    const members = [memberOf(0), memberOf(1)];
    const slow = configure(0, good({ command: 'sleep 2; exec node server.js' }), { members });
    const hash = await machine(0).read('cat /opt/poolparty/config-hash');
    await expect
      .poll(() => machine(0).read('cat /opt/poolparty/config-hash'), { timeout: 5_000 })
      .not.toBe(hash);
    expect(await rotate([0, 1])).toEqual(members.map(({ id }) => id));
    expect(parseConfigured((await slow).stdout)).toMatchObject({ healthy: true });
    expect((await configure(0, good(), { members })).code).toBe(0);
  });

  test('row 43: a reload changes nothing, for the file on disk says the same', async () => {
    const members = [memberOf(0), memberOf(1)];
    const { stdout } = await configure(0, good(), { members });
    expect(parseConfigured(stdout).changed).toEqual([]);
    await machine(0).read('systemctl reload haproxy');
    await vi.waitFor(async () => {
      expect((await servers()).map(({ id }) => id)).toEqual(members.map(({ id }) => id));
    }, 10_000);
  });

  test('a member whose app dies is taken out by the checks, and comes back', async () => {
    await machine(1).read('systemctl stop poolparty-app');
    const statuses = async () => (await servers()).map((one) => one.status);
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(['UP', 'DOWN']);
    expect(await ask('/')).toBe(200);
    await machine(1).read('systemctl start poolparty-app');
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(['UP', 'UP']);
  });
});

describe('the services of a node', () => {
  test('row 46: haproxy and the app are restarted when they die', async () => {
    await machine(0).read('systemctl kill -s KILL poolparty-app haproxy');
    await expect.poll(() => ask('/').catch(() => 0), { timeout: 15_000 }).toBe(200);
  });

  test('row 10: those that are configured are stopped and started, and named', async () => {
    const stopped = await machine(1).run(servicesScript('stop'));
    expect(parseServices(stopped.stdout)).toEqual(['haproxy', 'poolparty-app']);
    expect(
      (await machine(1).run('systemctl is-active -q haproxy || systemctl is-active -q poolparty-app')).code,
    ).not.toBe(0);
    const started = await machine(1).run(servicesScript('start'));
    expect(parseServices(started.stdout)).toEqual(['poolparty-app', 'haproxy']);
    expect(await machine(1).read('systemctl is-active haproxy poolparty-app')).toBe('active\nactive');
  });
});
