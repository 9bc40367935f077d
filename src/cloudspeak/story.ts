// The story of `pool start` in the deck's words and order, each line once, as its moment comes.
import type { InstanceId, Node } from '../pool/instance.ts';
import type { Pool } from '../pool/pool.ts';
import type { Stage as NodeStage } from '../world/nodes/news.ts';
import type { LiveView, Terminal } from '../world/world.ts';

/** The deck's lines in the deck's order, each at the news that makes it true. */
const CHAPTERS = [
  'Starting cloud',
  'Launching minimum_instances',
  'Waiting for master to boot up',
  'Give some time for the instance ssh to start up',
  'Configuring master',
] as const;

type Chapter = (typeof CHAPTERS)[number];

/** How far a node is, as the live view shows it. */
type Stage = NodeStage | 'booting';

export interface Story {
  /** Says every chapter up to this one that was not said yet. */
  reach(chapter: Chapter): void;
  /** The pool as it is now: numbers move when the address does. */
  look(pool: Pool): void;
  stage(node: Node, stage: Stage): void;
  end(): void;
}

interface Entry {
  readonly node: Node;
  readonly stage: Stage;
  /** When the stage began. */
  readonly since: number;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const isOver = (stage: Stage): boolean => stage === 'in rotation' || stage === 'failed';

class Teller implements Story {
  readonly #terminal: Terminal;
  readonly #monotonic: () => number;
  readonly #began: number;
  readonly #view: LiveView | undefined;
  readonly #entries = new Map<InstanceId, Entry>();
  /** A node that is configured once more has been told of already. */
  readonly #inRotation = new Set<InstanceId>();
  #said = 0;

  constructor(terminal: Terminal, monotonic: () => number) {
    this.#terminal = terminal;
    this.#monotonic = monotonic;
    this.#began = monotonic();
    this.#view = terminal.live();
  }

  reach(chapter: Chapter): void {
    for (; this.#said <= CHAPTERS.indexOf(chapter); this.#said += 1)
      this.#terminal.say(CHAPTERS[this.#said] ?? '');
  }

  look(pool: Pool): void {
    for (const node of pool.nodes) {
      const entry = this.#entries.get(node.id);
      if (entry) this.#entries.set(node.id, { ...entry, node });
      else if (node.state === 'pending') this.stage(node, 'booting');
    }
    this.#draw();
  }

  stage(node: Node, stage: Stage): void {
    const before = this.#entries.get(node.id);
    if (before?.stage === stage) return;
    this.#entries.set(node.id, { node: before?.node ?? node, stage, since: this.#monotonic() });
    if (stage === 'in rotation' && !this.#view) this.#sayInRotation(before?.node ?? node);
    this.#draw();
  }

  end(): void {
    this.#view?.done();
  }

  #sayInRotation(node: Node): void {
    if (this.#inRotation.has(node.id)) return;
    this.#inRotation.add(node.id);
    this.#terminal.say(`${node.name} is in rotation after ${seconds(this.#monotonic() - this.#began)}`);
  }

  /** Seconds since the start for those that have come to their end; the others' seconds go on. */
  #draw(): void {
    const rows = [...this.#entries.values()].sort((a, b) => a.node.index - b.node.index);
    this.#view?.update(rows.map((row) => this.#line(row)));
  }

  #line({ node, stage, since }: Entry): string {
    const { paint } = this.#terminal;
    const colour = stage === 'failed' ? paint.red : stage === 'in rotation' ? paint.green : paint.yellow;
    const until = isOver(stage) ? since : this.#monotonic();
    return `   ${node.name.padEnd(7)}${node.id}  ${colour(stage.padEnd(16))}${paint.dim(seconds(until - this.#began))}`;
  }
}

/** `monotonic` in ms, as the world's clock gives it. */
export const tell = (terminal: Terminal, monotonic: () => number): Story => new Teller(terminal, monotonic);
