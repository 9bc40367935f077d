// A local cloud for the benchmarks alone, made when the first of them needs it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localValues } from '../../scripts/local-values.mjs';
import { pool, settings } from './commands.mjs';

const importKey = fileURLToPath(new URL('../../scripts/import-key.mjs', import.meta.url));
const keypair = 'bench';
let made;

/** Runs a command to its end, quietly, and gives its output. Its errors are shown. */
export function run([program, ...words], env = process.env) {
  return execFileSync(program, words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function make() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  made = { home: join(folder, 'cloud'), folder, env: process.env };
  mkdirSync(made.home);
  run(pool('local', 'up', '--home', made.home));
  const status = JSON.parse(run(pool('local', 'status', '--json', '--home', made.home)));
  run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, keypair)]);
  const plain = Object.entries(process.env).filter(([name]) => !/^(AWS|POOL)_/.test(name));
  made.env = {
    ...Object.fromEntries(plain),
    ...localValues(status),
    KEYPAIR_NAME: keypair,
    EC2_HOME: folder,
  };
  run([process.execPath, importKey, keypair, join(folder, `${keypair}.pub`)], made.env);
  return made;
}

/** The cloud of this run: `env` makes clients use it. */
export function cloud() {
  return made ?? make();
}

/** The environment in which `pool` means a pool of the example app with so many nodes. */
export function poolOf(nodes) {
  const size = { POOL_MINIMUM_INSTANCES: `${nodes}`, POOL_MAXIMUM_INSTANCES: `${nodes}` };
  return { ...cloud().env, ...size, POOL_NAME: `bench-${nodes}`, CONFIG_FILE: settings };
}

/** Ends the cloud with everything in it, if one was made. */
export function endCloud() {
  if (!made) return;
  run(pool('local', 'down', '--home', made.home));
  rmSync(made.folder, { recursive: true, force: true });
  made = undefined;
}
