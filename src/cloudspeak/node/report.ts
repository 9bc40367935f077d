// How a failure of the node's program is told, for the journal and for whoever started it by ssh.
import { PoolError } from '../../pool/failure.ts';

/** One line for what somebody can mend, the stack for what is ours; returns the exit code. */
export function report(error: unknown): number {
  const ours = !(error instanceof PoolError);
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`poolparty: ${ours ? `this is a bug of PoolParty: ${text}` : text}\n`);
  if (ours && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return ours ? 1 : error.code;
}
