// One of the two commands as a process, from its first word to its exit code.
import { end, takeSignals, takeStreams } from '../process/own.ts';
import { realOutside } from '../world/outside.ts';
import { main } from './run.ts';
import type { Program } from './word.ts';

/** Runs what this process was asked for, and ends it. */
export async function command(name: Program['name']): Promise<never> {
  const own = takeStreams();
  const signal = takeSignals();
  const code = await main(name, process.argv.slice(2), realOutside(own, signal));
  return await end(own, name, code, signal);
}
