// `pool plan` of an app of 20,000 files and 200 MB; measured once, read by several benchmarks.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poolOf } from './cloud.mjs';
import { pool } from './commands.mjs';
import { watchPeak } from './peak.mjs';
import { median } from './wall.mjs';

const FOLDERS = 200;
const FILES = 100;
const BYTES = 10_000;
const ROUNDS = 5;
let measured;

const SETTINGS = `name: big
app:
  source: app
  command: exec node server.js
`;

/** Writes the settings and the app beside them, with contents that cannot be made smaller. */
function write(folder) {
  writeFileSync(join(folder, 'pool.yml'), SETTINGS);
  for (let at = 0; at < FOLDERS; at += 1) {
    const below = join(folder, 'app', `part-${at}`);
    mkdirSync(below, { recursive: true });
    for (let file = 0; file < FILES; file += 1)
      writeFileSync(join(below, `file-${file}.js`), randomBytes(BYTES));
  }
}

async function plan(env) {
  const [program, ...words] = pool('plan');
  const before = performance.now();
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const peak = watchPeak(child.pid);
  const [code] = await once(child, 'exit');
  const megabytes = peak();
  if (code !== 0) throw new Error(`pool plan ended with ${code}`);
  return { seconds: (performance.now() - before) / 1000, megabytes };
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-app-'));
  try {
    write(folder);
    const env = { ...poolOf(2), POOL_NAME: 'big', CONFIG_FILE: join(folder, 'pool.yml') };
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await plan(env));
    console.error(`   ${JSON.stringify(rounds)}`);
    return {
      seconds: median(rounds.map(({ seconds }) => seconds)),
      megabytes: Math.max(...rounds.map(({ megabytes }) => megabytes)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median of the seconds, and the highest memory of all rounds. */
export function planOfBigApp() {
  measured ??= measure();
  return measured;
}
