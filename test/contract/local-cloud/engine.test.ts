// The engine on real machines: boots, limits, addresses, guards, deaths, and nothing left behind.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Death, Opening } from '../../../src/local-cloud/engine.ts';
import { createEngine } from '../../../src/local-cloud/machines/engine.ts';
import { type Ground, makeGround, opens } from './engine-ground.ts';

const everywhere: Opening = { protocol: 'all', peers: ['0.0.0.0/0'] };
const ssh: Opening = { protocol: 'tcp', fromPort: 22, toPort: 22, peers: ['0.0.0.0/0'] };

let ground: Ground;
let one: string;
let two: string;
let elastic: string;

const openAll = (addresses: [string, string][] = []) =>
  ground.engine.network({
    addresses: new Map(addresses),
    openings: new Map([0, 1].map((n) => [ground.spec(n).privateIp, [everywhere]])),
  });
const between = async (target: string, port: number) =>
  ground.ssh(one, `timeout 1 bash -c '</dev/tcp/${target}/${port}' 2>/dev/null; echo $?`);

beforeAll(async () => {
  ground = await makeGround();
  [one, two] = [ground.spec(0).privateIp, ground.spec(1).privateIp];
  elastic = ground.plan.publicRange.replace('.0/22', '.9');
  await Promise.all([
    ground.engine.create(ground.spec(0)),
    ground.engine.create(ground.spec(1, { vcpus: 0.5 })),
  ]);
  await openAll();
});
afterAll(() => ground?.end());

const initOf = (id: string) =>
  Number(
    execFileSync('podman', ['inspect', '--format', '{{.State.Pid}}', ground.names.container(id)]).toString(),
  );
const deaths = new Map<string, { death: Death; at: number }>();

