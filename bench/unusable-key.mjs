// How soon `pool start` says that the key cannot be used: the slowest of several such keys, and nothing is launched.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poolOf } from './lib/cloud.mjs';
import { pool } from './lib/commands.mjs';
import { poolList } from './lib/pools.mjs';

const generate = (path, ...words) => execFileSync('ssh-keygen', ['-q', '-f', path, ...words]);

/** Each makes a key at a path that no pool can be started with. */
const KEYS = [
  (path) => rmSync(path, { force: true }),
  (path) => writeFileSync(path, 'no key at all\n'),
  (path) => generate(path, '-t', 'ed25519', '-N', 'a passphrase that nobody can be asked for'),
  (path) => {
    generate(path, '-t', 'ed25519', '-N', '');
    copyFileSync(`${path}.pub`, path);
  },
  // Not the one that EC2 has under this name.
  (path) => generate(path, '-t', 'ed25519', '-N', ''),
];

function secondsOf(makeKey, folder, env) {
  rmSync(folder, { recursive: true, force: true });
  const { KEYPAIR_NAME } = env;
  mkdirSync(folder);
  makeKey(join(folder, KEYPAIR_NAME));
  const begun = performance.now();
  const [program, ...words] = pool('start');
  const { status } = spawnSync(program, words, { env: { ...env, EC2_HOME: folder, SSH_AUTH_SOCK: '' } });
  const seconds = (performance.now() - begun) / 1_000;
  if (status !== 2) throw new Error(`pool start with ${makeKey} ended with ${status}`);
  if (poolList(env).instances.length > 0) throw new Error(`pool start with ${makeKey} launched something`);
  return seconds;
}

export default {
  name: 'pool start with a key that cannot be used: code 2 after',
  target: 2,
  unit: 's',
  run: () => {
    const env = poolOf(2);
    const folder = mkdtempSync(join(tmpdir(), 'poolparty-key-'));
    try {
      return Math.max(...KEYS.map((makeKey) => secondsOf(makeKey, join(folder, 'keys'), env)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
