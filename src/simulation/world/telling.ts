// What happened in a simulated run: its lines, where somebody wants them, and a number that equal runs have alike.
import type { Time } from './time.ts';

/** FNV-1a, 32 bits. */
function mixed(hash: number, text: string): number {
  let now = hash;
  for (let at = 0; at < text.length; at += 1) now = Math.imul(now ^ text.charCodeAt(at), 0x01000193);
  return now >>> 0;
}

export class Telling {
  readonly lines: string[] = [];
  fingerprint = 0x811c9dc5;
  readonly #time: Time;
  readonly #keeps: boolean;

  constructor(time: Time, keeps: boolean) {
    this.#time = time;
    this.#keeps = keeps;
  }

  tell(line: string): void {
    const told = `${(this.#time.ms / 1_000).toFixed(2)} s  ${line}`;
    this.fingerprint = mixed(this.fingerprint, told);
    if (this.#keeps) this.lines.push(told);
  }
}
