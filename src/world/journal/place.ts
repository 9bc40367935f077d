// One office that the journal is kept in: records wait here for their turn; what fails is tried again, and told once.

import type { Node } from '../../pool/instance.ts';

/** Writes these lines on this node, all or none. */
export type Keep = (node: Node, word: string, records: readonly string[]) => Promise<void>;

/** So many records wait for a place that does not answer; then the oldest are given up. */
const MOST = 1_000;

export class Place {
  readonly #keep: Keep;
  readonly #tell: (text: string) => void;
  #node: Node | undefined;
  #waiting: string[] = [];
  #word = '';
  #underWay: Promise<void> | undefined;
  #failures = 0;
  #lost = 0;

  /** `tell` gets a sentence when the place fails for the first time, and when it works again. */
  constructor(keep: Keep, tell: (text: string) => void) {
    this.#keep = keep;
    this.#tell = tell;
  }

  /**
   * Never waits and never throws. `node`: who has this office now; while nobody has, the records wait. `word`: the
   * maintainer's last one; an empty one is not kept.
   */
  note(node: Node | undefined, word: string, records: readonly string[]): void {
    this.#node = node;
    this.#word = word;
    this.#waiting.push(...records);
    const surplus = Math.max(0, this.#waiting.length - MOST);
    this.#waiting.splice(0, surplus);
    this.#lost += surplus;
    if (this.#hasWork()) this.#underWay ??= this.#flush();
  }

  /** Resolves when everything is written, or was tried for the last time. */
  async end(): Promise<void> {
    while (this.#underWay) await this.#underWay;
    if (this.#hasWork()) await this.#write();
  }

  #hasWork(): boolean {
    return this.#node !== undefined && (this.#waiting.length > 0 || this.#word !== '');
  }

  async #flush(): Promise<void> {
    let goesOn = true;
    while (goesOn && this.#hasWork()) goesOn = await this.#write();
    this.#underWay = undefined;
  }

  /** False where it failed: the next tick tries again. */
  async #write(): Promise<boolean> {
    const node = this.#node;
    if (node === undefined) return false;
    const [word, records] = [this.#word, this.#waiting];
    this.#word = '';
    this.#waiting = [];
    try {
      await this.#keep(node, word, records);
    } catch (error) {
      this.#waiting = [...records, ...this.#waiting];
      this.#failed(node, error);
      return false;
    }
    this.#worked(node);
    return true;
  }

  #failed({ name, id }: Node, error: unknown): void {
    this.#failures += 1;
    const why = error instanceof Error ? error.message : String(error);
    if (this.#failures === 1) this.#tell(`journal on ${name} (${id}): ${why}`);
  }

  #worked({ name, id }: Node): void {
    if (this.#failures > 0)
      this.#tell(
        `journal on ${name} (${id}): works again after ${this.#failures} failures, ${this.#lost} records were lost`,
      );
    this.#failures = 0;
    this.#lost = 0;
  }
}
