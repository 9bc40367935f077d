// The metrics that rules speak of, from what the nodes told: means over those that have warmed up.
import { lives, type NodeSight, type Sight } from '../pool/sight.ts';
import type { Policy } from './policy.ts';

export interface Means {
  /** By the metric's name; absent: unknown. */
  readonly values: ReadonlyMap<string, number>;
  /** Nodes that serve, those of them that have warmed up, and those of them that told their figures. */
  readonly serving: number;
  readonly warm: number;
  readonly told: number;
}

/** A node's first figures tell of its boot, not of its work; peers call it the instance's warm-up. */
export const isWarm = (node: NodeSight, at: number, { warmUp }: Policy): boolean =>
  node.servesSince !== undefined && at - node.servesSince >= warmUp;

/** Adds up one figure, and how many told it. */
class Sum {
  #total = 0;
  #count = 0;

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.#total += value;
    this.#count += 1;
  }

  into(values: Map<string, number>, name: string): void {
    if (this.#count > 0) values.set(name, this.#total / this.#count);
  }
}

/** `load` is the load average per vCPU: 1 means that everything that can run does, and nothing waits. */
const perCpu = (load: number | undefined, cpus: number | undefined): number | undefined =>
  load === undefined || cpus === undefined || cpus <= 0 ? undefined : load / cpus;

/** Means over the warm nodes that told their figures, one that leaves not among them. */
export function means({ at, nodes, queue, web }: Sight, policy: Policy): Means {
  const values = new Map<string, number>();
  const [load, cpu, memory] = [new Sum(), new Sum(), new Sum()];
  let [serving, warm, told] = [0, 0, 0];
  for (const node of nodes) {
    if (!lives(node) || node.standing !== 'serving' || node.leaving !== undefined) continue;
    serving += 1;
    if (!isWarm(node, at, policy)) continue;
    warm += 1;
    if (node.figures === undefined) continue;
    told += 1;
    load.add(perCpu(node.figures.load, node.figures.cpus));
    cpu.add(node.figures.load);
    memory.add(node.figures.memory);
  }
  load.into(values, 'load');
  cpu.into(values, 'cpu');
  memory.into(values, 'memory');
  if (queue !== undefined) values.set('queue', queue);
  if (web !== undefined && serving > 0) values.set('web', web / serving);
  return { values, serving, warm, told };
}
