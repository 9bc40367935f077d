// The machines below the local cloud: podman containers on a network of their own.
import { mkdirSync, realpathSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import type { Death, Engine, MachineSpec, NetworkState, Pulse } from '../engine.ts';
import { cut, enforce, enforceFirst, mappedNow, moved } from '../network/enforce.ts';
import { layBridge, plugIn, unplug } from '../network/links.ts';
import { cloudIdOf, type Names, namesOf } from '../network/names.ts';
import { openForward } from '../network/other-firewalls.ts';
import { type AddressPlan, addressPlan } from '../network/plan.ts';
import { runContainer, type Traces } from './boot.ts';
import { attempt, run } from './command.ts';
import { consoleOf } from './console.ts';
import { causeOfDeath } from './death.ts';
import { DeathWatch } from './death-watch.ts';
import { hostFolder } from './host-lock.ts';
import { raiseKernelLimits } from './limits.ts';
import { joinLxcfs } from './lxcfs.ts';
import { type Container, containersOf } from './podman.ts';
import { bannerComes, untilBanner } from './pulse.ts';
import { removeAll } from './remove-all.ts';

const bootLimit = 120_000;
const pulseLimit = 1500;

export interface EngineOptions {
  /** The cloud's state folder. */
  readonly home?: string;
  /** The slot that the cloud holds; see network/slots.ts. */
  readonly slot: number;
}

/** Makes the engine of one cloud. Nothing happens before `up`. */
export function createEngine(options: EngineOptions): Engine {
  const home = options.home ?? path.join(homedir(), '.poolparty', 'local');
  mkdirSync(home, { recursive: true });
  return new PodmanEngine(namesOf(cloudIdOf(realpathSync(home))), addressPlan(options.slot));
}

class PodmanEngine implements Engine {
  readonly #names: Names;
  readonly #plan: AddressPlan;
  readonly #folder: string;
  readonly #watch: DeathWatch;
  readonly #addresses = new Map<string, string>();
  readonly #heard: Array<(id: string, death: Death) => void> = [];
  /** Podman is slow and its calls wait for each other; more at once only steal time from booting machines. */
  readonly #podman = pLimit(Math.max(2, availableParallelism()));
  /** A stop mostly waits for the machine, and must not keep others from booting. */
  readonly #stopping = pLimit(8);
  /** Who waits for a boot hears of its failure; it is no death besides. */
  readonly #booting = new Set<string>();
  #mapped: ReadonlyMap<string, string> = new Map();

  constructor(names: Names, plan: AddressPlan) {
    this.#names = names;
    this.#plan = plan;
    this.#folder = path.join(hostFolder, names.cloudId);
    this.#watch = new DeathWatch((id) => void this.#reportDeath(id));
  }

  async up(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await raiseKernelLimits();
    await layBridge(this.#names, this.#plan);
    await enforceFirst(this.#names, this.#plan);
    this.#mapped = await mappedNow(this.#names);
    await openForward(this.#names, this.#plan);
    await joinLxcfs(this.#names.cloudId);
    for (const one of await containersOf(this.#names.cloudId)) this.#adopt(one);
  }

  async down(): Promise<void> {
    for (const id of this.#addresses.keys()) this.#watch.forget(id);
    await removeAll(this.#names, this.#plan);
    this.#addresses.clear();
    this.#mapped = new Map();
  }

  async create(spec: MachineSpec, signal?: AbortSignal): Promise<void> {
    try {
      await this.#podman(async () => {
        signal?.throwIfAborted();
        this.#addresses.set(spec.id, spec.privateIp);
        await plugIn(this.#names, this.#plan, spec.id, spec.privateIp);
        await runContainer(this.#names, spec, this.#traces(spec.id));
      });
      if (spec.hangs) await this.#keepWatch(spec.id);
      else await this.#untilUp(spec.id, signal);
    } catch (error) {
      await this.destroy(spec.id);
      throw failure(`machine ${spec.id} was not made`, error);
    }
  }

  async start(id: string): Promise<void> {
    await this.#podman(async () => {
      await plugIn(this.#names, this.#plan, id, this.#address(id));
      await run(['podman', 'start', '--', this.#names.container(id)]);
    }).catch((error: unknown) => {
      throw failure(`machine ${id} does not start`, error);
    });
    await this.#untilUp(id);
  }

  async stop(id: string, force = false): Promise<void> {
    this.#watch.forget(id);
    const container = this.#names.container(id);
    await this.#stopping(async () => {
      // A hanging machine hears no signal until it is let go.
      await attempt(['podman', 'unpause', container]);
      await run(['podman', 'stop', '--time', force ? '0' : '20', container]);
    });
  }

  async reboot(id: string): Promise<void> {
    await this.stop(id);
    await this.start(id);
  }

  async destroy(id: string): Promise<void> {
    this.#watch.forget(id);
    const container = this.#names.container(id);
    await this.#podman(() =>
      run(['podman', 'rm', '--force', '--ignore', '--time', '0', '--volumes', container]),
    );
    await unplug(this.#names, id);
    const { pid, console } = this.#traces(id);
    await Promise.all([pid, console].map((file) => rm(file, { force: true })));
    this.#addresses.delete(id);
  }

  async machines(): Promise<readonly string[]> {
    return (await containersOf(this.#names.cloudId)).map((one) => one.id);
  }

  async pulse(id: string): Promise<Pulse> {
    if (this.#watch.alive(id) === undefined) return 'dead';
    const well = await bannerComes(this.#plan.address, this.#address(id), pulseLimit);
    if (well) return 'well';
    return this.#watch.alive(id) === undefined ? 'dead' : 'silent';
  }

  onDeath(heard: (id: string, death: Death) => void): void {
    this.#heard.push(heard);
  }

  console(id: string): Promise<string> {
    return consoleOf(this.#traces(id).console);
  }

  async network(state: NetworkState): Promise<void> {
    await enforce(this.#names, this.#plan, state);
    await cut(moved(this.#mapped, state.addresses));
    this.#mapped = new Map(state.addresses);
  }

  #adopt(one: Container): void {
    this.#addresses.set(one.id, one.privateIp);
    if (one.pid > 0 && this.#watch.alive(one.id) === undefined) this.#watch.watch(one.id, one.pid);
  }

  async #keepWatch(id: string): Promise<void> {
    this.#watch.watch(id, Number(await readFile(this.#traces(id).pid, 'utf8')));
  }

  async #untilUp(id: string, signal?: AbortSignal): Promise<void> {
    this.#booting.add(id);
    try {
      await this.#keepWatch(id);
      const alive = () => this.#watch.alive(id) !== undefined;
      await untilBanner(this.#plan.address, this.#address(id), alive, bootLimit, signal);
    } finally {
      this.#booting.delete(id);
    }
  }

  async #reportDeath(id: string): Promise<void> {
    if (this.#booting.has(id)) return;
    const death = await causeOfDeath(this.#names.container(id), 500);
    for (const heard of this.#heard) heard(id, death);
  }

  #address(id: string): string {
    const address = this.#addresses.get(id);
    if (address === undefined) throw new Error(`there is no machine ${id} here: look at podman ps --all`);
    return address;
  }

  #traces(id: string): Traces {
    return { pid: path.join(this.#folder, `${id}.pid`), console: path.join(this.#folder, `${id}.console`) };
  }
}

function failure(what: string, error: unknown): Error {
  return new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
