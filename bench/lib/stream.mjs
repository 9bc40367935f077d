// `instance cmd` with 1 GB into a slow reader, and with 1 GB of input; measured once, read by several benchmarks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { instance } from './commands.mjs';
import { watchPeak } from './peak.mjs';
import { withPool } from './pools.mjs';

const GIGABYTE = 1_000_000_000;
/** Bytes a millisecond. */
const PACE = 50_000;

let measured;

/** Takes what a process says, no faster than the pace; the number of bytes, and the last of them. */
async function readSlowly(stream) {
  const begun = performance.now();
  let bytes = 0;
  let last = '';
  for await (const chunk of stream) {
    bytes += chunk.length;
    last = (last + chunk.subarray(-64).toString('latin1')).slice(-64);
    await sleep(Math.max(0, begun + bytes / PACE - performance.now()));
  }
  return { bytes, last };
}

async function ended(child, what) {
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  if (code !== 0) throw new Error(`${what} ended with ${code}`);
}

async function down(env) {
  const [program, ...words] = instance('cmd', 'i=0', `cmd=head -c ${GIGABYTE} /dev/zero`);
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const peak = watchPeak(child.pid);
  const { bytes } = await readSlowly(child.stdout);
  await ended(child, 'a command that prints 1 GB');
  return { megabytes: peak(), lost: GIGABYTE - bytes };
}

async function up(env) {
  const [program, ...words] = instance('cmd', 'i=0', 'cmd=wc -c');
  const source = spawn('head', ['-c', `${GIGABYTE}`, '/dev/zero'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const child = spawn(program, words, { env, stdio: [source.stdout, 'pipe', 'inherit'] });
  const peak = watchPeak(child.pid);
  const { last } = await readSlowly(child.stdout);
  await ended(child, 'a command that reads 1 GB');
  return { megabytes: peak(), lost: GIGABYTE - Number(last) };
}

/** Peak memory in MB and lost bytes, by the way that 1 GB goes. */
export function streams() {
  measured ??= withPool(1, async (env) => {
    const both = { down: await down(env), up: await up(env) };
    console.error(`   ${JSON.stringify(both)}`);
    return both;
  });
  return measured;
}
