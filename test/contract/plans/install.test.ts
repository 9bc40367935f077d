// Installing on a plain Debian machine, with its real apt: what goes wrong on the way, and what it comes to.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import {
  checkScript,
  gateScript,
  installScript,
  LACKING_CODE,
  parseCheck,
} from '../../../src/plans/install.ts';
import { findNpm } from '../../../src/process/npm.ts';
import { createOwnNode } from '../../../src/world/own-node.ts';
import { builtIn } from '../../unit/built-in.ts';
import { bootMachine, endMachines, type Machine } from './machine.ts';

const own = createOwnNode();
let plain: Machine;

beforeAll(async () => {
  await buildImages(() => undefined);
  plain = await bootMachine('plain', 'debian-12');
}, 600_000);
afterAll(endMachines);

const lacking = async () => parseCheck(await plain.read(checkScript(builtIn, 'here')));

/** Runs an installation of these packages that waits 1 s and 2 s between its attempts. */
const install = (names: readonly string[]) =>
  plain.run(`first_pause=1 last_pause=2\n${installScript(builtIn, { names, system: '' }, 'here', {})}`);

/** With npm behind it, where there is one. */
async function sendNode(program: Uint8Array, hash: string, npm?: Uint8Array) {
  const sent = { node: { hash, bytes: program.length }, npm: npm !== undefined };
  const script = installScript(builtIn, { names: ['node', 'npm'], system: '' }, 'here', sent);
  return await plain.run(script, Buffer.concat([program, npm ?? Buffer.alloc(0)]));
}

/** What is said of npm where the machine that runs the tests has one to send. */
const withNpm = test.runIf(own.hasNpm());

/** A small app with scripts and a program of its own, and a user for it. */
const APP = `id app >/dev/null 2>&1 || useradd --system --home-dir /opt/poolparty app
mkdir -p /srv/app/node_modules/.bin /srv/read-only
mountpoint -q /srv/read-only || mount -t tmpfs -o ro none /srv/read-only
cd /srv/app
echo '{"name":"x","version":"1.0.0","scripts":{"start":"echo started","migrate":"echo migrated by $(id -un)"}}' >package.json
printf '#!/bin/sh\necho a tool\n' >node_modules/.bin/tool
chmod 755 node_modules/.bin/tool
chown -R app: /srv/app`;

/** What is left of a Node that PoolParty sent years ago. */
const OLD_NODE = `printf '#!/bin/sh\necho v18.0.0\n' >/opt/poolparty/bin/node`;

const HOLD = `import fcntl, sys, time
lock = open(sys.argv[1], "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
open(sys.argv[3], "w")
time.sleep(int(sys.argv[2]))`;

/** Holds a lock as apt holds it, for some seconds; resolves once it is held, to what ends with it. */
async function hold(path: string, seconds: number) {
  const marker = `/tmp/held-${seconds}`;
  const end = plain.read(`exec python3 -c '${HOLD}' ${path} ${seconds} ${marker}`);
  await plain.read(`until [ -e ${marker} ]; do sleep 0.1; done`);
  return { end };
}

