// How many seconds a second `pool configure` of ten nodes takes, which finds that nothing differs.
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './lib/cloud.mjs';
import { instance, pool } from './lib/commands.mjs';
import { withPool } from './lib/pools.mjs';
import { median } from './lib/wall.mjs';

const nodes = 10;
const rounds = 7;

/** What each script that changes a node leaves behind (its stage comes and goes in the folder), and each restart. */
const traces = `
  sed -n 's|^  "\\(/[^"]*\\)": .*|\\1|p' /opt/poolparty/manifest.json | xargs stat -c '%n %y %z'
  stat -c '%n %y %z' /opt/poolparty /opt/poolparty/config-hash /run/poolparty/configure.lock
  systemctl show -p Id -p InvocationID -p MainPID poolparty-app poolparty-maintain haproxy heartbeat`;

const allTraces = (env) =>
  run(instance('cmd', 'i=all', '--', traces), env)
    .split('\n')
    .sort();

/** Traces of a pool that is at rest: the maintain service, too, has found that there is nothing to do. */
async function atRest(env) {
  for (let before = allTraces(env); ; ) {
    await sleep(6_000);
    const now = allTraces(env);
    if (now.join() === before.join()) return now;
    before = now;
  }
}

/** Seconds of one `pool configure`. */
function configure(env) {
  const before = performance.now();
  const said = run(pool('configure', '-q'), env);
  const seconds = (performance.now() - before) / 1000;
  if (said.match(/nothing differs/g)?.length !== nodes) throw new Error(`something differed: ${said}`);
  return seconds;
}

async function measure(env) {
  const before = await atRest(env);
  const seconds = Array.from({ length: rounds }, () => configure(env));
  const touched = allTraces(env).filter((trace) => !before.includes(trace));
  if (touched.length > 0) throw new Error(`pool configure has touched: ${touched.join('; ')}`);
  return median(seconds);
}

export default {
  name: 'second pool configure on 10 nodes, nothing changed',
  target: 1.5,
  unit: 's',
  run: () => withPool(nodes, measure),
};
