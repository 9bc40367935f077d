// How often an idle tick asks EC2: the real loop and the SDK's client, before the local cloud's API, in virtual time.
import { fileURLToPath } from 'node:url';
import { run } from './lib/cloud.mjs';

/** The most of three sizes of pool. */
function measure() {
  const file = fileURLToPath(new URL('lib/idle-calls.ts', import.meta.url));
  const found = JSON.parse(run([process.execPath, '--import', 'tsx', file]));
  if (found.some(({ steps }) => steps > 0)) throw new Error('a pool was not idle');
  for (const { nodes, calls, ticks } of found)
    console.error(`   ${nodes} nodes: ${calls} calls in ${ticks} ticks of a minute`);
  return Math.max(...found.map(({ calls, ticks }) => calls / ticks));
}

export default {
  name: 'calls of EC2 for an idle tick, pools of 3 to 1,000 nodes',
  target: 2.2,
  unit: 'calls',
  run: async () => measure(),
};
