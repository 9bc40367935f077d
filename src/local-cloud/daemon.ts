// The daemon: puts engine, state and servers together and keeps them going until it is told to end.
import { once } from 'node:events';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { recorder } from './api/record.ts';
import { createApi } from './api/server.ts';
import { type Cloud, createCloud } from './cloud.ts';
import type { Engine } from './engine.ts';
import { type Order, serveControl } from './faults/control.ts';
import type { Fault } from './faults/fault.ts';
import { mix, SEED_VARIABLE } from './faults/mix.ts';
import { seedOf } from './faults/read.ts';
import { type Home, ownKey } from './home.ts';
import { onDeath } from './life/death.ts';
import { keepTime } from './life/due.ts';
import { addFaults, clearFaults } from './life/faults.ts';
import { watch } from './life/pulse.ts';
import { reconcile } from './life/reconcile.ts';
import { createEngine } from './machines/engine.ts';
import { controlOf } from './machines/host-lock.ts';
import { createMetadata } from './metadata/server.ts';
import type { Plan } from './model/addresses.ts';
import type { State } from './model/state.ts';
import { readState, writeState } from './model/store.ts';
import { cloudIdOf } from './network/names.ts';
import { type AddressPlan, addressPlan, metadataPort } from './network/plan.ts';
import { claimSlot } from './network/slots.ts';
import { API_PORT, S3_PORT } from './ports.ts';
import { createS3 } from './s3/server.ts';
import { type Settings, settingsIn } from './settings.ts';

function planOf({ address, vpc, subnets: [a, b, c], publicRange }: AddressPlan): Plan {
  return { cloud: address, vpc, subnets: { a, b, c }, publicRange };
}

async function listen(server: Server, port: number, address: string): Promise<void> {
  server.listen(port, address);
  await once(server, 'listening');
}

const log = (line: string): void => console.error(`${new Date().toISOString()} ${line}`);

/** After a restart of the host a cloud may find itself in other ranges: what had addresses is gone. */
async function fitState(home: Home, plan: Plan, engine: Engine): Promise<State> {
  const state = await readState(home.state);
  if (state.vpc !== undefined && state.vpc !== plan.vpc) {
    for (const id of await engine.machines()) await engine.destroy(id);
    Object.assign(state, { instances: {}, addresses: {}, launches: {}, roleKeys: {} });
  }
  state.vpc = plan.vpc;
  return state;
}

async function serve(cloud: Cloud, home: Home): Promise<void> {
  await listen(createMetadata(cloud), metadataPort, cloud.plan.cloud);
  await reconcile(cloud);
  await listen(createS3(cloud, home.objects), S3_PORT, cloud.plan.cloud);
  const machines = (): number =>
    Object.values(cloud.state.instances).filter((one) => one.state !== 'terminated').length;
  const health = (): object => ({ home: home.folder, pid: process.pid, machines: machines() });
  const record = recorder(process.env['POOLPARTY_LOCAL_RECORD']);
  await listen(createApi(cloud, health, record), API_PORT, cloud.plan.cloud);
}

function carryOut(cloud: Cloud, order: Order): readonly Fault[] {
  if (order.do === 'add') return addFaults(cloud, order.faults);
  return order.do === 'clear' ? clearFaults(cloud, order.name) : cloud.state.faults;
}

/** Whoever hears that a fault is there finds it in force: the network has taken it in. */
async function obey(cloud: Cloud, order: Order): Promise<readonly Fault[]> {
  const faults = carryOut(cloud, order);
  await cloud.settled();
  return faults;
}

/** A cloud can misbehave from its start; one that has faults already goes on with those. */
function misbehave(cloud: Cloud): void {
  const seed = process.env[SEED_VARIABLE];
  if (seed && cloud.state.faults.length === 0) addFaults(cloud, mix(seedOf(seed)));
}

/** Runs until SIGTERM or SIGINT; the machines run on, and the next daemon of this home finds them. */
export async function runDaemon(home: Home, settings: Settings = settingsIn(process.env)): Promise<void> {
  await mkdir(home.objects, { recursive: true });
  const slot = await claimSlot(home.folder);
  const plan = planOf(addressPlan(slot));
  const engine = createEngine({ home: home.folder, slot });
  await engine.up();
  const state = await fitState(home, plan, engine);
  const save = (now: State): Promise<void> => writeState(home.state, now);
  const cloud = createCloud({ state, engine, plan, settings, key: await ownKey(home), save, log });
  engine.onDeath((id, death) => onDeath(cloud, id, death));
  misbehave(cloud);
  await serve(cloud, home);
  await serveControl(controlOf(cloudIdOf(await realpath(home.folder))), (order) => obey(cloud, order), log);
  await writeFile(home.daemon, JSON.stringify({ pid: process.pid, address: plan.cloud }));
  watch(cloud);
  keepTime(cloud);
  log(`serving at ${plan.cloud}`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await cloud.settled();
  process.exit(0);
}
