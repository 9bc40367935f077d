// `pool start` of ten nodes beside its floor, five times; measured once, read by several benchmarks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { poolOf, run } from './cloud.mjs';
import { pool } from './commands.mjs';
import { floorSeconds } from './floor.mjs';
import { median } from './wall.mjs';

const nodes = 10;
const rounds = 5;
let measured;

/** The peak resident memory of a process so far in MB, or undefined when it has ended. */
function peakMegabytes(pid) {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes && (Number(kibibytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/** Seconds and peak memory of one `pool start`; the pool is ended whatever happens. */
async function start() {
  const env = poolOf(nodes);
  const [program, ...words] = pool('start');
  try {
    const before = performance.now();
    const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    let megabytes = 0;
    // The kernel's own high-water mark only rises, so that looking now and then misses no peak but the last.
    const look = setInterval(() => {
      megabytes = peakMegabytes(child.pid) ?? megabytes;
    }, 20);
    const [code] = await once(child, 'exit');
    clearInterval(look);
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