describe('a booted machine', () => {
  test('lets its key log in, and root not', async () => {
    expect(await ground.ssh(one, 'id -un; uname -n; sudo id -u')).toBe('admin\nip-0\n0\n');
    expect(await ground.ssh(one, 'sudo sshd -T | grep -i ^permitroot')).toBe('permitrootlogin no\n');
  });

  test('is told from others by the metadata server', () => {
    expect([...ground.askers].sort()).toEqual([one, two].sort());
  });

  test('shows its own host keys on its console', async () => {
    const [first, second] = await Promise.all(['i-0', 'i-1'].map((id) => ground.engine.console(id)));
    const real = await ground.ssh(one, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    expect(first).toContain('-----BEGIN SSH HOST KEY FINGERPRINTS-----');
    expect(first).toContain(real.trim());
    expect(second).not.toContain(real.trim());
    expect(first).toMatch(
      /KEYS-----\n.*ssh-ed25519 [A-Za-z0-9+/=]+ root@ip-0\n-----END SSH HOST KEY KEYS-----/s,
    );
  });

  test('runs user-data once as root, also after a reboot', async () => {
    await expect
      .poll(() => ground.ssh(one, 'cat /var/log/cloud-init-output.log'), { timeout: 5000 })
      .toMatch('run by root');
    const keys = await ground.ssh(one, 'cat /etc/ssh/*.pub');
    await ground.engine.reboot('i-0');
    await expect
      .poll(() => ground.ssh(one, 'systemctl is-active multi-user.target || true'))
      .toBe('active\n');
    expect(await ground.ssh(one, 'sudo cat /root/runs; cat /etc/ssh/*.pub')).toBe(`once\n${keys}`);
  });

  test('has the memory and the processors of its spec', async () => {
    expect(await ground.ssh(one, 'grep MemTotal /proc/meminfo')).toContain(String(512 * 1024));
    const spin = `bash -c 'SECONDS=0; while [ $SECONDS -lt 2 ]; do :; done; times' | tail -2 | head -1`;
    const seconds = Number(/0m([\d.]+)s/.exec(await ground.ssh(two, spin))?.[1]);
    expect(seconds).toBeLessThan(1.6);
  });

  test('has a load average of its own', async () => {
    await ground.ssh(one, 'for n in 1 2; do timeout 20 sh -c "while :; do :; done" >/dev/null 2>&1 & done');
    const load = async (address: string) =>
      Number((await ground.ssh(address, 'cat /proc/loadavg')).split(' ')[0]);
    await expect.poll(() => load(one), { timeout: 20_000, interval: 500 }).toBeGreaterThan(0.25);
    expect(await load(two)).toBeLessThan(0.2);
    await ground.ssh(one, 'pkill timeout || true');
  });

  test('finds packages through the host', async () => {
    expect(await ground.ssh(two, 'sudo apt-get -qq update && apt-cache policy hello')).toMatch(
      /Candidate: \d/,
    );
  });
});

describe('public addresses', () => {
  test('lead to their machine from the host, from others and from itself', async () => {
    await openAll([[elastic, one]]);
    expect(await ground.ssh(elastic, 'uname -n')).toBe('ip-0\n');
    const banner = `timeout 3 bash -c 'exec 3<>/dev/tcp/${elastic}/22; head -1 <&3'`;
    expect(await ground.ssh(two, banner)).toMatch(/^SSH-2.0/);
    expect(await ground.ssh(one, banner)).toMatch(/^SSH-2.0/);
  });

  test('move, and cut what went through them', async () => {
    await openAll([[elastic, one]]);
    const socket = connect({ host: elastic, port: 22 });
    await once(socket, 'data');
    const closed = new Promise((resolve) => socket.once('close', resolve).on('error', () => {}));
    await openAll([[elastic, two]]);
    socket.write('SSH-2.0-cut\r\n');
    await closed;
    expect(await ground.ssh(elastic, 'uname -n')).toBe('ip-1\n');
  });

  test('that are nobody’s refuse quickly', async () => {
    await openAll();
    const socket = connect({ host: elastic, port: 22, timeout: 2500 });
    const [error] = await Promise.race([
      once(socket, 'timeout'),
      new Promise<[Error]>((done) => socket.once('error', (e) => done([e]))),
    ]);
    expect(error).toMatchObject({ code: 'EHOSTUNREACH' });
  });
});

describe('guards', () => {
  test('let nobody in where nothing is open, but the pulse and what the machine began itself', async () => {
    await ground.engine.network({ addresses: new Map(), openings: new Map([[one, [ssh]]]) });
    expect(await opens(two, 22)).toBe(false);
    expect(await between(two, 22)).toBe('124\n');
    expect(await ground.engine.pulse('i-1')).toBe('well');
    expect(await opens(one, 22)).toBe(true);
    expect(await between(ground.plan.address, 1338)).toBe('0\n');
  });

  test('open single ports to single peers, and shut them again', async () => {
    await openAll();
    await ground.ssh(
      two,
      'sudo systemd-run -q --unit=listen python3 -c "import socket,time; s=[socket.create_server((str(),p)) for p in (81,82)]; time.sleep(600)"',
    );
    await expect.poll(() => opens(two, 81)).toBe(true);
    const web: Opening = { protocol: 'tcp', fromPort: 81, toPort: 81, peers: [`${one}/32`] };
    await ground.engine.network({
      addresses: new Map(),
      openings: new Map([
        [one, [ssh]],
        [two, [web, ssh]],
      ]),
    });
    expect(await between(two, 81)).toBe('0\n');
    expect(await between(two, 82)).toBe('124\n');
    expect(await opens(two, 81)).toBe(false);
    await ground.engine.network({
      addresses: new Map(),
      openings: new Map([
        [one, [ssh]],
        [two, [ssh]],
      ]),
    });
    expect(await between(two, 81)).toBe('124\n');
  });

  test('accept overlapping and repeated peers', async () => {
    const peers = ['10.0.0.0/8', '10.1.0.0/16', `${one}/32`, one];
    await ground.engine.network({
      addresses: new Map(),
      openings: new Map([[two, [{ protocol: 'all', peers }]]]),
    });
    expect(await opens(two, 22)).toBe(true);
  });
});

describe('life and death', () => {
  beforeAll(async () => {
    await openAll();
    ground.engine.onDeath((id, death) => deaths.set(id, { death, at: performance.now() }));
  });

  test('a hanging machine is silent', async () => {
    const container = ground.names.container('i-1');
    execFileSync('podman', ['pause', container]);
    expect(await ground.engine.pulse('i-1')).toBe('silent');
    execFileSync('podman', ['unpause', container]);
    await expect.poll(() => ground.engine.pulse('i-1')).toBe('well');
  });

  test('a killed machine is noticed within a second', { retry: 1 }, async () => {
    deaths.clear();
    const before = performance.now();
    process.kill(initOf('i-1'), 'SIGKILL');
    await expect.poll(() => deaths.get('i-1')?.death, { interval: 20, timeout: 3000 }).toBe('killed');
    const after = deaths.get('i-1')?.at ?? 0;
    expect(await ground.engine.pulse('i-1')).toBe('dead');
    await ground.engine.start('i-1');
    expect(await ground.engine.pulse('i-1')).toBe('well');
    // Two suites share this machine's processors: what comes late because of them is tried once more.
    expect(after - before).toBeLessThan(1000);
  });

  test.for([['reboot'], ['poweroff']] as const)('a %s from inside is told from a kill', async ([word]) => {
    deaths.clear();
    await ground.ssh(two, `sudo systemctl ${word}`).catch(() => {});
    await expect.poll(() => deaths.get('i-1')?.death, { timeout: 15_000 }).toBe(word);
    await ground.engine.start('i-1');
  });

  test('a stop is no death, and keeps the disk', async () => {
    deaths.clear();
    await ground.ssh(two, 'echo kept >kept');
    await ground.engine.stop('i-1');
    expect(await ground.engine.pulse('i-1')).toBe('dead');
    await ground.engine.start('i-1');
    expect(await ground.ssh(two, 'cat kept')).toBe('kept\n');
    expect([...deaths]).toEqual([]);
  });

  test('a machine that cannot be made, or is given up, leaves nothing', async () => {
    const before = await ground.traces();
    await expect(ground.engine.create(ground.spec(7, { image: 'absent' }))).rejects.toThrow(
      /machine i-7 .*no image absent/,
    );
    const abort = new AbortController();
    const made = ground.engine.create(ground.spec(8), abort.signal);
    abort.abort(new Error('given up'));
    await expect(made).rejects.toThrow(/given up/);
    expect(await ground.traces()).toBe(before);
  });

  test('a restarted engine finds machines, sees them die and ends them', async () => {
    const later = createEngine({ home: ground.home, slot: ground.slot });
    await later.up();
    expect([...(await later.machines())].sort()).toEqual(['i-0', 'i-1']);
    expect(await later.pulse('i-0')).toBe('well');
    const died = new Promise((resolve) => later.onDeath((id, death) => resolve(`${id} ${death}`)));
    process.kill(initOf('i-0'), 'SIGKILL');
    expect(await died).toBe('i-0 killed');
    await later.destroy('i-0');
    expect(await later.machines()).toEqual(['i-1']);
  });
});

test('a second cloud has ranges of its own, and its end harms the first in nothing', async () => {
  const other = await makeGround();
  try {
    expect(other.slot).not.toBe(ground.slot);
    const spec = other.spec(0, { hostname: 'stranger' });
    await other.engine.create(spec);
    await other.engine.network({ addresses: new Map(), openings: new Map([[spec.privateIp, [everywhere]]]) });
    expect(await other.ssh(spec.privateIp, 'uname -n')).toBe('stranger\n');
    expect(await other.engine.machines()).toEqual(['i-0']);
    expect([...other.askers]).toEqual([spec.privateIp]);
  } finally {
    await other.end();
  }
  expect(await other.traces()).toBe('');
  expect(await ground.engine.pulse('i-1')).toBe('well');
  expect(await ground.ssh(two, 'cat /proc/loadavg')).toMatch(/^\d/);
});

test('down leaves nothing, and may be repeated', async () => {
  expect(await ground.traces()).toContain(ground.names.bridge);
  await ground.engine.down();
  expect(await ground.traces()).toBe('');
  await ground.engine.down();
});
