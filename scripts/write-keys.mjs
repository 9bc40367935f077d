// Writes ~/.pool_keys: never over a file of somebody's without asking, and readable by its owner alone.
// Usage: write-keys.mjs FILE [--yes] NAME…    the values of the names come from the environment
import { randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { cloudOf, isOurs, keysText } from './keys-text.mjs';

const words = process.argv.slice(2);
const yes = words.includes('--yes');
const [file, ...names] = words.filter((word) => word !== '--yes');

/** The file itself, also where ~/.pool_keys is a link into somebody's own collection. */
function realPath(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function existing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function ask(question) {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** What we wrote for the same cloud holds nothing of the user's; anything else is the user's to give up. */
async function mayReplace(path, old, text) {
  if (yes || (isOurs(old) && cloudOf(old) === cloudOf(text))) return true;
  const what = isOurs(old) ? `points at another cloud (${cloudOf(old)})` : 'is not as we wrote it';
  if (process.stdin.isTTY) return ask(`${path} exists and ${what}. Write over it?`);
  console.error(`-- Left ${path} as it is: it ${what}. To write over it: npm run dev:setup -- --yes`);
  return false;
}

/** The rename makes the change whole, and the new file never had another mode. */
function write(path, text) {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}

function missing(name) {
  throw new Error(`${name} is not set`);
}

async function main() {
  const values = Object.fromEntries(names.map((name) => [name, process.env[name] ?? missing(name)]));
  const text = keysText(readFileSync(new URL('../.pool_keys.example', import.meta.url), 'utf8'), values);
  const path = realPath(file);
  const old = existing(path);
  if (old === text) {
    chmodSync(path, 0o600);
    console.log(`-- Keys file is up to date: ${path}`);
  } else if (old === undefined || (await mayReplace(path, old, text))) {
    write(path, text);
    console.log(`-- Wrote keys file: ${realPath(path)}`);
  }
}

await main().catch((error) => {
  console.error(`Cannot write the keys file ${file}: ${error.message}`);
  process.exitCode = 1;
});
