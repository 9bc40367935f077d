// F13: what the login shell of a real machine says before, during and after our scripts is no part of what they say.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import { stateScript } from '../../../src/plans/node-state.ts';
import { parseRotation } from '../../../src/plans/rotate.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';
import { command } from '../../../src/pool/shell.ts';
import { createRemote, fromOutside } from '../../../src/world/ssh.ts';
import type { Remote } from '../../../src/world/world.ts';
import { builtIn, factsOf, instance } from '../../unit/built-in.ts';
import { outsideOf } from '../../unit/cloudspeak/instance/copy-ground.ts';
import { FakeClock, FakeCloud, speak } from '../../unit/fake-world.ts';
import { bootMachine, endMachines, type Machine } from '../plans/machine.ts';
import { newKey } from './sshd.ts';

const USER = 'maria';
const { node: NODE } = factsOf([instance(0)]);
let folder: string;
let here: string;
let machine: Machine;
let remote: Remote;

beforeAll(async () => {
  await buildImages(() => undefined);
  machine = await bootMachine('talk');
  folder = await mkdtemp(join(tmpdir(), 'poolparty-talk-'));
  const key = newKey();
  await writeFile(join(folder, 'key'), key.private, { mode: 0o600 });
  await machine.read(
    `set -e
    systemctl start ssh
    useradd -m -s /bin/bash ${USER}
    echo '${USER} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/${USER}
    install -d -m 700 -o ${USER} /home/${USER}/.ssh
    ${command('echo', key.public)} >/home/${USER}/.ssh/authorized_keys
    mkdir -p /srv/tree/sub
    printf 'first\\n' >/srv/tree/sub/one
    head -c 200000 /dev/zero >/srv/tree/sub/big`,
  );
  const { settings } = factsOf([NODE], { keypair_path: join(folder, 'key'), username: USER });
  const from = { ...fromOutside(settings, folder), addressOf: () => machine.ip };
  remote = createRemote(settings, new FakeCloud(new FakeClock()), from);
}, 300_000);

