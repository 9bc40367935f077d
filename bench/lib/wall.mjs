// How long whole commands take on the wall, side by side, so that a busy moment of the machine hits both.
import { spawnSync } from 'node:child_process';

/** Milliseconds that one run of `[program, …words]` takes. Throws when it does not end well. */
function wall([program, ...words], env = process.env) {
  const before = process.hrtime.bigint();
  const { status, error, stderr } = spawnSync(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const after = process.hrtime.bigint();
  if (status !== 0)
    throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${error?.message ?? stderr}`);
  return Number(after - before) / 1e6;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios of pairs run one right after the other, the first pair being for warm caches only. */
export function pairedRatio(command, baseline, { env, rounds = 21 } = {}) {
  const pair = () => {
    const under = wall(baseline, env);
    return wall(command, env) / under;
  };
  pair();
  return median(Array.from({ length: rounds }, pair));
}
