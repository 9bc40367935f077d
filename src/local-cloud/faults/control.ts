// Where the words reach the daemon: a socket that only its owner may open, since machines may reach the API, too.

import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { Fault, Wanted } from './fault.ts';
import { Mistake } from './read.ts';

/** What the words may ask for. */
export type Order =
  | { readonly do: 'list' }
  | { readonly do: 'add'; readonly faults: readonly Wanted[] }
  | { readonly do: 'clear'; readonly name?: string };

type Answer = { readonly faults: readonly Fault[] } | { readonly mistake: string };

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function answerTo(
  message: IncomingMessage,
  obey: (order: Order) => Promise<readonly Fault[]>,
): Promise<Answer> {
  try {
    return { faults: await obey(JSON.parse(await text(message)) as Order) };
  } catch (error) {
    if (error instanceof Mistake) return { mistake: error.message };
    throw error;
  }
}

/** Listens at this path, in place of a socket that an earlier daemon left there. */
export async function serveControl(
  path: string,
  obey: (order: Order) => Promise<readonly Fault[]>,
  log: (line: string) => void,
): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer((message, response) => {
    answerTo(message, obey).then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => {
        log(`control: ${String(error)}`);
        response.destroy();
      },
    );
  });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return server;
}

/** Has the daemon carry out an order. Throws a Mistake in its words; a daemon that is not there is the system's error. */
export async function send(path: string, order: Order): Promise<readonly Fault[]> {
  const asking = request({ socketPath: path, method: 'POST', path: '/', agent: false });
  asking.end(JSON.stringify(order));
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const answer = JSON.parse(await text(response)) as Answer;
  if ('mistake' in answer) throw new Mistake(answer.mistake);
  return answer.faults;
}
