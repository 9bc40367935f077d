// How many requests fail while changes of many kinds are tried that no node can serve with: pools of 2 and of 3.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const suite = ['vitest', 'run', '--project', 'deck', 'test/deck/bad-changes.test.ts'];

/** Requests that failed in all tries with a pool of so many nodes. */
function failed(nodes) {
  const folder = mkdtempSync(join(tmpdir(), 'poolparty-bad-changes-'));
  const figures = join(folder, 'figures.jsonl');
  const env = {
    ...process.env,
    BAD_CHANGES: 'all',
    BAD_CHANGES_NODES: String(nodes),
    BAD_CHANGES_FIGURES: figures,
  };
  try {
    const { status } = spawnSync('npx', suite, { cwd: root, env, stdio: ['ignore', 2, 2] });
    if (!existsSync(figures)) throw new Error(`no change was tried on ${nodes} nodes`);
    const tries = readFileSync(figures, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const count = tries.reduce((sum, { failures }) => sum + failures.length, 0);
    if (status !== 0 && count === 0)
      throw new Error(`a change went otherwise than it should on ${nodes} nodes`);
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export default {
  name: 'bad changes of 27 kinds under requests, pools of 2 and 3: failed requests',
  target: 0,
  unit: 'requests',
  run: async () => failed(2) + failed(3),
};
