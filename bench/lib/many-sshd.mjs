// One machine of the local cloud with many sshd on its loopback, and a maintainer on it whose nodes they are.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { run } from './cloud.mjs';
import { instance } from './commands.mjs';
import { withPool } from './pools.mjs';
import { median } from './wall.mjs';

const COUNT = 100;
const THERE = '/root/bench';
let measured;

/**
 * The machine's own sshd leaves the loopback to them. Each HAProxy of a pool knows all nodes: so does the one here,
 * which all of them ask.
 */
const PREPARE = `
set -eu
mkdir -p /etc/ssh/sshd_config.d
echo "ListenAddress $(hostname -I | cut -d ' ' -f 1)" >/etc/ssh/sshd_config.d/bench.conf
systemctl restart ssh
: >/root/.hushlogin
for n in $(seq ${COUNT}); do
    /usr/sbin/sshd -f /dev/null -o ListenAddress=127.0.1.$n -o PidFile=none -o UsePAM=no -o StrictModes=no \\
        -o PermitRootLogin=yes -o HostKey=/etc/ssh/ssh_host_ed25519_key -o AuthorizedKeysFile=${THERE}/key.pub
    printf 'add server app/i-%017x 127.0.1.%d:8001 maxconn 64; enable server app/i-%017x\\n' $n $n $n |
        socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock >/dev/null
done
`;

/** What is copied to the machine: the measuring program, a key, the templates. */
async function pack(folder) {
  run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  cpSync(fileURLToPath(new URL('../../templates', import.meta.url)), join(folder, 'templates'), {
    recursive: true,
    dereference: true,
  });
  writeFileSync(join(folder, 'prepare.sh'), PREPARE);
  // As scripts/build.mjs makes what runs on a node.
  await build({
    entryPoints: [fileURLToPath(new URL('hundred-nodes.ts', import.meta.url))],
    outfile: join(folder, 'hundred-nodes.mjs'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['cpu-features', '*.node'],
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url); const __dirname = '/';",
    },
  });
}

async function measure(env) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await pack(folder);
    run(instance('scp', 'i=0', `src=${folder}`, `dest=${THERE}`), env);
    // It would put HAProxy's servers right again.
    run(instance('stop_maintain', 'i=0'), env);
    run(instance('cmd', 'i=0', '--', `sh ${THERE}/prepare.sh`), env);
    const said = run(instance('cmd', 'i=0', '--', `node ${THERE}/hundred-nodes.mjs ${THERE} ${COUNT}`), env);
    const { ticks, megabytes } = JSON.parse(said);
    const cost = (of) => median(ticks.map((tick) => tick.cost[of])).toFixed(0);
    console.error(
      `   ${cost('all')} ms of processor time a tick, ${cost('own')} of them the maintainer's own`,
    );
    const late = ticks.filter(({ heard }) => heard < COUNT).length;
    if (late > ticks.length / 4)
      throw new Error(`in ${late} of ${ticks.length} ticks not all nodes answered`);
    const seconds = median(ticks.map(({ took }) => took)) / 1_000;
    console.error(
      `   ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB, ${ticks[0].servers} servers each, ${late} ticks with someone late`,
    );
    return { seconds, megabytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Median of the ticks, and the most memory that the maintainer ever had. */
export function tickOverManySshd() {
  measured ??= withPool(1, measure);
  return measured;
}
