// One script on one connection: input in, output out, within a limit.
import { Readable } from 'node:stream';
import type { ClientChannel, Client as SshClient } from 'ssh2';
import { BrokenConnection, PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import type { Output, RunOptions } from '../world.ts';

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

/** Gathers both streams, or hands each piece on as it comes. Its answer resolves when all of them were taken. */
const gather = (
  stream: ClientChannel,
  { onChunk }: Pick<RunOptions, 'onChunk'>,
  stop: (why: Error) => void,
) => {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const takers = new Takers([stream, stream.stderr], stop);
  const keep = (from: 'stdout' | 'stderr') => (chunk: Buffer) => {
    if (onChunk) takers.give(() => onChunk(chunk, from));
    else kept[from].push(chunk);
  };
  stream.on('data', keep('stdout'));
  stream.stderr.on('data', keep('stderr'));
  const text = (from: 'stdout' | 'stderr') => Buffer.concat(kept[from]).toString('utf8');
  return async (code: number): Promise<Output> => {
    await takers.taken;
    return { code, stdout: text('stdout'), stderr: text('stderr') };
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

/**
 * Runs `command` with `input` on its standard input; rejects when the connection breaks, the limit passes, the signal
 * comes, or `onChunk` fails (with its error). The limit holds from the first moment: a machine that hangs does not even open the channel.
 */
export function run(
  client: SshClient,
  node: Node,
  command: string,
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
      const output = gather(stream, options, stop);
      let code: number | undefined;
      stream.on('exit', (exit: number | null) => {
        code = exit ?? 255;
      });
      void closed(stream).then(() => {
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
      client.exec(command, (error, stream) => (error ? failed() : opened(stream)));
    } catch {
      failed();
    }
  });
}
