// What one look of a maintainer tells about the size and health of a pool; plain data, so that it can be recorded.
import type { InstanceId, InstanceState } from './instance.ts';

/** What a node last told of itself; undefined: unknown, which is never zero. */
interface Figures {
  /** The 1-minute load average, for the whole machine. */
  readonly load: number | undefined;
  readonly cpus: number | undefined;
  /** Share of the memory in use, 0 to 1. */
  readonly memory: number | undefined;
}

/**
 * How far a node has come. `booting`: on its way into the rotation; `serving`: in it; `ill`: its app does not answer;
 * `failed`: it could not be brought to its configuration.
 */
type Standing = 'booting' | 'serving' | 'ill' | 'failed';

/** One node. Moments are ms on the maintainer's own clock, which never runs backwards, unless said otherwise. */
export interface NodeSight {
  readonly id: InstanceId;
  readonly name: string;
  readonly isMaster: boolean;
  readonly state: InstanceState;
  /** Ms since 1970, as EC2 tells it. */
  readonly launchedAt: number;
  readonly zone: string;
  readonly standing: Standing;
  /** Since when it has been in the rotation; undefined where it is not. */
  readonly servesSince: number | undefined;
  /** Since when it has been out of the rotation, though it served before. */
  readonly outSince: number | undefined;
  /** Was it ever brought to its configuration, with an app that answered? */
  readonly served: boolean;
  /** How often it could not be brought to its configuration. */
  readonly falls: number;
  /** Looks in a row in which it did not answer over ssh. */
  readonly misses: number;
  /** A second witness finds it gone, too: EC2, or another node for more than a moment. */
  readonly isMissed: boolean;
  /** EC2's own checks do not reach it. */
  readonly isImpaired: boolean;
  /** Fresh ones only. */
  readonly figures: Figures | undefined;
  /** Why it is to go, as its tag says. */
  readonly leaving: string | undefined;
  /** Does a HAProxy that visitors come through still have it as a server? */
  readonly isServer: boolean;
  /** What EC2 has announced of its end. */
  readonly notice: string | undefined;
  /** What it costs an hour, in US dollars; undefined where nobody knows. */
  readonly usd: number | undefined;
}

export interface Sight {
  readonly at: number;
  /** In node order; terminated instances are absent. */
  readonly nodes: readonly NodeSight[];
  /** Launched, and not yet in EC2's answers. */
  readonly unseen: number;
  /** Requests that wait in the master's HAProxy; requests per second through it. */
  readonly queue: number | undefined;
  readonly web: number | undefined;
  /** A new master launches and ends nothing in its first seconds. */
  readonly mayResize: boolean;
  /** Nodes are to be brought to their configuration in this tick: that comes before any change by the rules. */
  readonly hasWork: boolean;
  /** Launching was stopped after too many failed bootstraps, until somebody says `pool resume`. */
  readonly isProtected: boolean;
  /** What one more instance costs an hour at most, in US dollars; undefined where nobody knows. */
  readonly eachUsd: number | undefined;
}

/** What a maintainer carries from one look to the next. A new one begins with `unremembered`. */
export interface Remembered {
  /** When the last look was; undefined before the first. */
  readonly lookedAt: number | undefined;
  /** For each comparison of the two rules: since when it has held at every look; null where it does not. */
  readonly heldSince: readonly (number | null)[];
  /** The load per vCPU and the queue at the last look, and how many served then. */
  readonly load: number | undefined;
  readonly queue: number | undefined;
  readonly serving: number;
  /** When the pool last changed its size, or this maintainer began. */
  readonly changedAt: number;
  /** Bootstraps that failed in a row, and when the last one did. */
  readonly failures: number;
  readonly failedAt: number;
  /** Who was on its way at the last look. */
  readonly booting: readonly InstanceId[];
  readonly wasProtected: boolean;
  /** When nodes were replaced, newest last. */
  readonly replacedAt: readonly number[];
}

export const unremembered = (at: number): Remembered => ({
  lookedAt: undefined,
  heldSince: [],
  load: undefined,
  queue: undefined,
  serving: 0,
  changedAt: at,
  failures: 0,
  failedAt: Number.NEGATIVE_INFINITY,
  booting: [],
  wasProtected: false,
  replacedAt: [],
});

/** What is to be done about the size of the pool. */
export type Act =
  | { readonly do: 'launch'; readonly count: number; readonly because: string }
  | {
      readonly do: 'replace' | 'leave' | 'terminate';
      readonly id: InstanceId;
      readonly because: string;
    }
  | { readonly do: 'protect'; readonly because: string };

const ALIVE: ReadonlySet<InstanceState> = new Set(['pending', 'running']);

export const lives = (node: NodeSight): boolean => ALIVE.has(node.state);
