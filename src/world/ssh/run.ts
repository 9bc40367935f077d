// One script on one connection: input in, output out, within a limit.
import { Readable } from 'node:stream';
import type { ClientChannel, Client as SshClient } from 'ssh2';
import { BrokenConnection, PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import type { Output, RunOptions } from '../world.ts';

/** Gathers both streams, or hands each chunk on as it comes. */
const gather = (stream: ClientChannel, onChunk: RunOptions['onChunk']) => {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const keep = (from: 'stdout' | 'stderr') => (chunk: Buffer) => {
    if (onChunk) onChunk(chunk, from);
    else kept[from].push(chunk);
  };
  stream.on('data', keep('stdout'));
  stream.stderr.on('data', keep('stderr'));
  const text = (from: 'stdout' | 'stderr') => Buffer.concat(kept[from]).toString('utf8');
  return (code: number): Output => ({ code, stdout: text('stdout'), stderr: text('stderr') });
};

const tooLong = (node: Node, limit: number): PoolError =>
  new PoolError(
    `${node.name} (${node.id}): no end of a command within ${limit / 1_000} s; look there: instance ssh i=${node.index}`,
  );

const broke = (node: Node): PoolError =>
  new BrokenConnection(`${node.name} (${node.id}): the connection broke while a command ran; run it again`);

/** Calls `stop` once, at the limit or when the signal comes; returns what takes both back. */
const guard = (node: Node, options: RunOptions, stop: (error: PoolError) => void): (() => void) => {
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

/** No faster than the node takes it. A node that stops reading ends the command itself, with its own code and reason. */
const send = (
  input: AsyncIterable<Uint8Array>,
  stream: ClientChannel,
  stop: (why: PoolError) => void,
  node: Node,
): void => {
  const source = Readable.from(input);
  source.on('error', (error) => stop(new PoolError(`${node.name} (${node.id}): ${error.message}`)));
  stream.on('close', () => source.destroy());
  source.pipe(stream);
};

/**
 * Runs `command` with `input` on its standard input; rejects when the connection breaks, the limit passes or the signal
 * comes. The limit holds from the first moment: a machine that hangs does not even open the channel.
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
    const stop = (why: PoolError): void => {
      isOver = true;
      channel?.close();
      reject(why);
    };
    const unguard = guard(node, options, stop);
    const failed = (): void => {
      unguard();
      reject(broke(node));
    };
    const opened = (stream: ClientChannel): void => {
      channel = stream;
      const output = gather(stream, options.onChunk);
      let code: number | undefined;
      stream.on('exit', (exit: number | null) => {
        code = exit ?? 255;
      });
      stream.on('close', () => {
        unguard();
        if (code === undefined) reject(broke(node));
        else resolve(output(code));
      });
      // A command that ends without reading its input is no failure of ours.
      stream.on('error', () => undefined);
      // It may have opened too late: nobody waits for it any more.
      if (isOver) stream.close();
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
