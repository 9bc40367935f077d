// What happens to machines: they die, freeze, and lose sight of each other. Done from outside, through podman.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

const containers = new Map<string, string>();

/** The podman container behind an instance. */
async function container(id: string): Promise<string> {
  const known = containers.get(id);
  if (known !== undefined) return known;
  const filter = `label=poolparty.instance=${id}`;
  const found = (await exec('podman', ['ps', '--all', '--quiet', '--filter', filter])).stdout.trim();
  if (found === '') throw new Error(`there is no container of ${id}`);
  containers.set(id, found);
  return found;
}

/** SIGKILL, a stop of all its processes, and their going on. */
export async function podman(word: 'kill' | 'pause' | 'unpause', id: string): Promise<void> {
  await exec('podman', [word, await container(id)]);
}

/** What a script prints on a machine, as root, whatever its network does; its failure is a throw. */
export async function inside(id: string, script: string): Promise<string> {
  const child = spawn('podman', ['exec', '--interactive', await container(id), 'sh', '-c', script]);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  child.stdin.on('error', () => undefined).end();
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${id}: ${script}: code ${code}: ${said}`);
  return said.trim();
}

/** From now on no packet of it leaves or arrives: to the others it is dead, without a word of farewell. */
const SILENCE = `nft -f - <<'.'
table inet silence {
  chain out { type filter hook output priority -500; policy drop; }
  chain in { type filter hook input priority -500; policy drop; }
}
.`;

/** SIGKILL of the whole machine, silenced first, since the kernel under it would close its connections. */
export async function kill(id: string): Promise<void> {
  await inside(id, SILENCE);
  await podman('kill', id);
}

/** This machine and that address hear nothing of each other any more. */
export const cutOff = (id: string, ip: string): Promise<string> =>
  inside(
    id,
    `nft -f - <<'.'
table inet cut {
  chain out { type filter hook output priority -500; ip daddr ${ip} drop; }
  chain in { type filter hook input priority -500; ip saddr ${ip} drop; }
}
.`,
  );

export const heal = (id: string): Promise<string> => inside(id, 'nft delete table inet cut');

/** Does the node maintain the pool? Not one that is dead or frozen. */
export const maintains = async (id: string): Promise<boolean> =>
  (await inside(id, 'systemctl is-active poolparty-maintain || :')) === 'active';
