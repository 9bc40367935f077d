// A maintainer of a pool that needs nothing: the real loop and the SDK's own client, before a cloud that counts its calls.
import { AllocateAddressCommand, AssociateAddressCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { stateAfter, UNTOUCHED } from '../../../../src/plans/node-state.ts';
import type { Progress, Seen } from '../../../../src/plans/seen.ts';
import { configurationIn } from '../../../../src/plans/wants.ts';
import type { Node } from '../../../../src/pool/instance.ts';
import { POOL_TAG, type Pool } from '../../../../src/pool/pool.ts';
import type { Settings } from '../../../../src/pool/settings.ts';
import { defaultsIn } from '../../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../../src/world/ec2.ts';
import { type MaintainNews, MaintainRun } from '../../../../src/world/maintain/run.ts';
import type { Prepared } from '../../../../src/world/preflight.ts';
import type { Cloud, Remote, World } from '../../../../src/world/world.ts';
import { kit } from '../../built-in.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { servedCloud } from '../../local-cloud/cloud.fixture.ts';

const MINUTE = 60_000;
/** The first ticks, which are not counted; ms. */
const SETTLING = 15_000;

const settings: Settings = { ...defaultsIn('/party'), name: 'party', region: 'us-east-1' };

/** What a tick cost. */
export interface Idle {
  /** Every call that came in, by its name. */
  readonly calls: readonly string[];
  readonly ticks: number;
  /** Steps that were begun: an idle pool has none. */
  readonly steps: readonly string[];
}

/** EC2 with a pool of so many that run for an hour, the first of them with its address. */
async function cloudOf(count: number, calls: string[]) {
  const cloud = await servedCloud({}, ({ request }) => {
    calls.push(/(?:^|&)Action=(\w+)/.exec(request)?.[1] ?? request);
  });
  const [image] = IMAGES;
  await cloud.ec2.send(new RunInstancesCommand({ ImageId: image?.id, MinCount: 1, MaxCount: 1 }));
  const { state } = cloud.cloud;
  const [first] = Object.values(state.instances);
  if (first === undefined) throw new Error('nothing was launched');
  first.state = 'running';
  first.launchTime = new Date(Date.parse('2008-05-30T00:00:00Z')).toISOString();
  state.tags[first.id] = { [POOL_TAG]: settings.name };
  for (let at = 1; at < count; at += 1) {
    const id = `i-${at.toString(16).padStart(17, '0')}`;
    const privateIp = `10.1.${Math.floor(at / 200)}.${(at % 200) + 10}`;
    state.instances[id] = { ...first, id, privateIp, launchIndex: at };
    state.tags[id] = { [POOL_TAG]: settings.name };
  }
  const tags = [{ Key: POOL_TAG, Value: settings.name }];
  const { AllocationId } = await cloud.ec2.send(
    new AllocateAddressCommand({ TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: tags }] }),
  );
  await cloud.ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: first.id }));
  return cloud;
}

/** Time stands still while EC2 is at work, and goes on by what EC2 takes on a good day. */
async function taking<T>(clock: FakeClock, ms: number, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.sleep(0);
  await clock.sleep(ms);
  return await over;
}

/** Every node as it should be, and what it says of itself. */
function brought(pool: Pool) {
  const has = kit(settings);
  const ids = pool.nodes.map(({ id }) => id);
  const rows = ids.map((id) => `app,${id},0,0,1,UP,`).join('\n');
  const said = { healthy: true, host: 'host', device: 'ens5', sshKey: undefined, hostKey: undefined };
  const progress = new Map<string, Progress>();
  const with_ = (state: Progress['state']): Progress => ({
    stage: 'configured',
    members: ids,
    up: ids,
    state,
  });
  for (const id of ids) progress.set(id, with_({ ...UNTOUCHED, ...said, secret: has.secret }));
  const seen = { pool, kit: has, progress } as unknown as Seen;
  const states = pool.nodes.map((node) => {
    const configuration = configurationIn(seen, node, pool.nodes);
    return [node.id, stateAfter(configuration, said, has.secret)] as const;
  });
  const texts = new Map(
    states.map(([id, { configHash }]) => [
      id,
      `load 0.50\ncpus 1\nmemory 100 50\nhash ${configHash}\nnotice @404 @404\n# pxname,svname,qcur,scur,stot,status,\n${rows}\napp,BACKEND,0,0,1,UP,\n\n`,
    ]),
  );
  return { kit: has, progress: new Map(states.map(([id, state]) => [id, with_(state)])), texts };
}

/** So many nodes for so many minutes, after a first one. */
export async function idle(count: number, minutes = 1): Promise<Idle> {
  const calls: string[] = [];
  const served = await cloudOf(count, calls);
  process.env['AWS_ENDPOINT_URL_EC2'] = served.endpoint;
  const clock = new FakeClock();
  const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });
  const real = createCloud(settings, process.env, { credentials });
  const latency = 150 + count;
  const cloud: Cloud = { ...real, look: (name) => taking(clock, latency, real.look(name)) };
  const pool = await cloud.look(settings.name);
  const { texts, progress, kit: has } = brought(pool);
  const remote = {
    reach: async () => ({ answers: true }),
    ask: async ({ id }: Node) => texts.get(id) ?? '',
  } as unknown as Remote;
  const end = new AbortController();
  const size = { minimum_instances: 1, maximum_instances: count };
  const world = {
    settings: { ...settings, ...size },
    cloud,
    remote,
    clock,
    signal: end.signal,
  } as unknown as World;
  const prepared = {
    pool,
    groupId: 'sg-1',
    places: [],
    lacksBucket: false,
    kit: has,
  } as unknown as Prepared;
  const steps: string[] = [];
  let ticks = 0;
  const told = { begins: ({ do: word }: { do: string }) => steps.push(word), ticked: () => ticks++ };
  const news = new Proxy(told, { get: (of, name) => Reflect.get(of, name) ?? (() => undefined) });
  const me = pool.address?.holder;
  const run = new MaintainRun(world, prepared, news as unknown as MaintainNews, {
    me,
    before: async () => undefined,
  });
  for (const [id, one] of progress) run.memory.progress.set(id, one);
  const over = run.run();
  await clock.sleep(SETTLING);
  calls.length = 0;
  ticks = 0;
  await clock.sleep(minutes * MINUTE);
  const found = { calls: [...calls], ticks, steps };
  end.abort();
  await over;
  served.close();
  return found;
}
