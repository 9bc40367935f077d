// A pool as it should be again after something has happened to it: who serves, who maintains, what the files say.
import { expect } from 'vitest';
import type { CloudGround } from './cloud.ts';
import { inside, maintains } from './faults.ts';
import { type Listing, party } from './party.ts';

export const SOON = { timeout: 60_000, interval: 250 };

export type Pool = ReturnType<typeof party>;

const alive = ({ instances }: Listing) =>
  instances.filter(({ state }) => ['pending', 'running'].includes(state));

export const idsOf = async (pool: Pool): Promise<readonly string[]> =>
  alive(await pool.list()).map(({ id }) => id);

/** A started pool that ticks every 2 s. */
export async function begun(
  cloud: CloudGround,
  what: string,
  nodes: number,
  settings: Record<string, string | undefined> = {},
): Promise<Pool> {
  const size = { POOL_MINIMUM_INSTANCES: `${nodes}`, POOL_MAXIMUM_INSTANCES: `${nodes}` };
  const pool = party(cloud, what, { ...size, POOL_POLLING_TIME: '2s', ...settings });
  expect(await pool.pool('start')).toMatchObject({ code: 0 });
  return pool;
}

/** How Heartbeat sees the two nodes of a pair. */
export const pairSeen = (id: string): Promise<string> =>
  inside(id, 'for n in $(cl_status listnodes -n); do cl_status nodestatus $n; done 2>&1 || :');

/** The ids, once the master maintains, and both of the pair see each other: a death from now on is noticed in time. */
export async function atWork(pool: Pool): Promise<readonly string[]> {
  const ids = await idsOf(pool);
  for (const id of ids.slice(0, 2)) await expect.poll(() => pairSeen(id), SOON).toBe('active\nactive');
  await expect.poll(() => maintains(ids[0] ?? ''), SOON).toBe(true);
  return ids;
}

/** So many nodes, all in rotation, the first of them this one: their ids in order. */
export async function healed(pool: Pool, count: number, master: string): Promise<readonly string[]> {
  let ids: readonly string[] = [];
  const isHealed = async () => {
    const nodes = alive(await pool.list());
    ids = nodes.map(({ id }) => id);
    return nodes.length === count && ids[0] === master && nodes.every(({ in_rotation: serves }) => serves);
  };
  await expect.poll(isHealed, { timeout: 90_000, interval: 500 }).toBe(true);
  return ids;
}

export async function whoMaintains(ids: readonly string[]): Promise<readonly string[]> {
  const yes = await Promise.all(ids.map((id) => maintains(id)));
  return ids.filter((_, at) => yes[at]);
}

const HOSTS = "grep -o 'node[0-9][0-9]*' /etc/hosts | sort -u | xargs";
const SERVERS = "sed -n 's/^ *server \\(i-[^ ]*\\) .*/\\1/p' /etc/haproxy/haproxy.cfg | sort | xargs";
const PAIR = 'ls /etc/ha.d/ha.cf 2>/dev/null | wc -l';

/** Every node's hosts, HAProxy and pair come to say what the list says. */
export async function rebuilt(ids: readonly string[]): Promise<void> {
  const names = ids.map((_, at) => `node${at}`).join(' ');
  const servers = [...ids].sort().join(' ');
  for (const [at, id] of ids.entries()) {
    const told = async () => (await inside(id, `${HOSTS}; ${SERVERS}; ${PAIR}`)).split('\n');
    await expect.poll(told, SOON).toEqual([names, servers, at < 2 ? '1' : '0']);
  }
}
