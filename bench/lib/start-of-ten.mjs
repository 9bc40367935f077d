// `pool start` of ten nodes beside its floor, five times; measured once, read by several benchmarks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { poolOf, run } from './cloud.mjs';
import { pool } from './commands.mjs';
import { floorSeconds } from './floor.mjs';
import { watchPeak } from './peak.mjs';
import { median } from './wall.mjs';

const nodes = 10;
const rounds = 5;
let measured;

/** Seconds and peak memory of one `pool start`; the pool is ended whatever happens. */
async function start() {
  const env = poolOf(nodes);
  const [program, ...words] = pool('start');
  try {
    const before = performance.now();
    const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const peak = watchPeak(child.pid);
    const [code] = await once(child, 'exit');
    const megabytes = peak();
    if (code !== 0) throw new Error(`pool start of ${nodes} nodes ended with ${code}`);
    return { seconds: (performance.now() - before) / 1000, megabytes };
  } finally {
    run(pool('stop', '--yes'), env);
  }
}

async function measure() {
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    const floor = await floorSeconds(nodes);
    const { seconds, megabytes } = await start();
    console.error(
      `   floor ${floor.toFixed(1)} s, pool start ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`,
    );
    pairs.push({ ratio: seconds / floor, beyond: seconds - floor, megabytes });
  }
  return {
    ratio: median(pairs.map(({ ratio }) => ratio)),
    beyond: median(pairs.map(({ beyond }) => beyond)),
    megabytes: Math.max(...pairs.map(({ megabytes }) => megabytes)),
  };
}

/** The medians of ratio and difference, and the highest memory of all rounds. */
export function startOfTen() {
  measured ??= measure();
  return measured;
}
