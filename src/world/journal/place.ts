// One place that the journal is kept in: records wait here for their turn; what fails is tried again, and told once.

/** Writes these lines, all or none. */
export type Keep = (word: string, records: readonly string[]) => Promise<void>;

/** So many records wait for a place that does not answer; then the oldest are given up. */
const MOST = 1_000;

export class Place {
  readonly #keep: Keep;
  readonly #tell: (text: string) => void;
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

  /** Never waits and never throws. `word`: the maintainer's last one; an empty one is not kept. */
  note(word: string, records: readonly string[]): void {
    this.#word = word;
    this.#waiting.push(...records);
    const surplus = Math.max(0, this.#waiting.length - MOST);
    this.#waiting.splice(0, surplus);
    this.#lost += surplus;
    this.#underWay ??= this.#flush();
  }

  /** Resolves when everything is written, or was tried for the last time. */
  async end(): Promise<void> {
    while (this.#underWay) await this.#underWay;
    if (this.#waiting.length > 0) await this.#write();
  }

  async #flush(): Promise<void> {
    let goesOn = true;
    while (goesOn && (this.#waiting.length > 0 || this.#word !== '')) goesOn = await this.#write();
    this.#underWay = undefined;
  }

  /** False where it failed: the next tick tries again. */
  async #write(): Promise<boolean> {
    const [word, records] = [this.#word, this.#waiting];
    this.#word = '';
    this.#waiting = [];
    try {
      await this.#keep(word, records);
    } catch (error) {
      this.#waiting = [...records, ...this.#waiting];
      this.#failed(error);
      return false;
    }
    this.#worked();
    return true;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures === 1) this.#tell(error instanceof Error ? error.message : String(error));
  }

  #worked(): void {
    if (this.#failures > 0)
      this.#tell(`works again after ${this.#failures} failures, ${this.#lost} records were lost`);
    this.#failures = 0;
    this.#lost = 0;
  }
}
