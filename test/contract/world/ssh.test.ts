// The nodes over ssh: our client against a real server of the same protocol, which answers as a test wants.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokenConnection, OwnTrouble, PoolError } from '../../../src/pool/failure.ts';
import { HOST_KEY_TAG } from '../../../src/pool/keys.ts';
import { createKeyring } from '../../../src/world/keys/keyring.ts';
import { fromNode } from '../../../src/world/ssh.ts';
import { KeyFolder, PASSPHRASE } from '../../unit/world/keys/key-ground.ts';
import { begins, type Command, exits, Ground, newKey, publicHalf } from './sshd.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await Ground.make();
});
afterEach(() => ground.end());

const ends =
  (code: number, stdout = '', stderr = '') =>
  (command: Command) => {
    const { channel } = command;
    // What nobody reads would keep the channel open.
    channel.resume();
    begins(command);
    channel.write(stdout);
    channel.stderr.write(stderr);
    exits(command, code);
  };

/** All that comes in. To iterate over the channel would close it, and the exit code could not be sent. */
const input = ({ channel }: Command): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    channel.on('data', (chunk: Buffer) => chunks.push(chunk));
    channel.on('end', () => resolve(Buffer.concat(chunks)));
  });

const failure = async (work: Promise<unknown>): Promise<PoolError> => {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PoolError)) throw error;
  return error;
};

