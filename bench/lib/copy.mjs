// `instance scp` with a folder that holds 1 GB, to a node and from it; measured once, read by several benchmarks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instance } from './commands.mjs';
import { watchPeak } from './peak.mjs';
import { withPool } from './pools.mjs';

const GIGABYTE = 1_000_000_000;

let measured;

async function copied(env, ...words) {
  const [program, ...rest] = instance('scp', 'i=0', ...words);
  const child = spawn(program, rest, { env, stdio: 'inherit' });
  const peak = watchPeak(child.pid);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`instance scp ${words.join(' ')} ended with ${code}`);
  return peak();
}

async function both(env, folder) {
  mkdirSync(join(folder, 'up'));
  writeFileSync(join(folder, 'up', 'big'), '');
  truncateSync(join(folder, 'up', 'big'), GIGABYTE);
  const up = await copied(env, `src=${folder}/up`, 'dest=/srv/up');
  const down = await copied(env, 'from=/srv/up', `dest=${folder}/down`);
  if (statSync(join(folder, 'down', 'big')).size !== GIGABYTE) throw new Error('less than 1 GB came back');
  return { up, down };
}

/** Peak memory in MB, by the way that 1 GB goes. */
export function copies() {
  measured ??= withPool(1, async (env) => {
    const folder = mkdtempSync(join(tmpdir(), 'poolparty-copy-'));
    try {
      return await both(env, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  return measured;
}
