// One script on one connection: input in, output out, within a limit.
import { Readable } from 'node:stream';
import type { ClientChannel, Client as SshClient } from 'ssh2';
import { BrokenConnection, PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import type { Output, RunOptions } from '../world.ts';
import { Frame } from './frame.ts';

/** Holds both streams back while a piece is being taken. */
class Takers {
  readonly #both: readonly Readable[];
  readonly #stop: (why: Error) => void;
  #lasting = 0;
  /** Resolves when all that was given has been taken; never where something could not be. */
  taken: Promise<unknown> = Promise.resolve();

  constructor(both: readonly Readable[], stop: (why: Error) => void) {
    this.#both = both;
    this.#stop = stop;
  }

  give(take: () => void | Promise<void>): void {
    try {
      const taking = take();
      if (taking) this.#wait(taking);
    } catch (error) {
      this.#stop(error as Error);
    }
  }

  #wait(taking: Promise<void>): void {
    this.#lasting += 1;
    for (const one of this.#both) one.pause();
    const taken = taking.then(() => {
      this.#lasting -= 1;
      if (this.#lasting === 0) for (const one of this.#both) one.resume();
    });
    this.taken = Promise.all([this.taken, taken]);
    this.taken.catch(this.#stop);
  }
}

/** Where both streams of a script begin and end, and what it came to. */
class Frames {
  readonly stdout: Frame;
  readonly stderr: Frame;
  readonly #isLate: boolean;

  constructor(nonce: string, late: boolean) {
    this.#isLate = late;
    this.stdout = new Frame(nonce, 'stdout', { late });
    this.stderr = new Frame(nonce, 'stderr', { late });
  }

  /** Whether nothing more can come that is ours, though a job that the login shell has begun may still hold the channel. */
  get areOver(): boolean {
    return !this.#isLate && this.stdout.code !== undefined && this.stderr.code !== undefined;
  }

  /** The login shell may have a code of its own; 0 where the script did not come to its end would be a lie. */
  codeOf(code: number): number {
    return this.stdout.code ?? (code || 255);
  }

  /** Why nothing came of the script; undefined where something did. */
  get refusal(): string | undefined {
    if (this.stdout.hasBegun) return undefined;
    if (this.stderr.hasBegun) return 'what is printed there does not arrive; look for exec in the .bashrc\n';
    const said = `${this.stdout.talk}\n${this.stderr.talk}`.split('\n').filter((line) => line.trim() !== '');
    return `no command runs there: ${said.slice(-3).join('; ') || 'the login shell ends at once'}\n`;
  }
}

/** Gathers both streams, or hands each piece on as it comes. Its answer resolves when all of them were taken. */
const gather = (
  stream: ClientChannel,
  frames: Frames,
  { onChunk }: Pick<RunOptions, 'onChunk'>,
  stop: (why: Error) => void,
) => {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const takers = new Takers([stream, stream.stderr], stop);
  const keep = (from: 'stdout' | 'stderr', own: Buffer) => {
    if (own.length === 0) return;
    if (onChunk) takers.give(() => onChunk(own, from));
    else kept[from].push(own);
  };
  stream.on('data', (chunk: Buffer) => keep('stdout', frames.stdout.push(chunk)));
  stream.stderr.on('data', (chunk: Buffer) => keep('stderr', frames.stderr.push(chunk)));
  const text = (from: 'stdout' | 'stderr') => Buffer.concat(kept[from]).toString('utf8');
  return async (code: number): Promise<Output> => {
    for (const from of ['stdout', 'stderr'] as const) keep(from, frames[from].rest());
    keep('stderr', Buffer.from(frames.refusal ?? ''));
    await takers.taken;
    return { code: frames.codeOf(code), stdout: text('stdout'), stderr: text('stderr') };
  };
};

/** Resolves when the channel is closed and all of both streams was given; ssh2 waits for stdout alone. */
const closed = (stream: ClientChannel): Promise<unknown> =>
  Promise.all([
    new Promise((resolve) => stream.once('close', resolve)),
    new Promise((resolve) => stream.stderr.once('close', resolve)),
  ]);

/** What was to come is thrown away: a stream that waits would keep it, and would never end. */
const abandon = (stream: ClientChannel): void => {
  for (const one of [stream, stream.stderr]) one.removeAllListeners('data').resume();
  stream.close();
};

/**
 * Calls `end` once: when the channel is closed, or when both streams are over and the login shell has ended; a job that
 * this has begun may hold the channel for ever. The exit code is undefined where none came.
 */
function whenOver(stream: ClientChannel, frames: Frames, end: (code: number | undefined) => void): void {
  let code: number | undefined;
  let isOver = false;
  const over = () => {
    if (!isOver) end(code);
    isOver = true;
  };
  const overEarly = () => {
    if (code === undefined || !frames.areOver) return;
    abandon(stream);
    over();
  };
  stream.on('exit', (exit: number | null) => {
    code = exit ?? 255;
    overEarly();
  });
  for (const one of [stream, stream.stderr]) one.on('data', overEarly);
  void closed(stream).then(over);
}

const tooLong = (node: Node, limit: number): PoolError =>
  new PoolError(
    `${node.name} (${node.id}): no end of a command within ${limit / 1_000} s; look there: instance ssh i=${node.index}`,
  );

const broke = (node: Node): PoolError =>
  new BrokenConnection(`${node.name} (${node.id}): the connection broke while a command ran; run it again`);

/** Calls `stop` once, at the limit or when the signal comes; returns what takes both back. */
const guard = (node: Node, options: RunOptions, stop: (error: Error) => void): (() => void) => {
  const limit = options.timeout ?? 60_000;
  const end = () => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', interrupted);
  };
  const fire = (why: PoolError) => {
    end();
    stop(why);
  };
  const timer = Number.isFinite(limit) ? setTimeout(() => fire(tooLong(node, limit)), limit) : undefined;
  const interrupted = () => fire(new PoolError(`${node.name} (${node.id}): interrupted`));
  options.signal?.addEventListener('abort', interrupted, { once: true });
  if (options.signal?.aborted) interrupted();
  return end;
};

/** What went wrong on this machine says so itself. */
const unsent = (node: Node, error: Error): Error =>
  error instanceof PoolError ? error : new PoolError(`${node.name} (${node.id}): ${error.message}`);

/**
 * No faster than the node takes it: a piece or two wait here, besides the channel's own 2 MiB. A node that stops reading
 * ends the command itself, with its own code and reason.
 */
const send = (
  input: AsyncIterable<Uint8Array>,
  stream: ClientChannel,
  stop: (why: Error) => void,
  node: Node,
): void => {
  const source = Readable.from(input, { highWaterMark: 1 });
  source.on('error', (error) => stop(unsent(node, error)));
  stream.on('close', () => source.destroy());
  source.pipe(stream);
};

interface Command {
  readonly line: string;
  /** What marks its output, as readScript has it. */
  readonly nonce: string;
}

/**
 * Runs the command's line with `input` on its standard input; rejects when the connection breaks, the limit passes, the signal
 * comes, or `onChunk` fails (with its error). The limit holds from the first moment: a machine that hangs does not even open the channel.
 */
export function run(
  client: SshClient,
  node: Node,
  { line, nonce }: Command,
  input: AsyncIterable<Uint8Array>,
  options: Omit<RunOptions, 'stdin' | 'input'> = {},
): Promise<Output> {
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    let isOver = false;
    let unguard = (): void => undefined;
    const stop = (why: Error): void => {
      isOver = true;
      unguard();
      if (channel) abandon(channel);
      reject(why);
    };
    unguard = guard(node, options, stop);
    const failed = (): void => {
      unguard();
      reject(broke(node));
    };
    const opened = (stream: ClientChannel): void => {
      channel = stream;
      const frames = new Frames(nonce, options.late ?? false);
      const output = gather(stream, frames, options, stop);
      whenOver(stream, frames, (code) => {
        if (code === undefined) failed();
        else output(code).then(resolve, stop).finally(unguard);
      });
      // A command that ends without reading its input is no failure of ours.
      stream.on('error', () => undefined);
      // It may have opened too late: nobody waits for it any more.
      if (isOver) abandon(stream);
      else send(input, stream, stop, node);
    };
    if (isOver) return;
    try {
      // Everything is listened for in there: a quick command's end can stand in the same packet as its beginning.
      client.exec(line, (error, stream) => (error ? failed() : opened(stream)));
    } catch {
      failed();
    }
  });
}