describe('one command', () => {
  beforeEach(() => ground.listen().then(() => undefined));

  test('the exit code and both streams of one that ends at once, thirty times', async () => {
    ground.answer = ends(7, 'out', 'err');
    const remote = ground.remote();
    for (let turn = 0; turn < 30; turn += 1)
      expect(await remote.run(ground.node, 'exit 7')).toEqual({ code: 7, stdout: 'out', stderr: 'err' });
    expect(ground.connections).toBe(1);
  });

  test('a signal that ended it reads as 255', async () => {
    ground.answer = ({ channel }) => {
      channel.exit('KILL', false, 'killed');
      channel.end();
    };
    expect(await ground.remote().run(ground.node, 'sleep 9')).toMatchObject({ code: 255 });
  });

  test('row 27: the script stands on standard input, before its own input, and not in the command line', async () => {
    const stdin: Promise<Buffer>[] = [];
    ground.answer = (command) => {
      const read = input(command);
      stdin.push(read);
      void read.then(() => ends(0)(command));
    };
    const script = 'echo marker-of-a-script ü';
    async function* parts() {
      yield Buffer.from('streamed ');
      yield Buffer.from('input');
    }
    await ground.remote().run(ground.node, script, { input: parts() });
    await ground.remote().run(ground.node, script, { stdin: Buffer.from('given input') });
    expect(ground.lines.join('\n')).not.toContain('marker');
    expect(ground.lines[0]).toMatch(/^sudo -n \/bin\/sh -c /);
    expect(ground.lines[0]).toContain(`head -c ${Buffer.byteLength(script)}`);
    const texts = (await Promise.all(stdin)).map((bytes) => bytes.toString());
    const own = expect.stringMatching(/^exit 1 # poolparty-[0-9a-f]{16}\n/);
    expect(texts).toEqual([own, own]);
    const rest = texts.map((text) => text.slice(text.indexOf('\n') + 1));
    expect(rest).toEqual([`${script}streamed input`, `${script}given input`]);
  });

  test('big input arrives whole, though nobody reads it at first', async () => {
    const size = 8 * 1024 * 1024;
    let arrived = 0;
    ground.answer = async (command) => {
      await new Promise((resolve) => setImmediate(resolve));
      arrived = (await input(command)).length;
      ends(0)(command);
    };
    await ground.remote().run(ground.node, '', { stdin: new Uint8Array(size) });
    expect(arrived).toBe('exit 1 # poolparty-0123456789abcdef\n'.length + size);
  });

  /** Sends numbered pieces as fast as the channel takes them; stderr first: ssh2's server forgets it behind a full window. */
  const sends = (pieces: number, size: number, sent: { bytes: number }) => async (command: Command) => {
    const { channel } = command;
    channel.resume();
    begins(command);
    for (let piece = 0; piece < pieces; piece += 1) {
      const to = piece < 10 ? channel.stderr : channel;
      const went = to.write(Buffer.alloc(size, piece % 251));
      sent.bytes += size;
      if (!went) await once(to, 'drain');
    }
    ends(0)(command);
  };

  test('F14: nothing more comes while a piece is being taken, and nothing is lost', async () => {
    const [pieces, size] = [640, 100_000];
    const sent = { bytes: 0 };
    ground.answer = sends(pieces, size, sent);
    let taking = 0;
    const taken = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const onChunk = async (chunk: Uint8Array, from: 'stdout' | 'stderr') => {
      taking += 1;
      expect(taking).toBe(1);
      await opened;
      await new Promise((resolve) => setImmediate(resolve));
      taken[from].push(chunk);
      taking -= 1;
    };
    const run = ground.remote().run(ground.node, 'cat', { onChunk });
    await vi.waitFor(() => expect(sent.bytes).toBeGreaterThan(2_000_000));
    // The node may go on until what is under way is full: its own buffers, and ours.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(sent.bytes).toBeLessThan(16_000_000);
    open();
    expect(await run).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(taking).toBe(0);
    const all = Array.from({ length: pieces }, (_, piece) => piece);
    const bytes = (which: number[]) => Buffer.concat(which.map((piece) => Buffer.alloc(size, piece % 251)));
    const isWhole = (from: 'stdout' | 'stderr', which: number[]) =>
      Buffer.concat(taken[from]).equals(bytes(which));
    expect(
      isWhole(
        'stdout',
        all.filter((piece) => piece >= 10),
      ),
    ).toBe(true);
    expect(
      isWhole(
        'stderr',
        all.filter((piece) => piece < 10),
      ),
    ).toBe(true);
  });

  test('F14: input is asked for no faster than the node takes it', async () => {
    const waiting: Command[] = [];
    ground.answer = (command) => void waiting.push(command);
    let given = 0;
    async function* pieces() {
      for (; given < 64_000_000; given += 100_000) yield Buffer.alloc(100_000);
    }
    const run = ground.remote().run(ground.node, '', { input: pieces() });
    await vi.waitFor(() => expect(given).toBeGreaterThan(2_000_000));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(given).toBeLessThan(16_000_000);
    const [command] = waiting;
    if (!command) throw new Error('no command came in');
    let arrived = 0;
    command.channel.on('data', (chunk: Buffer) => {
      arrived += chunk.length;
    });
    command.channel.on('end', () => ends(0)(command));
    expect(await run).toMatchObject({ code: 0 });
    expect(arrived).toBe('exit 1 # poolparty-0123456789abcdef\n'.length + 64_000_000);
  });

  test.for(['at once', 'later'])('F12: what cannot be taken (%s) ends the command', async (when) => {
    ground.answer = sends(10_000, 100_000, { bytes: 0 });
    const full = new Error('no space');
    const onChunk = () => {
      if (when === 'at once') throw full;
      return Promise.reject(full);
    };
    await expect(ground.remote().run(ground.node, 'cat', { onChunk })).rejects.toBe(full);
    await vi.waitFor(() => expect(ground.open).toBe(0));
  });

  test('F6: input that cannot be read here is not told of the node', async () => {
    ground.answer = ({ channel }) => void channel.resume();
    async function* broken() {
      yield Buffer.from('half');
      throw new PoolError('notes.txt cannot be read');
    }
    const error = await failure(ground.remote().run(ground.node, 'cat', { input: broken() }));
    expect(error.message).toBe('notes.txt cannot be read');
    await vi.waitFor(() => expect(ground.open).toBe(0));
  });

  test('20 at once use at most 8 channels of one connection, and all of them end', async () => {
    const waiting: Command[] = [];
    ground.answer = (command) => void waiting.push(command);
    const remote = ground.remote();
    const runs = Array.from({ length: 20 }, () => remote.run(ground.node, 'true'));
    await vi.waitFor(() => expect(waiting).toHaveLength(8));
    ground.answer = ends(0);
    for (const command of waiting) ends(0)(command);
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual(Array(20).fill(0));
    expect([ground.most, ground.connections]).toEqual([8, 1]);
  });

  test('row 33: one that does not end within its limit names the node', async () => {
    const error = await failure(ground.remote().run(ground.node, 'sleep 9', { timeout: 100 }));
    expect(error.message).toBe(
      `node0 (${ground.node.id}): no end of a command within 0.1 s; look there: instance ssh i=0`,
    );
  });

  test('row 33: the limit holds where not even the channel opens, and what opens too late is closed', async () => {
    let open: (value: unknown) => void = () => undefined;
    ground.opening = new Promise((resolve) => {
      open = resolve;
    });
    // What nobody reads would keep the channel open.
    ground.answer = ({ channel }) => void channel.resume();
    const remote = ground.remote();
    const error = await failure(remote.run(ground.node, 'true', { timeout: 100 }));
    expect(error.message).toContain('no end of a command within 0.1 s');
    expect(ground.lines).toEqual([]);
    open(undefined);
    await vi.waitFor(() => expect(ground.lines).toHaveLength(1));
    await vi.waitFor(() => expect(ground.open).toBe(0));
    ground.answer = ends(0, 'again');
    expect(await remote.run(ground.node, 'true')).toMatchObject({ stdout: 'again' });
    expect(ground.connections).toBe(1);
  });

  test('a signal that came before ends it before it begins', async () => {
    const remote = ground.remote();
    await remote.reach(ground.node);
    const error = await failure(remote.run(ground.node, 'true', { signal: AbortSignal.abort() }));
    expect([error.message, ground.lines]).toEqual([`node0 (${ground.node.id}): interrupted`, []]);
  });

  test('Ctrl-C ends the wait', async () => {
    const controller = new AbortController();
    ground.answer = () => controller.abort();
    const { signal } = controller;
    const error = await failure(ground.remote().run(ground.node, 'sleep 9', { signal }));
    expect(error.message).toBe(`node0 (${ground.node.id}): interrupted`);
  });

  test('a connection that breaks in the middle is a BrokenConnection, and the next command gets a new one', async () => {
    ground.answer = ({ connection }) => void connection.end();
    const remote = ground.remote();
    expect(await failure(remote.run(ground.node, 'sleep 9'))).toBeInstanceOf(BrokenConnection);
    ground.answer = ends(0, 'again');
    await vi.waitFor(async () =>
      expect(await remote.run(ground.node, 'true')).toMatchObject({ stdout: 'again' }),
    );
    expect(ground.connections).toBe(2);
  });
});

describe('a script that stays', () => {
  /** The command line in a real shell of this machine, as sshd would start it. */
  const inShell = ({ line, channel }: Command) => {
    const child = spawn('/bin/sh', ['-c', line.replace('sudo -n', 'exec')]);
    shells.push(child);
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.once('close', (code) => {
      channel.exit(code ?? 255);
      // As sshd does, whoever still has something to say. What nobody reads would keep the channel open.
      channel.close();
      channel.resume();
    });
  };
  let shells: ChildProcessWithoutNullStreams[] = [];
  beforeEach(async () => {
    shells = [];
    ground.answer = inShell;
    await ground.listen();
  });
  afterEach(() => {
    for (const shell of shells) shell.kill();
  });

  const COUNT = `turn=$((\${turn:-0} + 1)); echo "turn $turn"`;

  test('is begun once and answers again and again, though each answer is long', async () => {
    const remote = ground.remote();
    const long = `${COUNT}; head -c 100000 /dev/zero | tr '\\0' x`;
    for (let turn = 1; turn <= 3; turn += 1)
      expect(await remote.ask(ground.node, long, 5_000)).toBe(`turn ${turn}\n${'x'.repeat(100_000)}`);
    expect([ground.lines.length, ground.connections]).toEqual([1, 1]);
  });

  test('row 27: what it says stands in no command line', async () => {
    await ground.remote().ask(ground.node, 'echo marker-of-a-script', 5_000);
    expect(ground.lines.join()).not.toContain('marker');
  });

  test('is begun anew where it has been ended on the node, where it is another, and on another connection', async () => {
    const remote = ground.remote();
    const ask = (script = COUNT) => remote.ask(ground.node, script, 5_000);
    expect([await ask(), await ask()]).toEqual(['turn 1\n', 'turn 2\n']);
    shells[0]?.kill('SIGKILL');
    await vi.waitFor(() => expect(ground.open).toBe(0));
    await vi.waitFor(async () => expect(await ask()).toBe('turn 1\n'));
    expect(ground.connections).toBe(1);
    expect(await ask(`${COUNT}; echo other`)).toBe('turn 1\nother\n');
    await vi.waitFor(() => expect(ground.open).toBe(1));
    remote.close();
    await vi.waitFor(() => expect(ground.open).toBe(0));
    await vi.waitFor(async () => expect(await ask()).toBe('turn 1\n'));
    expect(ground.connections).toBe(2);
  });

  test('row 33: that hangs fails within its limit, is ended, and the next question goes to a fresh one', async () => {
    const remote = ground.remote();
    ground.answer = ({ channel }) => void channel.resume();
    const error = await failure(remote.ask(ground.node, COUNT, 200));
    expect(error.message).toBe(`node0 (${ground.node.id}): no answer within 0.2 s`);
    await vi.waitFor(() => expect(ground.open).toBe(0));
    ground.answer = inShell;
    expect(await remote.ask(ground.node, COUNT, 5_000)).toBe('turn 1\n');
    expect(ground.connections).toBe(1);
  });

  test('is broken off with its connection', async () => {
    const remote = ground.remote();
    ground.answer = ({ connection }) => void connection.end();
    expect(await failure(remote.ask(ground.node, COUNT, 5_000))).toBeInstanceOf(BrokenConnection);
  });

  test('ends with the connection that a command closes at its end', async () => {
    const remote = ground.remote();
    await remote.ask(ground.node, COUNT, 5_000);
    const [shell] = shells;
    if (shell === undefined) throw new Error('no shell was begun');
    const ended = once(shell, 'close');
    remote.close();
    expect(await ended).toEqual([0, null]);
  });

  test('counts among the 8 channels of its connection', async () => {
    const remote = ground.remote();
    await remote.ask(ground.node, COUNT, 5_000);
    const waiting: Command[] = [];
    ground.answer = (command) => void waiting.push(command);
    const runs = Array.from({ length: 9 }, () => remote.run(ground.node, 'true'));
    await vi.waitFor(() => expect(waiting).toHaveLength(7));
    ground.answer = ends(0);
    for (const command of waiting) ends(0)(command);
    await Promise.all(runs);
    expect([ground.most, ground.connections]).toEqual([8, 1]);
  });
});

describe('the host key', () => {
  test('is pinned under the instance’s id at the first contact, in a file of the user’s alone', async () => {
    const key = await ground.listen();
    expect(await ground.remote().reach(ground.node)).toEqual({ answers: true });
    expect(await readFile(ground.knownHosts, 'utf8')).toBe(`${ground.node.id} ${publicHalf(key)}\n`);
    expect(await ground.remote().reach(ground.node)).toEqual({ answers: true });
    expect(await readFile(ground.knownHosts, 'utf8')).toBe(`${ground.node.id} ${publicHalf(key)}\n`);
  });

  test('that has changed is refused, and no command is sent', async () => {
    await ground.listen();
    await ground.remote().reach(ground.node);
    await ground.listen(newKey());
    const message = `node0 (${ground.node.id}) shows another host key than the one pinned in ${ground.knownHosts}: somebody may be in between; if the machine really was made anew, remove its line from the pool's known_hosts`;
    expect((await failure(ground.remote().reach(ground.node))).message).toBe(message);
    expect((await failure(ground.remote().run(ground.node, 'true'))).message).toBe(message);
    expect(ground.lines).toEqual([]);
  });

  test('that the console does not show is refused and not pinned', async () => {
    await ground.listen();
    ground.cloud.hostKeys = async () => [publicHalf(newKey())];
    expect((await failure(ground.remote().reach(ground.node))).message).toContain(
      'another host key than its console',
    );
    await expect(readFile(ground.knownHosts)).rejects.toThrow('ENOENT');
  });

  test('that the console shows among others is believed', async () => {
    const key = await ground.listen();
    ground.cloud.hostKeys = async () => [publicHalf(newKey()), publicHalf(key)];
    expect(await ground.remote().reach(ground.node)).toEqual({ answers: true });
  });
});

describe('the host key in the instance’s tag', () => {
  const tagged = (key: string) => ({ ...ground.node, tags: { [HOST_KEY_TAG]: key } });
  const refusal = `node0 (i-00000000) shows another host key than its tag ${HOST_KEY_TAG}: somebody may be in between; if its key really was changed, remove that tag, or terminate the instance`;

  test('is believed without a look at the console, and pinned', async () => {
    const key = publicHalf(await ground.listen());
    ground.cloud.hostKeys = () => Promise.reject(new Error('the console was asked'));
    expect(await ground.remote().reach(tagged(key))).toEqual({ answers: true });
    expect(await readFile(ground.knownHosts, 'utf8')).toBe(`${ground.node.id} ${key}\n`);
  });

  test('refuses a machine with another one at first sight, whatever its console shows', async () => {
    const key = publicHalf(await ground.listen());
    ground.cloud.hostKeys = async () => [key];
    const node = tagged(publicHalf(newKey()));
    expect((await failure(ground.remote().run(node, 'true'))).message).toBe(refusal);
    expect(ground.lines).toEqual([]);
    await expect(readFile(ground.knownHosts)).rejects.toThrow('ENOENT');
  });

  test('refuses one that was pinned before, too', async () => {
    await ground.listen();
    await ground.remote().reach(ground.node);
    expect((await failure(ground.remote().reach(tagged(publicHalf(newKey()))))).message).toBe(refusal);
  });

  test('does not let in one that differs from the pinned key', async () => {
    await ground.listen();
    await ground.remote().reach(ground.node);
    const key = publicHalf(await ground.listen(newKey()));
    expect((await failure(ground.remote().reach(tagged(key)))).message).toContain('than the one pinned in');
  });

  test('counts for nothing where it is no key', async () => {
    await ground.listen();
    expect(await ground.remote().reach(tagged('ssh-ed25519 noodles'))).toEqual({ answers: true });
  });
});

describe('from a node', () => {
  const inside = () => ({
    ...fromNode,
    keyPath: `${ground.home}/key`,
    knownHosts: `${ground.home}/known_hosts`,
  });
  const private0 = () => ({ ...ground.node, publicIp: '127.77.0.99', privateIp: '127.77.0.1' });

  test('others are reached at their private address, and pinned in a file of the node’s', async () => {
    const key = publicHalf(await ground.listen());
    expect(await ground.remote(inside()).reach(private0())).toEqual({ answers: true });
    expect(await readFile(`${ground.home}/known_hosts`, 'utf8')).toBe(`i-00000000 ${key}\n`);
    expect((await stat(`${ground.home}/known_hosts`)).mode & 0o777).toBe(0o600);
  });

  test('one without a private address has none, wherever else it could be reached', async () => {
    const node = { ...private0(), privateIp: undefined };
    expect((await failure(ground.remote(inside()).run(node, 'true'))).message).toContain(
      'has no address yet',
    );
  });
});

describe('a machine that does not let us in', () => {
  test('is no failure of reach, which says why', async () => {
    expect(await ground.remote().reach(ground.node)).toEqual({
      answers: false,
      why: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('is a failure of run, in one line with the way on', async () => {
    const { message } = await failure(ground.remote().run(ground.node, 'true'));
    expect(message).toMatch(
      /^node0 \(i-00000000\) does not answer on ssh at 127\.77\.0\.1: .*ECONNREFUSED.*; is it running\? \(pool list\) Has your own address changed\? \(pool authorize --me\)$/,
    );
  });

  test('and one that takes the connection and says nothing is told so, and its late end does no harm', async () => {
    const held: Socket[] = [];
    const silent = createServer((socket) => held.push(socket.resume()));
    await once(silent.listen(22, ground.node.publicIp), 'listening');
    try {
      expect(await ground.remote().reach(ground.node, 300)).toEqual({
        answers: false,
        why: expect.stringMatching(/Timed out.*Has your own address changed\? \(pool authorize --me\)$/),
      });
      // ssh2 tells of that, too; an error that nobody hears would end this process.
      await vi.waitFor(() => expect(held.map((socket) => socket.closed)).toEqual([true]));
    } finally {
      silent.close();
    }
  });

  test('F6: a key that cannot be used is told as such by both, at once, and no connection is made', async () => {
    await ground.listen();
    await writeFile(`${ground.home}/key`, 'PuTTY-User-Key-File-3: ssh-ed25519\n');
    const remote = ground.remote();
    for (const work of [() => remote.reach(ground.node), () => remote.run(ground.node, 'true')]) {
      const error = await failure(work());
      expect([error.code, error.message]).toEqual([2, expect.stringMatching(/PuTTY.*puttygen/)]);
      expect(error.message).not.toMatch(/node0|is it running/);
    }
    expect(ground.connections).toBe(0);
  });

  test('F6: host keys that cannot be kept are the trouble of this machine', async () => {
    await ground.listen();
    await writeFile(`${ground.home}/.poolparty`, '');
    const remote = ground.remote();
    for (const work of [() => remote.reach(ground.node), () => remote.run(ground.node, 'true')]) {
      const error = await failure(work());
      expect(error).toBeInstanceOf(OwnTrouble);
      expect(error.message).toMatch(/known_hosts, which cannot be (read|written) \(ENOTDIR\)/);
    }
  });

  test('F6: an address that nothing can be sent to from here is the trouble of this machine', async () => {
    // No machine has it, and the kernel lets nobody call it without asking for leave.
    const node = { ...ground.node, publicIp: '255.255.255.255' };
    const error = await failure(ground.remote().reach(node));
    expect(error).toBeInstanceOf(OwnTrouble);
    expect(error.message).toMatch(/no connection can be made from here to 255\.255\.255\.255 \(E[A-Z]+\)/);
  });

  test('F6: a real ssh-agent logs in, and one that refuses to sign gives way to the file', async () => {
    const folder = await KeyFolder.make();
    try {
      await ground.listen();
      const agentSocket = await folder.agent();
      const key = `${ground.home}/key`;
      const locked = await folder.write('locked', await readFile(key));
      await folder.add(agentSocket, locked);
      await folder.keygen('locked', '-p', '-P', '', '-N', PASSPHRASE, '-a', '1');
      const from = { keyPath: locked, keyring: createKeyring({ agentSocket }) };
      expect(await ground.remote(from).reach(ground.node)).toEqual({ answers: true });
      await folder.add(agentSocket, '-D');
      const asked = vi.fn(async () => PASSPHRASE);
      const keyring = createKeyring({
        agentSocket,
        questions: async () => ({ ask: asked, end: async () => undefined }),
      });
      expect(await ground.remote({ keyPath: locked, keyring }).reach(ground.node)).toEqual({ answers: true });
      expect(asked).toHaveBeenCalledTimes(1);
      // It held the key when it was looked for, and holds it no more when it is to sign.
      const forgetful = await from.keyring.login(locked);
      expect(forgetful.whole).toBeUndefined();
      const error = await failure(ground.remote(from).reach(ground.node));
      expect(error.message).toMatch(/has a passphrase, the ssh-agent refused to sign with it/);
    } finally {
      await folder.end();
    }
  });

  test('row 29: and one that wants another key says so', async () => {
    await ground.listen();
    const stranger = await Ground.make();
    try {
      expect(await stranger.remote().reach(ground.node)).toEqual({
        answers: false,
        why: expect.stringMatching(/authentication/i),
      });
    } finally {
      await stranger.end();
    }
  });

  test('F6: and that our key is not its own is told of the key, and not of an address', async () => {
    await ground.listen();
    const stranger = await Ground.make();
    try {
      const { message } = await failure(stranger.remote().run(ground.node, 'true'));
      expect(message).toMatch(
        /^node0 \(i-00000000\) refuses the private key \S+ for \w+ \(authentication failed\); set keypair_path .*$/,
      );
      expect(message).not.toContain('authorize');
    } finally {
      await stranger.end();
    }
  });
});

describe('the interactive shell', () => {
  let keys: KeyFolder;
  beforeEach(async () => {
    await ground.listen();
    ground.answer = ends(7);
    keys = await KeyFolder.make();
  });
  afterEach(() => keys.end());

  const made: Readonly<Record<string, () => Promise<string>>> = {
    plain: () => keys.keygen('key', '-t', 'ed25519', '-N', ''),
    'with a passphrase': () => keys.keygen('key', '-t', 'ed25519', '-N', PASSPHRASE),
    'RSA with a passphrase, as OpenSSL has it': () =>
      keys.keygen('key', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', PASSPHRASE),
    'ECDSA with a passphrase': () => keys.keygen('key', '-t', 'ecdsa', '-N', PASSPHRASE),
    'ed25519 in PKCS#8': () => keys.openssl('key', 'genpkey', '-algorithm', 'ed25519'),
    'with line ends of Windows': async () => {
      await keys.keygen('other', '-t', 'ed25519', '-N', '');
      return await keys.write('key', (await keys.text('other')).replaceAll('\n', '\r\n'));
    },
  };

  test.for(Object.keys(made))('F6: a key %s opens it, and nobody is asked twice', async (kind) => {
    const keyPath = (await made[kind]?.()) ?? '';
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return PASSPHRASE;
    };
    const keyring = createKeyring({ questions: async () => ({ ask, end: async () => undefined }) });
    const { key } = await keyring.login(keyPath);
    ground.admit(`${key.type} ${key.getPublicSSH().toString('base64')}`);
    expect(await ground.remote({ keyPath, keyring }).shell(ground.node)).toBe(7);
    expect(ground.lines).toEqual(['sudo -i']);
    expect(asked).toBe(kind.includes('passphrase') ? 1 : 0);
  });
});
