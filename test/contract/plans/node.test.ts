// The scripts for a node, on real machines: systemd, haproxy, nftables and the example app judge them.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import { configurationOf, type Release, releaseOf } from '../../../src/plans/configuration.ts';
import { configureParcels, configureScript, parseConfigured } from '../../../src/plans/configure.ts';
import type { NodeFacts } from '../../../src/plans/node-files.ts';
import { parseRotation, rotation } from '../../../src/plans/rotate.ts';
import { parseServices, servicesScript } from '../../../src/plans/services.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';
import type { App } from '../../../src/pool/settings.ts';
import { createFiles } from '../../../src/world/files.ts';
import { tar } from '../../../src/world/tar.ts';
import { app, builtIn, factsOf, instance } from '../../unit/built-in.ts';
import { bootMachine, type Machine } from './machine.ts';

const hello = fileURLToPath(new URL('../../../examples/hello', import.meta.url));
const odd = "a\"b\\c $HOME `x` %h 'q'\n\ttwo #";

let machines: readonly Machine[] = [];
let archive: Uint8Array;

const machine = (index: number): Machine => {
  const found = machines[index];
  if (found === undefined) throw new Error(`machine ${index} did not boot`);
  return found;
};

const good = (changed: Partial<App> = {}): App => app({ source: hello, env: { ODD: odd }, ...changed });

function facts(index: number, own: App): NodeFacts {
  const all = machines.map((one, at) => instance(at, { privateIp: one.ip }));
  const found = factsOf(all, { app: own });
  return { ...found, node: found.pool.nodes[index] ?? found.node };
}

/** Configures a machine; the app gets 5 s to become healthy. */
async function configure(index: number, own = good(), changed: Partial<NodeFacts> = {}) {
  const all = { ...facts(index, own), ...changed };
  const release: Release = releaseOf(own, archive);
  const configuration = configurationOf(all, release);
  const stdin = await tar(configureParcels(configuration));
  const output = await machine(index).run(configureScript(configuration, all.templates, 5), stdin);
  return { ...output, configuration };
}

const memberOf = (index: number) => ({ id: instance(index).id, address: `${machine(index).ip}:8001` });

async function rotate(indexes: readonly number[]) {
  const { settings } = facts(0, good());
  const { script, parcels } = rotation(settings, indexes.map(memberOf), builtIn);
  const { code, stdout, stderr } = await machine(0).run(script, await tar(parcels));
  if (code !== 0) throw new Error(stderr);
  return parseRotation(stdout).map(({ id }) => id);
}

/** What must not change when nothing is to be restarted. */
const processes = () =>
  machine(0).read(
    'systemctl show -P MainPID poolparty-app; echo "show info" | socat - /run/haproxy/admin.sock | grep Pid:',
  );

const ask = async (path: string) => (await fetch(`http://${machine(0).ip}${path}`)).status;

beforeAll(async () => {
  await buildImages(() => undefined);
  archive = await createFiles(hello).release(hello);
  machines = await Promise.all(['a', 'b'].map(bootMachine));
  for (const index of [0, 1]) {
    const { code, stdout, stderr } = await configure(index);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parseConfigured(stdout)).toMatchObject({
      healthy: true,
      answer: expect.stringContaining('HTTP 200'),
    });
  }
}, 600_000);
afterAll(async () => await Promise.all(machines.map((one) => one.end())));

