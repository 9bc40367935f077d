// Notices within a quarter of a second that a machine's init is gone, without a process per machine.
import { readFileSync } from 'node:fs';

const lookEvery = 250;

interface Watched {
  readonly pid: number;
  /** Clock ticks since boot: tells a process from a later one with the same id. */
  readonly born: string;
}

export class DeathWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #report: (id: string) => void;
  readonly #timer: NodeJS.Timeout;

  /** Calls `report` once for each watched machine whose process ends before `forget`. */
  constructor(report: (id: string) => void) {
    this.#report = report;
    this.#timer = setInterval(() => this.#look(), lookEvery);
    this.#timer.unref();
  }

  watch(id: string, pid: number): void {
    this.#watched.set(id, { pid, born: bornAt(pid) ?? '' });
  }

  forget(id: string): void {
    this.#watched.delete(id);
  }

  /** The process id of the machine's init on the host, or undefined when it is gone or not watched. */
  alive(id: string): number | undefined {
    const one = this.#watched.get(id);
    return one && bornAt(one.pid) === one.born ? one.pid : undefined;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }

  #look(): void {
    for (const id of [...this.#watched.keys()]) {
      if (this.alive(id) !== undefined) continue;
      this.forget(id);
      this.#report(id);
    }
  }
}

/** When a process was born, by /proc/PID/stat (proc(5), field 22); undefined for one that ended. */
function bornAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
