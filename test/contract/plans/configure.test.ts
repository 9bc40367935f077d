// The script that configures a node, on real machines: systemd, haproxy, nftables and the example app judge it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parseConfigured } from '../../../src/plans/configure.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';
import type { App } from '../../../src/pool/settings.ts';
import { builtIn } from '../../unit/built-in.ts';
import { newFolder } from '../../unit/world/folder/ground.ts';
import {
  bootTwo,
  bring,
  configure,
  facts,
  good,
  machine,
  memberOf,
  odd,
  processes,
  servers,
} from './ground.ts';

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

  test('F8, F16: a release has one time on all nodes, another than its successor, and its modes and empty folders', async () => {
    const source = newFolder();
    mkdirSync(join(source, 'tmp/pids'), { recursive: true });
    writeFileSync(join(source, '.config'), 'closed', { mode: 0o600 });
    writeFileSync(join(source, 'server.js'), readFileSync(join(good().source, 'server.js')));
    const own = good({ source, install: ['date >built'] });
    const seen = async (index: number) => {
      expect((await configure(index, own)).code).toBe(0);
      return await machine(index).read(
        'cd /opt/poolparty/current; find . -printf "%y %m %u %T@ %p\\n" | sort',
      );
    };
    const first = await seen(0);
    expect(await seen(1)).toBe(first);
    expect(first).toMatch(/^d 755 poolparty-app \S+ \.\/tmp\/pids$/m);
    expect(first).toMatch(/^f 600 poolparty-app \S+ \.\/\.config$/m);
    const timesOf = (text: string) => new Set(text.split('\n').map((line) => Number(line.split(' ')[3])));
    const [time = 0, ...others] = timesOf(first);
    expect(others).toEqual([]);
    expect(new Date(time * 1_000).getUTCFullYear()).toBeGreaterThanOrEqual(2008);
    expect(time * 1_000).toBeLessThan(Date.now());
    writeFileSync(join(source, '.config'), 'CLOSED');
    expect([...timesOf(await seen(0))]).not.toEqual([time]);
    await configure(0);
    await configure(1);
  });

  test('F2: folders of ours and a release whose owners and modes somebody has changed are put right', async () => {
    await machine(1).read(
      'chown -R nobody:nogroup /opt/poolparty /etc/poolparty; chmod -R go-rwx /opt/poolparty; systemctl restart poolparty-app',
    );
    expect(parseConfigured((await configure(1)).stdout)).toMatchObject({ healthy: true });
    expect(await machine(1).read('stat -c "%a %U" /opt/poolparty /opt/poolparty/current/.')).toBe(
      '755 root\n755 poolparty-app',
    );
  });

  test('a failing install line is shown with its output, and the former app goes on', async () => {
    const [before, had] = [await processes(), await machine(0).read('ls /opt/poolparty/releases')];
    const { code, stderr } = await configure(0, good({ install: ['true', 'echo why; exit 7'] }));
    expect(await machine(0).read('ls /opt/poolparty/releases')).toBe(had);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'the install line failed with code 7: echo why; exit 7\nwhy\n',
    });
    expect(await processes()).toBe(before);
  });

  test('F2: an install line that does not end is ended with what it began, and the former app goes on', async () => {
    const before = await processes();
    const install = ['echo begun; sleep 986 & sleep 986'];
    const { code, stderr } = await configure(0, good({ install }), {}, { installLimit: 1_000 });
    const said = `the install line did not end within 1 s: ${install}\nbegun\n`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: said });
    expect(await processes()).toBe(before);
    expect((await machine(0).run('pgrep -f "^sleep 986"')).code).toBe(1);
  });

  test('F2: who waits in vain for another configuration is told which install line that one is at', async () => {
    const first = configure(0, good({ install: ['sleep 6'] }));
    await vi.waitFor(() => machine(0).read('pgrep -f "^sleep 6"'), 10_000);
    expect((await machine(0).run(`${builtIn['node.sh']}\nlock_wait=1\nbegin`)).stderr).toBe(
      'another configuration of this node is still under way after 1 s (its install line: sleep 6); try again later\n',
    );
    expect((await first).code).toBe(0);
  });

  test('what a failed run left undone is done by the next', async () => {
    await configure(0, good({ env: { ODD: 'new' }, install: ['false'] }));
    expect((await configure(0, good({ env: { ODD: 'new' } }))).code).toBe(0);
    const pid = await machine(0).read('systemctl show -P MainPID poolparty-app');
    expect(await machine(0).read(`tr "\\0" "\\n" </proc/${pid}/environ`)).toContain('ODD=new\n');
  });

  test('an app that does not become healthy is told with its answer and its log', async () => {
    const { code, stdout } = await configure(1, good({ command: 'echo "I am up"; sleep 1000' }));
    expect(code).toBe(0);
    const told = parseConfigured(stdout);
    expect(told).toMatchObject({
      healthy: false,
      healthUrl: `http://${machine(1).ip}:8001/health`,
      ended: '',
    });
    expect(told.answer).toContain('connect');
    expect(told.log).toContain('I am up');
    expect((await configure(1)).code).toBe(0);
  });

  test.each([
    ['gives up', 'echo "I give up"; exit 3', { ends: 3, ended: 'code 3' }, 'I give up'],
    [
      'puts itself into the background',
      'sleep 1000 & echo "went away"',
      { ends: 3, ended: 'code 0' },
      'went away',
    ],
    ['is killed', 'echo "kill me"; kill -9 $$', { ends: 3, ended: 'signal 9' }, 'kill me'],
    ['is not there', 'no-such-program', { ends: 1, ended: 'code 127' }, 'no-such-program: not found'],
    ['may not be run', 'exec /etc/hosts', { ends: 1, ended: 'code 126' }, 'Permission denied'],
  ])(
    'a command that %s is told well before its time is up, with its own last words',
    async (_, command, end, word) => {
      const told = parseConfigured((await configure(1, good({ command }), {}, { wait: 60 })).stdout);
      expect(told).toMatchObject({ healthy: false, ...end });
      expect(told.log.join(' ')).toContain(word);
      expect(told.log.join(' ')).not.toContain('I am up');
      expect((await configure(1)).code).toBe(0);
    },
    20_000,
  );

  test('F2: an app whose port another program has is not well, whatever that one answers', async () => {
    const other = `require('http').createServer((q, a) => a.end()).listen(8001)`;
    const install = [
      `systemctl stop poolparty-app; systemd-run -q --unit taken node -e "${other}"; sleep 0.5`,
    ];
    const told = parseConfigured((await configure(1, good({ install }), {}, { wait: 60 })).stdout);
    await machine(1).read('systemctl stop taken');
    expect(told).toMatchObject({ healthy: false, ended: 'code 1' });
    expect(told.ends).toBeGreaterThan(2);
    expect(told.log.join(' ')).toContain('EADDRINUSE');
    expect((await configure(1)).code).toBe(0);
  });

  test("F2: a haproxy that cannot be started is told in systemd's words, and nobody says that it goes on", async () => {
    const templates = { ...builtIn, 'haproxy.cfg': `${builtIn['haproxy.cfg']}\n# another\n` };
    await machine(1).read('systemctl mask -q --now haproxy');
    const { code, stderr } = await configure(1, good(), { templates });
    await machine(1).read('systemctl unmask -q haproxy');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^haproxy cannot be started: .*masked.*; nor with the former one: .*masked\.\n$/,
      ),
    });
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

  test('what haproxy loads beside haproxy.cfg is taken over at once, with a reload', async () => {
    const worker = () => machine(0).read('echo "show info" | socat - /run/haproxy/admin.sock | grep ^Pid:');
    const before = await worker();
    const templates = { ...builtIn, 'haproxy.lua': `${builtIn['haproxy.lua']}\n-- mine\n` };
    const { stdout } = await configure(0, good(), { templates });
    expect(parseConfigured(stdout).changed).toContain('/etc/haproxy/poolparty.lua');
    expect(await worker()).not.toBe(before);
    expect((await configure(0)).code).toBe(0);
  });

  test('F2: files that are long, wherever they go, arrive as they are', async () => {
    const long = 'so long a value '.repeat(4_000);
    const templates = {
      ...builtIn,
      'haproxy.cfg': `${builtIn['haproxy.cfg']}\n# ${long.replaceAll('value ', '\n# ')}\n`,
    };
    const { code, stderr } = await configure(0, good({ env: { ODD: odd, LONG: long } }), { templates });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await machine(0).read('grep -c "so long a" /etc/haproxy/haproxy.cfg')).toBe('4000');
    expect(
      await machine(0).read('stat -c %a /etc/poolparty/app.env; ls -d /opt/poolparty/stage.* || :'),
    ).toBe('600');
    const pid = await machine(0).read('systemctl show -P MainPID poolparty-app');
    expect(await machine(0).read(`tr "\\0" "\\n" </proc/${pid}/environ`)).toContain(`LONG=${long}`);
    expect((await configure(0)).code).toBe(0);
  });

  test('a service that services names no more is ended, now and for the next boot; any other goes on', async () => {
    const unit = '[Service]\\nExecStart=sleep 1000\\n[Install]\\nWantedBy=multi-user.target\\n';
    const names = ['one', 'two', 'mine'];
    for (const name of names) await machine(0).read(`printf '${unit}' >/etc/systemd/system/${name}.service`);
    await machine(0).read('systemctl enable --quiet --now mine');
    const run = async (services: readonly string[]) => {
      const all = facts(0, good());
      const { release } = await configure(0);
      return await bring(0, { ...all, release, settings: { ...all.settings, services } });
    };
    expect((await run(['one', 'two.service', 'haproxy'])).code).toBe(0);
    const states = () =>
      machine(0).run('systemctl is-active one two mine haproxy; systemctl is-enabled one two mine haproxy');
    expect((await states()).stdout.split('\n').slice(0, 8)).toEqual([
      ...['active', 'active', 'active', 'active'],
      ...['enabled', 'enabled', 'enabled', 'enabled'],
    ]);
    expect((await run(['two'])).code).toBe(0);
    expect((await states()).stdout.split('\n').slice(0, 8)).toEqual([
      ...['inactive', 'active', 'active', 'active'],
      ...['disabled', 'enabled', 'enabled', 'enabled'],
    ]);
    expect((await configure(0)).code).toBe(0);
  });

  test('of old releases the one before the last is kept, and no more', async () => {
    const ids = () =>
      machine(1).read('ls /opt/poolparty/releases; basename $(readlink /opt/poolparty/current)');
    const use = async (line: string) => {
      expect((await configure(1, good({ install: [line] }))).code).toBe(0);
      return (await ids()).split('\n').at(-1);
    };
    const used = [await use('true'), await use('true 2'), await use('true 3')];
    const two = used.slice(1).flatMap((id) => [id, `${id}.ready`, `${id}.tar.gz`]);
    expect((await ids()).split('\n').slice(0, -1).sort()).toEqual(two.sort());
    expect((await configure(1)).code).toBe(0);
  });

  test('row 53: a full disk is named, nothing is lost by it, and the next run goes on', async () => {
    const before = await processes();
    const haproxy = () => machine(0).read('sha256sum /etc/haproxy/haproxy.cfg; ls /opt/poolparty');
    const full = [
      'mkdir /root/kept && mount --bind /opt/poolparty /root/kept',
      'mount -t tmpfs -o size=24m tmpfs /opt/poolparty && cp -a /root/kept/. /opt/poolparty',
      'dd if=/dev/zero of=/opt/poolparty/filler bs=64k 2>/dev/null || :',
    ];
    await machine(0).read(full.join('; '));
    const sound = await haproxy();
    try {
      const members = [memberOf(0), memberOf(1)];
      const { code, stderr } = await configure(0, good({ env: { ODD: 'full' } }), { members });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          /^the disk of this node is full: \S+ are free at \/opt\/poolparty;.*\n$/,
        ),
      });
      expect([await haproxy(), await processes()]).toEqual([sound, before]);
      await machine(0).read('rm /opt/poolparty/filler');
      expect((await configure(0, good({ env: { ODD: 'full' } }), { members })).code).toBe(0);
      // Its archive is small, and what comes out of it is not.
      const source = newFolder();
      writeFileSync(join(source, 'server.js'), readFileSync(join(good().source, 'server.js')));
      writeFileSync(join(source, 'zeros'), Buffer.alloc(30_000_000));
      const [releases, serving] = [await machine(0).read('ls /opt/poolparty/releases'), await processes()];
      const burst = await configure(0, good({ source }));
      expect(burst).toMatchObject({
        code: 1,
        stdout: 'untouched\n',
        stderr: expect.stringMatching(/^the disk of this node is full: /),
      });
      expect([await machine(0).read('ls /opt/poolparty/releases'), await processes()]).toEqual([
        releases,
        serving,
      ]);
    } finally {
      await machine(0).read('umount /opt/poolparty /root/kept; rmdir /root/kept');
    }
    expect((await configure(0)).code).toBe(0);
  });

  describe('F2: what a release fills a disk with goes again when another one comes', () => {
    const FILL = `const file = require('node:fs').openSync('cache.bin', 'a');
for (const block = Buffer.alloc(1e6); ; ) require('node:fs').writeSync(file, block);
`;
    const ILL = `try { ${FILL} } catch { require('node:http').createServer((q, a) => { a.statusCode = 500; a.end(); }).listen(8001); }`;
    const node = (program: string) => `node -e ${JSON.stringify(program.replaceAll('\n', ' '))}`;
    const filling: Readonly<Record<string, Partial<App>>> = {
      'its app, at its start': { command: node(FILL) },
      'its app, which goes on and is ill': { command: node(ILL) },
      'an install line that does not say so': {
        install: ['cat /dev/zero >cache.bin || cp server.js built.js || :'],
        command: 'exec node built.js',
      },
    };

    const small = (mib: number) => `mkdir /root/kept && mount --bind /opt/poolparty /root/kept
      mount -t tmpfs -o size=$(($(du -sm /opt/poolparty | cut -f1) + ${mib}))m tmpfs /opt/poolparty && cp -a /root/kept/. /opt/poolparty`;
    const LARGE = 'umount -l /opt/poolparty /root/kept; rmdir /root/kept';
    /** In KiB. */
    const free = async () => Number(await machine(0).read('df --output=avail /opt/poolparty | tail -1'));

    test.for(Object.entries(filling))('%s', { timeout: 60_000 }, async ([, bad]) => {
      const members = [memberOf(0)];
      await configure(0, good(), { members });
      await machine(0).read(small(20));
      try {
        expect(parseConfigured((await configure(0, good(bad), { members })).stdout)).toMatchObject({
          healthy: false,
        });
        expect(await free()).toBeLessThan(256);
        const mended = await configure(0, good({ install: ['true mended'] }), { members });
        expect(mended).toMatchObject({ code: 0, stderr: '' });
        expect(parseConfigured(mended.stdout)).toMatchObject({ healthy: true });
        expect(await free()).toBeGreaterThan(10_000);
      } finally {
        await machine(0).read(`systemctl stop poolparty-app; ${LARGE}`);
      }
      expect((await configure(0)).code).toBe(0);
    });

    test('but not an app that is merely busy, on a disk that something else has filled', async () => {
      const members = [memberOf(0), memberOf(1)];
      const busy = good({
        command: `node -e "let n = 0; require('http').createServer((q, a) => n++ < 3 && a.end()).listen(8001)"`,
      });
      await configure(0, busy, { members });
      await machine(0).read(`${small(1)}; dd if=/dev/zero of=/opt/poolparty/filler bs=64k 2>/dev/null || :`);
      try {
        await expect
          .poll(async () => (await servers()).map(({ status }) => status), { timeout: 20_000 })
          .toEqual(['DOWN', 'UP']);
        const before = await processes();
        expect(await configure(0, good({ install: ['true next'] }), { members })).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(/^the disk of this node is full: /),
        });
        expect(await processes()).toBe(before);
      } finally {
        await machine(0).read(`systemctl stop poolparty-app; ${LARGE}`);
      }
      expect((await configure(0)).code).toBe(0);
    });
  });

  test('what a configuration no longer has goes away', async () => {
    const path = '/etc/systemd/system/poolparty-app.service';
    const none = { ...facts(1, good()).settings, app: undefined };
    const { code, stderr } = await bring(1, { ...facts(1, good()), settings: none, release: undefined });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await machine(1).run(`test -e ${path} || systemctl is-active -q poolparty-app`)).code).not.toBe(
      0,
    );
    expect((await configure(1)).code).toBe(0);
  });
});
