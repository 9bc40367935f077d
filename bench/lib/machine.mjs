// The machine that a figure was measured on, in a few words without its name.
import { availableParallelism, release, totalmem } from 'node:os';

export function machine() {
  const kernel = /^\d+\.\d+/.exec(release())?.[0];
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores, ${gibibytes} GiB, Linux ${kernel}, Node ${process.versions.node}`;
}
