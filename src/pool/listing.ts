// The forms of `pool list`: the deck's lines, byte for byte, and the records of --json.
import { type InstanceId, isAlive, type Node } from './instance.ts';
import type { Pool } from './pool.ts';

/** What a look at the nodes themselves adds; absent where nobody answered. */
export interface Told {
  readonly load: number | undefined;
  readonly configHash: string | undefined;
}

export interface Sights {
  readonly vitals: ReadonlyMap<InstanceId, Told>;
  /** Ids that the master's HAProxy finds healthy; undefined where it could not be asked. */
  readonly up: readonly InstanceId[] | undefined;
}

const standing: Readonly<Record<string, string>> = {
  pending: '(booting)',
  'shutting-down': '(terminating)',
  stopping: '(stopping)',
  stopped: '(stopped)',
};

const hostOf = (node: Node): string => node.publicDns ?? node.publicIp ?? node.privateIp ?? '-';

const line = (node: Node): string =>
  `${standing[node.state] ?? node.index}: INSTANCE: ${node.name} - ${hostOf(node)} - ${node.id} - ${node.launchedAt.toISOString()}`;

/** The slide's listing, or its sentence for an empty pool. */
export const plainList = (pool: Pool): string =>
  pool.nodes.length === 0
    ? 'Cloud is not running'
    : [`-- CLOUD (${pool.nodes.filter(isAlive).length})--`, ...pool.nodes.map(line)].join('\n');

const inRotation = (node: Node, up: readonly InstanceId[] | undefined): boolean | null =>
  node.state === 'running' ? (up?.includes(node.id) ?? null) : false;

const record = (node: Node, sights: Sights) => ({
  index: node.index,
  name: node.name,
  role: node.role,
  id: node.id,
  state: node.state,
  public_dns: node.publicDns ?? null,
  public_ip: node.publicIp ?? null,
  private_ip: node.privateIp ?? null,
  launch_time: node.launchedAt.toISOString(),
  type: node.type,
  load: sights.vitals.get(node.id)?.load ?? null,
  in_rotation: inRotation(node, sights.up),
  config_hash: sights.vitals.get(node.id)?.configHash ?? null,
});

export type Row = ReturnType<typeof record>;

/** The document of `pool list --json`; what is not known is null. */
export const listDocument = (pool: Pool, sights: Sights) => ({
  pool: pool.name,
  address: pool.address?.ip ?? null,
  instances: pool.nodes.map((node): Row => record(node, sights)),
});
