// The script that configures a node, on real machines: systemd, haproxy, nftables and the example app judge it.
import { describe, expect, test, vi } from 'vitest';
import { parseConfigured } from '../../../src/plans/configure.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';
import { builtIn } from '../../unit/built-in.ts';
import { bootTwo, bring, configure, facts, good, machine, odd, processes } from './ground.ts';

bootTwo();

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
    expect((await bring(1, { ...facts(1, good()), settings: none })).code).toBe(0);
    expect((await machine(1).run(`test -e ${path} || systemctl is-active -q poolparty-app`)).code).not.toBe(
      0,
    );
    expect((await configure(1)).code).toBe(0);
  });
});
