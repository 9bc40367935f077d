// One script on one connection: input in, output out, within a limit.
import { Readable } from 'node:stream';
import type { ClientChannel, Client as SshClient } from 'ssh2';
import { PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import type { Output, RunOptions } from '../world.ts';

const channel = (client: SshClient, command: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(command, (error, stream) => (error ? reject(error) : resolve(stream)));
  });

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
  return { stdout: () => text('stdout'), stderr: () => text('stderr') };
};

/** A node that stops reading ends the command itself, with its own code and reason. */
const send = (input: AsyncIterable<Uint8Array>, stream: ClientChannel, fail: (why: string) => void): void => {
  const source = Readable.from(input);
  source.on('error', (error) => fail(error.message));
  source.pipe(stream);
};

/** Runs `command`; rejects when the connection breaks, the limit passes or the signal comes. */
export async function run(
  client: SshClient,
  node: Node,
  command: string,
  options: RunOptions = {},
): Promise<Output> {
  const stream = await channel(client, command);
  const output = gather(stream, options.onChunk);
  const limit = options.timeout ?? 60_000;
  return await new Promise<Output>((resolve, reject) => {
    const fail = (why: string) => {
      stream.close();
      reject(new PoolError(`${node.name} (${node.id}): ${why}`));
    };
    const timer = Number.isFinite(limit)
      ? setTimeout(
          () =>
            fail(`no end of a command within ${limit / 1000} s; try: instance cmd i=${node.index} uptime`),
          limit,
        )
      : undefined;
    const interrupted = () => fail('interrupted');
    options.signal?.addEventListener('abort', interrupted, { once: true });
    let code: number | undefined;
    stream.on('exit', (exit: number | null) => {
      code = exit ?? 255;
    });
    stream.on('close', () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', interrupted);
      if (code === undefined) fail('the connection broke while a command ran; run it again');
      else resolve({ code, stdout: output.stdout(), stderr: output.stderr() });
    });
    if (options.input) send(options.input, stream, fail);
    else stream.end(options.stdin === undefined ? undefined : Buffer.from(options.stdin));
  });
}
