// The death of a node's machine, and the wait until the pool has healed.
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './cloud.mjs';
import { poolList } from './pools.mjs';

const LIMIT = 60_000;

/** The kernel under a local machine would close its connections; a machine that dies says nothing. */
const silence =
  'add table inet silence; add chain inet silence out { type filter hook output priority -500; policy drop; }';

/** SIGKILL of the machine of an instance, silenced first. */
export function kill(id) {
  const container = run(['podman', 'ps', '--quiet', '--filter', `label=poolparty.instance=${id}`]).trim();
  run(['podman', 'exec', container, 'nft', silence]);
  run(['podman', 'kill', '--signal', 'KILL', container]);
}

/** Returns once so many nodes are in rotation and none of them is the dead one. */
export async function healed(env, count, dead) {
  const end = Date.now() + LIMIT;
  const serving = () => poolList(env).instances.filter((one) => one.in_rotation && one.id !== dead);
  while (serving().length < count) {
    if (Date.now() > end) throw new Error(`the pool did not heal within ${LIMIT / 1000} s`);
    await sleep(500);
  }
}
