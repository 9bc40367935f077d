// The costs of decisions, measured once for all benchmarks that ask for them.
import { fileURLToPath } from 'node:url';
import { run } from './cloud.mjs';

let measured;

/** Milliseconds of a decision about 100 and about 10,000 nodes. */
export function decisions() {
  const file = fileURLToPath(new URL('decisions.ts', import.meta.url));
  measured ??= JSON.parse(run([process.execPath, '--import', 'tsx', file]));
  return measured;
}
