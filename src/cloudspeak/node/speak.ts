// A word of the node's program as a process: how its failure is told, for the journal and for whoever started it by ssh.
import { PoolError } from '../../pool/failure.ts';
import { end, type Own, takeStreams } from '../../process/own.ts';

/** One line for what somebody can mend, the stack for what is ours; returns the exit code. */
function report({ stderr }: Own, error: unknown): number {
  const ours = !(error instanceof PoolError);
  const text = error instanceof Error ? error.message : String(error);
  void stderr.write(`poolparty: ${ours ? `this is a bug of PoolParty: ${text}` : text}\n`);
  if (ours && error instanceof Error) void stderr.write(`${error.stack}\n`);
  return ours ? 1 : error.code;
}

/** Runs what this process was asked for, and ends it. A word of a node goes on without its reader: the journal, mostly. */
export async function speakOnNode(
  run: (words: readonly string[], own: Own) => Promise<number>,
): Promise<never> {
  const own = takeStreams();
  const code = await run(process.argv.slice(2), own).catch((error: unknown) => report(own, error));
  return await end(own, 'poolparty', code);
}