describe('installing on a plain Debian', () => {
  test('what is lacking is named, and a configuration ends there, having done nothing', async () => {
    const { names, system } = await lacking();
    expect(names).toEqual(['haproxy', 'heartbeat', 's3fs', 'ca-certificates', 'socat', 'node', 'npm']);
    expect(system).toMatch(/^Linux \S+ glibc 2\.36$/);
    const { code, stdout } = await plain.run(`${gateScript(builtIn, 'here')}\ntouch /went-on`);
    expect({ code, ...parseCheck(stdout) }).toEqual({ code: LACKING_CODE, names, system });
    expect((await plain.run('test -e /went-on')).code).toBe(1);
  });

  test('apt that fails for ever is tried again, each time told, and ends with its own words', async () => {
    await plain.read(
      "cp /etc/apt/sources.list /root/; echo 'deb http://127.0.0.1:9/debian bookworm main' >/etc/apt/sources.list",
    );
    const { code, stdout, stderr } = await install(['haproxy']).finally(() =>
      plain.read('cp /root/sources.list /etc/apt/sources.list'),
    );
    expect(code).toBe(1);
    expect(
      stdout.split('\n').filter((line) => line.startsWith('note apt-get failed, again in ')),
    ).toHaveLength(2);
    expect(stderr).toMatch(
      /^apt-get failed again and again, at last with: W: Failed to fetch \S+127\.0\.0\.1:9\//,
    );
    expect(stderr).toContain('E: Unable to locate package haproxy');
  });

  test('a disk that is full is told at once', async () => {
    await plain.read('mount -t tmpfs -o size=100k tmpfs /var/cache/apt/archives');
    const { code, stdout, stderr } = await install(['haproxy']).finally(() =>
      plain.read('umount /var/cache/apt/archives'),
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^the disk is full: E: .*free space in \/var\/cache\/apt\/archives/);
  });

  test('a Node that is broken on its way or does not run there is not installed', async () => {
    const { hash, gzipped } = await own.packed();
    const whole = Buffer.concat(gzipped);
    const cut = await sendNode(whole.subarray(0, 1_000_000), hash);
    expect(cut.stderr).toMatch(/^Node did not arrive whole; use an image that has Node/);
    const other = await sendNode(
      whole,
      hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    );
    expect(other.stderr).toMatch(/^Node did not arrive as it was sent/);
    expect((await plain.run('command -v node || ls -A /opt/poolparty/bin | grep .')).code).toBe(1);
  });

  test('locks that another apt holds are waited for, and then all of it is installed', async () => {
    const { hash, gzipped } = await own.packed();
    const packages = (await lacking()).names.filter((name) => !['node', 'npm'].includes(name));
    const locks = [await hold('/var/lib/dpkg/lock-frontend', 12), await hold('/var/lib/apt/lists/lock', 4)];
    const { stdout } = await plain.run(
      `first_pause=4\n${installScript(builtIn, { names: packages, system: '' }, 'here', {})}`,
    );
    await Promise.all(locks.map(({ end }) => end));
    const npm = await own.npm();
    const { code, stderr } = await sendNode(Buffer.concat(gzipped), hash, npm);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      'note apt-get failed, again in 4 s: E: Could not get lock /var/lib/apt/lists/lock',
    );
    expect((await lacking()).names).toEqual([]);
    expect(await plain.read('node -v')).toBe(process.version);
  });

  withNpm.for([
    ["PoolParty's folder, which is not its own", 'HOME=/opt/poolparty'],
    ['a folder that is not there', 'HOME=/nonexistent/home'],
    ['on a disk that cannot be written', 'HOME=/srv/read-only'],
    ['empty', 'HOME='],
    ['not said', '-u HOME'],
  ] as const)("npm and npx work offline for the app's user, whose home is %s", async ([, home]) => {
    await plain.read(APP);
    const words = 'npm start && npm run --silent migrate && npx --no-install tool';
    const { code, stdout, stderr } = await plain.run(
      `cd /srv/app && unshare --net runuser -u app -- env ${home} sh -c '${words}'`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^started\nmigrated by app\na tool$/m);
  });

  withNpm("npm's programs for all are on everybody's PATH, and root's npm ci needs no network", async () => {
    expect(await plain.read('npm prefix --global; npm -v')).toBe(`/usr/local\n${findNpm()?.version}`);
    const locked = 'cd /srv/app && npm install --package-lock-only --offline && rm -rf node_modules';
    expect(await plain.read(`${locked} && unshare --net npm ci --offline && echo installed`)).toMatch(
      /\ninstalled$/,
    );
  });

  withNpm('a Node of ours that is sent anew brings its npm along', async () => {
    const old = `${OLD_NODE}; rm -f /opt/poolparty/install-hash`;
    expect(await plain.read(`${old}\n${checkScript(builtIn, 'here')}`)).toMatch(/^lacks node npm$/m);
    const { hash, gzipped } = await own.packed();
    await sendNode(Buffer.concat(gzipped), hash, await own.npm());
    expect((await lacking()).names).toEqual([]);
    expect(await plain.read('node -v')).toBe(process.version);
  });

  withNpm('npm that breaks off on its way is told, and the node goes on without it', async () => {
    const { hash, gzipped } = await own.packed();
    await plain.read(
      'rm -rf /usr/local/bin/npm /usr/local/bin/npx /opt/poolparty/npm /opt/poolparty/install-hash',
    );
    const npm = await own.npm();
    const { code, stdout } = await sendNode(Buffer.concat(gzipped), hash, npm?.subarray(0, 100_000));
    expect({ code, note: stdout.trim() }).toEqual({
      code: 0,
      note: expect.stringMatching(/^note npm cannot be installed: .+; an app that needs it has to bring it$/),
    });
    expect((await plain.run('command -v npm')).code).not.toBe(0);
    expect((await lacking()).names).toEqual([]);
  });

  test('Heartbeat has no configuration yet: it neither runs nor starts at the next boot', async () => {
    const states = await plain.run(
      'systemctl is-active heartbeat; systemctl is-enabled heartbeat; systemctl is-failed heartbeat',
    );
    expect(states.stdout).toBe('inactive\ndisabled\ninactive\n');
    expect((await plain.run('pgrep -x heartbeat || dpkg -s pacemaker')).code).toBe(1);
  });

  test('a second installation asks apt for nothing, and one that lost a program brings it back', async () => {
    expect((await plain.run(`${gateScript(builtIn, 'here')}\necho went on`)).stdout).toBe('went on\n');
    await plain.read('apt-get -qq -y remove socat');
    const again = await lacking();
    expect(again.names).toEqual(['socat']);
    expect((await plain.run(installScript(builtIn, again, 'here', {}))).code).toBe(0);
    expect((await lacking()).names).toEqual([]);
  });
});