describe('configuring a node', () => {
  test('row 51: the same configuration twice changes nothing and restarts nothing', async () => {
    const before = await processes();
    const { stdout, configuration } = await configure(0);
    expect(parseConfigured(stdout)).toMatchObject({ changed: [], hash: configuration.hash, healthy: true });
    expect(await processes()).toBe(before);
    expect(parseProbe((await machine(0).run(probeScript)).stdout)).toMatchObject({
      configHash: configuration.hash,
      cpus: expect.any(Number),
      load: expect.any(Number),
    });
  });

  test('the app has its environment exactly, by a user of its own', async () => {
    const found = await machine(0).read(
      'tr "\\0" "\\1" </proc/$(systemctl show -P MainPID poolparty-app)/environ; systemctl show -P User poolparty-app',
    );
    for (const wanted of [`ODD=${odd}`, 'PORT=8001', 'POOL_NODE=node0', 'POOL_INSTANCE_ID=i-00000000'])
      expect(found.split('\u0001')).toContain(wanted);
    expect(found).toMatch(/poolparty-app$/);
  });

  test('a node that gets another number restarts nothing', async () => {
    const before = await processes();
    const { stdout } = await configure(0, good(), { node: { ...facts(0, good()).node, name: 'node7' } });
    expect(parseConfigured(stdout).changed).toEqual(['/etc/poolparty/node.env']);
    expect(await processes()).toBe(before);
  });

  test('the firewall keeps the app from the metadata address, and nobody else', async () => {
    await machine(1).read(
      "ip addr add 169.254.169.254/32 dev lo; systemd-run -q node -e \"require('http').createServer((q, a) => a.end()).listen(80, '169.254.169.254')\"",
    );
    const get = 'curl -s -m 3 -o /dev/null http://169.254.169.254/';
    await vi.waitFor(async () => expect((await machine(1).run(get)).code).toBe(0), 10_000);
    expect((await machine(1).run(`runuser -u poolparty-app -- ${get}`)).code).toBe(7);
  });

  test('a failing install line is shown with its output, and the former app goes on', async () => {
    const before = await processes();
    const { code, stderr } = await configure(0, good({ install: ['true', 'echo why; exit 7'] }));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'the install line failed with code 7: echo why; exit 7\nwhy\n',
    });
    expect(await processes()).toBe(before);
  });

  test('what a failed run left undone is done by the next', async () => {
    await configure(0, good({ env: { ODD: 'new' }, install: ['false'] }));
    expect((await configure(0, good({ env: { ODD: 'new' } }))).code).toBe(0);
    const pid = await machine(0).read('systemctl show -P MainPID poolparty-app');
    expect(await machine(0).read(`tr "\\0" "\\n" </proc/${pid}/environ`)).toContain('ODD=new\n');
  });

  test('an app that does not become healthy is told with its answer and its log', async () => {
    const { code, stdout } = await configure(1, good({ command: 'echo "I give up"; exit 3' }));
    expect(code).toBe(0);
    const told = parseConfigured(stdout);
    expect(told).toMatchObject({ healthy: false, healthUrl: 'http://127.0.0.1:8001/health' });
    expect(told.answer).toContain('connect');
    expect(told.log).toContain('I give up');
    expect((await configure(1)).code).toBe(0);
  });

  test("row 41: a template that haproxy refuses is told in haproxy's words and not installed", async () => {
    const before = await machine(0).read('sha256sum /etc/haproxy/haproxy.cfg');
    const templates = { ...builtIn, 'haproxy.cfg': `${builtIn['haproxy.cfg']}\nnoodles` };
    const { code, stderr } = await configure(0, good(), { templates });
    expect(code).toBe(1);
    expect(stderr).toMatch(/haproxy refuses the new haproxy.cfg.*noodles/s);
    expect(await machine(0).read('sha256sum /etc/haproxy/haproxy.cfg')).toBe(before);
    expect((await configure(0)).code).toBe(0);
  });

  test('what a configuration no longer has goes away', async () => {
    const path = '/etc/systemd/system/poolparty-app.service';
    const none = { ...facts(1, good()).settings, app: undefined };
    const configuration = configurationOf({ ...facts(1, good()), settings: none }, undefined);
    const stdin = await tar(configureParcels(configuration));
    expect((await machine(1).run(configureScript(configuration, builtIn), stdin)).code).toBe(0);
    expect((await machine(1).run(`test -e ${path} || systemctl is-active -q poolparty-app`)).code).not.toBe(
      0,
    );
    expect((await configure(1)).code).toBe(0);
  });
});

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
    const slow = Array.from({ length: 10 }, () => ask('/sleep?ms=1500'));
    const quick: number[] = [];
    let changing = true;
    const stream = (async () => {
      while (changing) quick.push(await ask('/'));
    })();
    await vi.waitFor(async () => {
      const { servers } = parseProbe((await machine(0).run(probeScript)).stdout);
      expect(servers.every(({ sessions }) => sessions > 0)).toBe(true);
    }, 1_000);
    expect(await rotate([0])).toEqual([instance(0).id]);
    expect(await rotate([0, 1])).toEqual([instance(0).id, instance(1).id]);
    changing = false;
    await stream;
    expect(new Set([...(await Promise.all(slow)), ...quick])).toEqual(new Set([200]));
    expect(quick.length).toBeGreaterThan(10);
    expect(await processes()).toBe(before);
  });

  test('row 43: a reload changes nothing, for the file on disk says the same', async () => {
    const members = [memberOf(0), memberOf(1)];
    const { stdout } = await configure(0, good(), { members });
    expect(parseConfigured(stdout).changed).toEqual([]);
    await machine(0).read('systemctl reload haproxy');
    await vi.waitFor(async () => {
      const { servers } = parseProbe((await machine(0).run(probeScript)).stdout);
      expect(servers.map(({ id }) => id)).toEqual(members.map(({ id }) => id));
    }, 10_000);
  });

  test('a member whose app dies is taken out by the checks, and comes back', async () => {
    await machine(1).read('systemctl stop poolparty-app');
    const statuses = async () =>
      parseProbe((await machine(0).run(probeScript)).stdout).servers.map((one) => one.status);
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
