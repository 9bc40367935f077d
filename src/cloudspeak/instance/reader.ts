// Whoever reads the output of a remote command: slow ones are waited for, one that leaves ends the command.
import { Unwritten } from '../../process/outlet.ts';
import type { OnChunk, World } from '../../world/world.ts';

/** Most commands end by themselves in this time, with their own code; what still speaks then is ended; ms. */
const GRACE = 1_000;

export interface Reading {
  readonly onChunk: OnChunk;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work`, whose output goes to this process's streams. Where the reader of standard output leaves, what comes is
 * thrown away, and after a second the work is ended: then, and where output cannot be written, this throws Unwritten.
 */
export async function reading<T>(world: World, work: (reading: Reading) => Promise<T>): Promise<T> {
  const { terminal, clock } = world;
  const end = new AbortController();
  let gone: Unwritten | undefined;
  const failed = (error: unknown, from: 'stdout' | 'stderr'): void => {
    if (!(error instanceof Unwritten && error.isGone)) throw error;
    if (from === 'stderr' || gone) return;
    gone = error;
    void clock.sleep(GRACE).then(() => end.abort());
  };
  const onChunk: OnChunk = async (chunk, from) => {
    if (gone && from === 'stdout') return;
    await terminal.write(chunk, from).catch((error: unknown) => failed(error, from));
  };
  const signal = AbortSignal.any([world.signal, end.signal]);
  const cut = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () => reject(gone), { once: true });
  });
  return await Promise.race([cut, work({ onChunk, signal })]);
}
