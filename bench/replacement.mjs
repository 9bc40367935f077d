// How long after a machine's death a replacement serves visitors, beyond what a machine needs to boot.
import { setTimeout as sleep } from 'node:timers/promises';
import { kill } from './lib/death.mjs';
import { floorSeconds } from './lib/floor.mjs';
import { poolList, withPool } from './lib/pools.mjs';
import { median } from './lib/wall.mjs';

const nodes = 3;
const rounds = 3;
const limit = 90_000;
/** A master that has just begun launches nothing for so long, in ms. */
const newness = 10_000;

/** The id of the instance that answers a visitor; undefined where none does. */
async function visit(address) {
  const answer = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  return /\((i-[0-9a-f]+),/.exec((await answer?.text()) ?? '')?.[1];
}

/** Seconds from the SIGKILL of the last node's machine until a node that was not there before answers visitors. */
async function replacement(env) {
  const { address, instances } = poolList(env);
  const known = [undefined, ...instances.map(({ id }) => id)];
  const before = performance.now();
  kill(instances.findLast((one) => one.in_rotation).id);
  while (known.includes(await visit(address))) {
    if (performance.now() - before > limit) throw new Error(`no replacement within ${limit / 1000} s`);
    await sleep(50);
  }
  return (performance.now() - before) / 1000;
}

async function beyond(env) {
  const floor = await floorSeconds(1);
  const seconds = await replacement(env);
  console.error(`   floor ${floor.toFixed(1)} s, killed to replaced ${seconds.toFixed(1)} s`);
  return seconds - floor;
}

export default {
  name: 'killed node to a configured replacement in rotation, beyond boot to sshd',
  target: 10,
  unit: 's',
  run: () =>
    withPool(nodes, async (env) => {
      await sleep(newness);
      const all = [];
      for (let round = 0; round < rounds; round += 1) all.push(await beyond(env));
      return median(all);
    }),
};
