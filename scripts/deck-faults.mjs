// Stories of the deck on a cloud that misbehaves: the standard mix of faults, by a seed.
// Usage: npm run test:deck:faults -- [--seed N] [--seeds COUNT] [test/deck/FILE.test.ts …]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const STORIES = ['start', 'serve', 'stop', 'mix'].map((name) => `test/deck/${name}.test.ts`);

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, seeds: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const first = Number(values.seed);
const count = Number(values.seeds);
if (!Number.isInteger(first) || !Number.isInteger(count) || count < 1) {
  console.error('--seed and --seeds are whole numbers');
  process.exit(2);
}
const files = positionals.length > 0 ? positionals : STORIES;
const failed = [];
for (let seed = first; seed < first + count; seed += 1) {
  console.log(`== The deck under faults, seed ${seed}`);
  const env = { ...process.env, DECK_FAULT_SEED: String(seed) };
  const words = ['vitest', 'run', '--project', 'deck', ...files];
  const { status } = spawnSync('npx', words, { stdio: 'inherit', env });
  if (status !== 0) failed.push(seed);
}
console.log(failed.length === 0 ? `${count} seeds passed` : `failed seeds: ${failed.join(', ')} of ${count}`);
process.exit(failed.length === 0 ? 0 : 1);
