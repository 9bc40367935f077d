// `poolparty.js claim`: makes this node the master if it may be, and starts the maintain service where it is.
import { isAlive, SILENCE_MS } from '../../fail-safety/life.ts';
import { claim } from '../../fail-safety/mastership.ts';
import type { Own } from '../../process/own.ts';
import { claimHere } from '../../world/node/claim-here.ts';

/** 0 where it is known who holds the address, 1 where it is not. `--force` takes it from a holder that answers. */
export const run = async (words: readonly string[], { stdout }: Own): Promise<number> =>
  await claimHere({ decide: claim, isAlive, silence: SILENCE_MS }, words.includes('--force'), (line) => {
    void stdout.write(`${line}\n`);
  });
