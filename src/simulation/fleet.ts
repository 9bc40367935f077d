// Simulated instances that share a demand: who boots, serves, drains and ends, and the load average of each.
import type { InstanceId } from '../pool/instance.ts';
import type { NodeSight } from '../pool/sight.ts';

/** What every instance of a fleet is like. */
export interface Machine {
  readonly cpus: number;
  /** Requests that it takes at once; more wait in HAProxy. */
  readonly maxConnections: number;
  /** Whoever leaves ends the requests under way after this time; ms. */
  readonly drainLimit: number;
  /** What one costs an hour, in US dollars; undefined where nobody knows. */
  readonly usd: number | undefined;
}

/**
 * Requests per second that keep one instance busy. With it the backlog, which is work, is told as requests that
 * wait: 50 on two vCPUs are 40 ms of computing for each, a page of a usual web app.
 */
export const REQUESTS_PER_UNIT = 50;
/** The requests under way in a node that leaves are over after this long, where they may take it; ms. */
const SLOW_REQUESTS = 10_000;
/** The kernel looks at the run queue every 5 s, and its 1-minute average fades so much between two looks. */
export const SAMPLE = 5_000;
const FADE = Math.exp(-SAMPLE / 60_000);
/** A node that installs and configures itself keeps one process busy. */
const BOOT_LOAD = 1;
/** Work that is smaller is the rounding of floating point. */
const EPSILON = 1e-9;

const NEVER = Number.POSITIVE_INFINITY;

/** A node as the decider sees it, whose figures change in place: a simulation makes millions of looks. */
class SimulatedNode implements NodeSight {
  readonly id: InstanceId;
  name = '';
  readonly isMaster: boolean;
  readonly state = 'running';
  readonly launchedAt: number;
  readonly zone = 'simulated';
  standing: 'booting' | 'serving' = 'booting';
  servesSince: number | undefined = undefined;
  readonly outSince = undefined;
  served = false;
  readonly falls = 0;
  readonly misses = 0;
  readonly isMissed = false;
  readonly isImpaired = false;
  readonly measured: { load: number; readonly cpus: number; readonly memory: undefined };
  leaving: string | undefined = undefined;
  isServer = false;
  readonly notice = undefined;
  readonly usd: number | undefined;
  /** When it serves, and when its last request is over. */
  readonly readyAt: number;
  drainedAt = NEVER;

  constructor(id: InstanceId, isMaster: boolean, at: number, readyAt: number, machine: Machine) {
    this.id = id;
    this.isMaster = isMaster;
    this.launchedAt = at;
    this.readyAt = readyAt;
    this.measured = { load: BOOT_LOAD, cpus: machine.cpus, memory: undefined };
    this.usd = machine.usd;
  }

  get figures(): SimulatedNode['measured'] {
    return this.measured;
  }
}

/** All moments are ms since 1970. */
export class Fleet {
  /** Those that were launched and have not ended, oldest first. */
  readonly nodes: SimulatedNode[] = [];
  /** Work that waits, in seconds of one instance. */
  backlog = 0;
  /** The share of those that serve that is busy, 0 to 1. */
  busy = 0;
  /** What came in the last span, in units. */
  demand = 0;
  /** How many are in rotation. */
  serving = 0;
  /** Was there more to do in the last span than they could? */
  isOverloaded = false;
  readonly #machine: Machine;
  readonly #bootTime: () => number;
  /** Before this moment nobody comes into rotation or is drained. */
  #nextTurn = NEVER;
  #launches = 0;

  constructor(machine: Machine, bootTime: () => number) {
    this.#machine = machine;
    this.#bootTime = bootTime;
  }

  /** What one more would cost an hour. */
  get usd(): number | undefined {
    return this.#machine.usd;
  }

  /** As a pool stands once it has been started: in rotation for long, and idle. */
  begin(count: number, at: number): void {
    for (let index = 0; index < count; index += 1) this.#add(Number.NEGATIVE_INFINITY, at);
    this.settle(at);
    for (const node of this.nodes) Object.assign(node, { servesSince: Number.NEGATIVE_INFINITY });
  }

  launch(count: number, at: number): void {
    for (let index = 0; index < count; index += 1) this.#add(at, at + this.#bootTime());
  }

  #add(at: number, readyAt: number): void {
    const id: InstanceId = `i-${String(this.#launches).padStart(17, '0')}`;
    this.#launches += 1;
    this.nodes.push(new SimulatedNode(id, this.nodes.length === 0, at, readyAt, this.#machine));
    this.#nextTurn = Math.min(this.#nextTurn, readyAt);
    this.#number();
  }

  /** It gets no new requests, and is a server until those under way are over. */
  leave(id: InstanceId, because: string, at: number): void {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) return;
    node.leaving = because;
    node.drainedAt = node.isServer ? at + Math.min(SLOW_REQUESTS, this.#machine.drainLimit) : at;
    this.#nextTurn = Math.min(this.#nextTurn, node.drainedAt);
    this.#count();
  }

  terminate(id: InstanceId): void {
    const index = this.nodes.findIndex((one) => one.id === id);
    if (index < 0) return;
    this.nodes.splice(index, 1);
    this.#number();
    this.#count();
  }

  /** Brings those into rotation that have booted by now, and those out that are drained. */
  settle(at: number): void {
    if (at < this.#nextTurn) return;
    this.#nextTurn = NEVER;
    for (const node of this.nodes) {
      if (node.standing === 'booting' && node.leaving === undefined && at >= node.readyAt) {
        node.standing = 'serving';
        node.isServer = true;
        node.served = true;
        node.servesSince = at;
      }
      if (at >= node.drainedAt) node.isServer = false;
      const turns = [node.readyAt, node.drainedAt].filter((turn) => turn > at);
      this.#nextTurn = Math.min(this.#nextTurn, ...turns);
    }
    this.#count();
  }

  /** Works for a span under a demand: what cannot be done in it waits. */
  work(demand: number, ms: number): void {
    const seconds = ms / 1_000;
    const given = this.backlog + demand * seconds;
    const possible = this.serving * seconds;
    this.demand = demand;
    this.isOverloaded = given > possible + EPSILON;
    this.backlog = this.isOverloaded ? given - possible : 0;
    this.busy = this.isOverloaded || possible === 0 ? Number(given > 0) : given / possible;
  }

  /** The kernel's look at the run queues: `load = load × e^(-5/60) + runnable × (1 - e^(-5/60))` (kernel/sched/loadavg.c). */
  sample(): void {
    const { cpus, maxConnections } = this.#machine;
    const waiting = this.backlog > 0 && this.serving > 0 ? this.waiting / this.serving : 0;
    const runnable = this.busy * cpus + Math.min(waiting, maxConnections);
    const added = runnable * (1 - FADE);
    for (const node of this.nodes) {
      if (!node.isServer) continue;
      node.measured.load = node.measured.load * FADE + (node.leaving === undefined ? added : 0);
    }
  }

  /** All requests that wait, on the nodes and in HAProxy. */
  get waiting(): number {
    return this.backlog * REQUESTS_PER_UNIT;
  }

  /** Those of them that no node has taken yet. */
  get queue(): number {
    if (this.backlog === 0) return 0;
    return Math.ceil(Math.max(0, this.waiting - this.serving * this.#machine.maxConnections));
  }

  #number(): void {
    for (const [index, node] of this.nodes.entries()) node.name = `node${index}`;
  }

  #count(): void {
    this.serving = this.nodes.filter((node) => node.isServer && node.leaving === undefined).length;
  }
}
