// What `pool maintain` shows on a terminal: the nodes, what was decided last, and when it looks again.
import type { Noted } from '../plans/journal.ts';
import type { NodeSight } from '../pool/sight.ts';
import { tellActs } from '../pool/told.ts';
import type { LiveView, Terminal } from '../world/world.ts';

/** Decisions that stay in sight. */
const MOST = 4;

/** Words of 2008's listing, and what a person wants to know: since when, how busy, and what ails it. */
function standing({ state, standing: stage, leaving, misses, notice }: NodeSight): string {
  if (state !== 'running') return state;
  if (leaving !== undefined) return 'leaving';
  if (misses > 0) return `silent ${misses}`;
  return notice === undefined ? stage : `${stage}, ${notice}`;
}

const load = ({ figures }: NodeSight): string =>
  figures?.load === undefined || figures.cpus === undefined ? '' : (figures.load / figures.cpus).toFixed(2);

const time = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB');

/** No line may be wider than the terminal: a wrapped one would be counted wrong when the view is drawn again. */
const within = (line: string, columns: number): string =>
  line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;

export class MaintainView {
  readonly #terminal: Terminal;
  readonly #view: LiveView;
  readonly #every: number;
  #decisions: readonly string[] = [];

  /** `every`: a tick, in ms. */
  constructor(terminal: Terminal, view: LiveView, every: number) {
    this.#terminal = terminal;
    this.#view = view;
    this.#every = every;
  }

  /** `now` in ms since 1970. */
  ticked({ sight, acts, because }: Noted, now: number): void {
    const { paint, columns } = this.#terminal;
    const decided = acts.length > 0 ? [`${time(now)} ${tellActs(acts, sight.nodes)}: ${because}`] : [];
    this.#decisions = [...this.#decisions, ...decided].slice(-MOST);
    const rows = sight.nodes.map((node) => this.#row(node));
    const lines = [
      paint.dim(within(`   ${'node'.padEnd(8)}${'instance'.padEnd(21)}${'load'.padEnd(7)}state`, columns)),
      ...rows,
      ...this.#decisions.map((line) => within(`   ${line}`, columns)),
      within(`   ${time(now)} ${because}`, columns),
      paint.dim(within(`   next look at ${time(now + this.#every)}; Ctrl-C ends`, columns)),
    ];
    this.#view.update(lines);
  }

  #row(node: NodeSight): string {
    const { paint, columns } = this.#terminal;
    const text = within(
      `   ${node.name.padEnd(8)}${node.id.padEnd(21)}${load(node).padEnd(7)}${standing(node)}`,
      columns,
    );
    if (node.state !== 'running' || node.standing === 'booting') return paint.yellow(text);
    return node.standing === 'serving' && node.misses === 0 ? text : paint.red(text);
  }

  end(): void {
    this.#view.done();
  }
}
