// Standard input: what is piped or redirected into a command.
import { fstatSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { ReadStream } from 'node:tty';
import { PoolError } from '../pool/failure.ts';

const unreadable = (error: unknown): PoolError =>
  new PoolError(`standard input cannot be read: ${(error as Error).message}`);

/** To Node a folder is an empty file. */
function checkKind(): void {
  if (fstatSync(0).isDirectory()) throw new PoolError('standard input cannot be read: it is a folder');
}

async function* read(stdin: ReadStream): AsyncGenerator<Uint8Array> {
  checkKind();
  try {
    for await (const chunk of stdin) yield chunk as Uint8Array;
  } catch (error) {
    throw unreadable(error);
  }
}

/** In pieces, read as they are asked for; undefined where it is a terminal, whose keys are not for the node. */
export const inputOf = (stdin: ReadStream): AsyncIterable<Uint8Array> | undefined =>
  stdin.isTTY ? undefined : read(stdin);

/** All of it, to its end. Throws with code 1 where it cannot be read. */
export async function textOf(stdin: ReadStream): Promise<string> {
  checkKind();
  return await text(stdin).catch((error: unknown) => {
    throw unreadable(error);
  });
}
