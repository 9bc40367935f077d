// Whoever reads the output of a remote command: slow ones are waited for, one that leaves ends the command.
import { Unwritten } from '../../process/outlet.ts';
import type { OnChunk, World } from '../../world/world.ts';

/** Most commands end by themselves in this time, with their own code; what still speaks then is ended; ms. */
const GRACE = 1_000;

export interface Reading {
  readonly onChunk: OnChunk;
  /** Ends the command; Unwritten is the reason where it does so since nobody reads. */
  readonly signal: AbortSignal;
}

/** Why it really ended: an interrupted command that nobody reads was not interrupted by a person. */
export async function unlessUnread<T>({ signal }: Reading, command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw signal.reason instanceof Unwritten ? signal.reason : error;
  }
}

/**
 * Lets a command's output go to this process's streams. Where the reader of standard output leaves, what comes is thrown
 * away, and after a second the command is ended. Where output cannot be written, `onChunk` rejects with Unwritten.
 */
export function reading(world: World): Reading {
  const { terminal, clock } = world;
  const end = new AbortController();
  let gone: Unwritten | undefined;
  const failed = (error: unknown, from: 'stdout' | 'stderr'): void => {
    if (!(error instanceof Unwritten && error.isGone)) throw error;
    if (from === 'stderr' || gone) return;
    gone = error;
    void clock.sleep(GRACE).then(() => end.abort(gone));
  };
  const onChunk: OnChunk = async (chunk, from) => {
    if (gone && from === 'stdout') return;
    await terminal.write(chunk, from).catch((error: unknown) => failed(error, from));
  };
  return { onChunk, signal: AbortSignal.any([world.signal, end.signal]) };
}
