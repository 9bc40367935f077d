// How many requests fail when a member's machine is killed under load.
import { run } from './lib/cloud.mjs';
import { failedDuring } from './lib/load.mjs';
import { poolList, withThreeNodes } from './lib/three-nodes.mjs';

/** The kernel under a local machine would close its connections; a machine that dies says nothing. */
const silence =
  'add table inet silence; add chain inet silence out { type filter hook output priority -500; policy drop; }';

function kill(id) {
  const container = run(['podman', 'ps', '--quiet', '--filter', `label=poolparty.instance=${id}`]).trim();
  run(['podman', 'exec', container, 'nft', silence]);
  run(['podman', 'kill', '--signal', 'KILL', container]);
}

export default {
  name: 'SIGKILL of a member under load: failed requests',
  target: 0,
  unit: 'requests',
  run: () =>
    withThreeNodes((env) => {
      const { address, instances } = poolList(env);
      return failedDuring(address, () => kill(instances.at(-1).id));
    }),
};
