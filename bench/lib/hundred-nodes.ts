// Ticks of a real maintainer over nodes at 127.0.1.1, 127.0.1.2 …, one sshd each; runs on the machine that has them.
// Usage: node hundred-nodes.js FOLDER COUNT    FOLDER holds `key` and `templates`; prints one document
//
// Everything is the maintainer's own, but for EC2's answer: no cloud has 100 machines here.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UNTOUCHED } from '../../src/plans/node-state.ts';
import { poolOf } from '../../src/pool/pool.ts';
import { defaultsIn } from '../../src/pool/settings-defaults.ts';
import { readTemplates } from '../../src/pool/templates.ts';
import { realClock } from '../../src/world/clock.ts';
import { createCloud } from '../../src/world/ec2.ts';
import { createKeyring } from '../../src/world/keys/keyring.ts';
import { type MaintainNews, MaintainRun } from '../../src/world/maintain/run.ts';
import type { Prepared } from '../../src/world/preflight.ts';
import { createRemote } from '../../src/world/ssh.ts';
import type { World } from '../../src/world/world.ts';

const ROUNDS = 21;
/** Lets the machine rest between two ticks, ms. */
const PAUSE = 1_000;

const [folder = '', count = '100'] = process.argv.slice(2);

const settings = {
  ...defaultsIn(folder),
  name: 'bench',
  region: 'us-east-1',
  public_ip: 'none' as const,
  username: 'root',
  minimum_instances: Number(count),
  maximum_instances: Number(count),
  // Each look asks the nodes.
  polling_time: 1,
};

const instances = Array.from({ length: Number(count) }, (_, at) => ({
  id: `i-${(at + 1).toString(16).padStart(17, '0')}`,
  state: 'running' as const,
  launchedAt: new Date(Date.now() - 3_600_000 + at),
  type: 't3.small',
  zone: `us-east-1${'abc'[at % 3]}`,
  privateIp: `127.0.1.${at + 1}`,
  publicIp: undefined,
  publicDns: undefined,
  tags: {},
}));
const pool = poolOf({ name: settings.name, instances, address: undefined });

const cloud = {
  ...createCloud(settings, process.env),
  look: async () => pool,
  hostKeys: async () => [],
};
const remote = createRemote(settings, cloud, {
  keyring: createKeyring(),
  keyPath: `${folder}/key`,
  knownHosts: `${folder}/known_hosts`,
  addressOf: ({ privateIp }) => privateIp,
  advice: 'is it running?',
});
const { signal } = new AbortController();
const world = { settings, cloud, remote, clock: realClock, signal } as unknown as World;

const templates = await readTemplates((name) => readFile(`${folder}/templates/${name}`, 'utf8'));
const kit = {
  settings,
  templates,
  release: undefined,
  program: '',
  claim: '',
  environment: {},
  secret: 'ab',
};
const prepared = { pool, groupId: 'sg-1', places: [], lacksBucket: false, kit } as unknown as Prepared;
const news = new Proxy({}, { get: () => () => undefined }) as MaintainNews;
const run = new MaintainRun(world, prepared, news, { me: undefined, before: async () => undefined });
const configHash = (await readFile('/opt/poolparty/config-hash', 'utf8')).trim();

/** Every node counts as configured: it is asked, and whether it is what it should be is decided anew. */
function meet(): void {
  for (const { id } of instances)
    run.memory.progress.set(id, {
      stage: 'configured',
      members: [],
      up: [],
      state: { ...UNTOUCHED, configHash },
    });
}

/** Processor time that the whole machine has used so far, ms: its control group's (version 2, else 1). */
async function used(): Promise<number> {
  const stat = await readFile('/sys/fs/cgroup/cpu.stat', 'utf8').catch(() => '');
  const usec = /^usage_usec (\d+)/.exec(stat)?.[1];
  if (usec !== undefined) return Number(usec) / 1_000;
  return Number(await readFile('/sys/fs/cgroup/cpuacct/cpuacct.usage', 'utf8')) / 1e6;
}

/** Ms of one look and decision and of the processors meanwhile, and how many nodes answered in it. */
async function tick() {
  const [before, own] = [await used(), process.cpuUsage()];
  const began = performance.now();
  const looked = await run.look();
  run.decide(looked);
  const took = performance.now() - began;
  const heard = [...looked.vitals.values()].filter(({ misses, at }) => misses === 0 && at >= began);
  const servers = heard.reduce((sum, { probe }) => sum + (probe?.servers.length ?? 0), 0);
  const { user, system } = process.cpuUsage(own);
  const cost = { all: (await used()) - before, own: (user + system) / 1_000 };
  return { took, cost, heard: heard.length, servers: servers / heard.length };
}

meet();
// The first ones open the connections.
for (let warm = 0; warm < 30 && (await tick()).heard < instances.length; warm += 1) await sleep(PAUSE);
const ticks = [];
for (let round = 0; round < ROUNDS; round += 1) {
  await sleep(PAUSE);
  ticks.push(await tick());
}
const megabytes = (process.resourceUsage().maxRSS * 1_024) / 1e6;
console.log(JSON.stringify({ ticks, megabytes }));
remote.close();