afterAll(async () => {
  remote?.close();
  await endMachines();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

beforeEach(async () => {
  here = await mkdtemp(join(folder, 'here-'));
});

const rcIs = (...lines: readonly string[]) =>
  machine.read(`${command('printf', '%s\\n', ...lines)} >/home/${USER}/.bashrc; rm -rf /srv/up /srv/up-one`);

const scp = (...words: readonly string[]) => speak(['instance', 'scp', 'i=0', ...words], outsideOf(remote));

async function copiesBothWays(): Promise<void> {
  expect(await scp('from=/srv/tree', `dest=${here}/tree`)).toMatchObject({ code: 0, stderr: '' });
  expect(await scp('from=/srv/tree/sub/one', `dest=${here}/one`)).toMatchObject({ code: 0, stderr: '' });
  expect(await readFile(join(here, 'tree/sub/one'), 'utf8')).toBe('first\n');
  const big = await readFile(join(here, 'tree/sub/big'));
  expect(big.equals(Buffer.alloc(200_000))).toBe(true);
  expect(await readFile(join(here, 'one'), 'utf8')).toBe('first\n');
  expect(await scp(`src=${here}/tree`, 'dest=/srv/up')).toMatchObject({ code: 0, stderr: '' });
  expect(await scp(`src=${here}/one`, 'dest=/srv/up-one')).toMatchObject({ code: 0, stderr: '' });
  expect(await machine.read('diff -r /srv/tree /srv/up && cat /srv/up-one')).toBe('first');
}

type Talk = [when: string, rc: string[]];

const TALKS: Talk[] = [
  ['at its end', ['trap "echo bye" EXIT']],
  ['at its end, on both, with a code of its own', ['trap "echo bye; echo bye >&2; exit 3" EXIT']],
  ['late', ['(sleep 2; echo hello) &']],
  ['at its start, without a line end', ['printf "Welcome "; printf "Oh " >&2']],
  ['where a job of it goes on', ['(sleep 30; echo hello) &']],
];

describe('what the login shell says', () => {
  test.for(TALKS)('%s is no part of a copy', async ([, rc]) => {
    await rcIs(...rc);
    await copiesBothWays();
  });

  test.for(TALKS)('%s is no part of an answer', async ([, rc]) => {
    await rcIs(...rc);
    const said = { code: 7, stdout: 'out\n' };
    expect(await remote.run(NODE, 'echo out; echo err >&2; exit 7')).toMatchObject(said);
    const state = stateScript(builtIn, undefined);
    expect((await remote.run(NODE, state)).stdout).toBe((await machine.run(state)).stdout);
    expect(parseProbe((await remote.run(NODE, probeScript)).stdout).load).toBeTypeOf('number');
    const asked = `sleep 0.2\n${probeScript}`;
    for (let turn = 0; turn < 3; turn += 1)
      expect(parseProbe(await remote.ask(NODE, asked, 5_000)).load).toBeTypeOf('number');
  });

  test('in the middle of a copy is told, and nothing is copied', async () => {
    await rcIs('(for i in $(seq 400); do sleep 0.005; echo hello; done) &');
    const why = `node0 (i-00000001): what the login shell prints there mixes with the copy; make its .bashrc silent where it has no terminal, and copy again`;
    const slow = { code: 1, stderr: `instance: ${why}\n` };
    await machine.read('mkdir /srv/slow; head -c 300000000 /dev/zero >/srv/slow/file');
    expect(await scp('from=/srv/slow', `dest=${here}/slow`)).toMatchObject(slow);
    expect(await scp('from=/srv/slow/file', `dest=${here}/file`)).toMatchObject(slow);
    expect(await readdir(here)).toEqual([]);
  }, 60_000);

  test('while a script answers is no part of its answer', async () => {
    await rcIs('(for i in $(seq 200); do sleep 0.005; echo hello; done) &');
    const script = `sleep 0.1; echo '{"servers":[]}'; sleep 0.1`;
    const { stdout } = await remote.run(NODE, script);
    expect(stdout).toContain('hello');
    expect(parseRotation(stdout)).toEqual({ servers: [], entry: '' });
    expect(parseProbe(await remote.ask(NODE, probeScript, 5_000)).load).toBeTypeOf('number');
  });

  test('is the reason where nothing runs at all', async () => {
    await rcIs('echo "This account is closed."; exit 0');
    expect(await scp('from=/srv/tree', `dest=${here}/tree`)).toMatchObject({
      code: 1,
      stderr: `instance: node0 (i-00000001): could not copy /srv/tree: no command runs there: This account is closed.\n`,
    });
  });

  test('or that it is another shell, which runs nothing of ours', async () => {
    await rcIs('exec /bin/sh');
    expect(await speak(['instance', 'cmd', 'i=0', 'cmd=echo ran'], outsideOf(remote))).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'no command runs there: the login shell ends at once\n',
    });
  });

  test('or that nothing of it arrives', async () => {
    await rcIs('exec >/dev/null');
    expect(await remote.run(NODE, 'echo out; echo err >&2')).toEqual({
      ...{ code: 255, stdout: '' },
      stderr: 'err\nwhat is printed there does not arrive; look for exec in the .bashrc\n',
    });
  });

  test('or what sudo says, is the reason where that runs nothing', async () => {
    await rcIs('');
    await machine.read(`sed -i 's/NOPASSWD: //' /etc/sudoers.d/${USER}`);
    const said = await scp('from=/srv/tree', `dest=${here}/tree`);
    await machine.read(`sed -i 's/ALL$/NOPASSWD: ALL/' /etc/sudoers.d/${USER}; cat /etc/sudoers.d/${USER}`);
    expect(said).toMatchObject({
      code: 1,
      stderr: `instance: node0 (i-00000001): could not copy /srv/tree: no command runs there: sudo: a password is required\n`,
    });
  });

  test('where it reads what is meant for our script, is told', async () => {
    await rcIs('read -t 1 x');
    expect(await scp('from=/srv/tree', `dest=${here}/tree`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`its login shell reads what is meant for our script`),
    });
    await mkdir(join(here, 'up'));
    await chmod(join(here, 'up'), 0o755);
    expect(await scp(`src=${here}/up`, 'dest=/srv/up')).toMatchObject({ code: 1 });
  });

  test("goes on: a command's own background jobs are heard as with ssh", async () => {
    await rcIs('echo hello');
    const asked = ['instance', 'cmd', 'i=0', 'cmd=(sleep 0.2; echo late) & echo first; exit 4'];
    expect(await speak(asked, outsideOf(remote))).toMatchObject({ code: 4, stdout: 'first\nlate\n' });
  });
});
