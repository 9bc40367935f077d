// What stands in process lists while commands run: this kernel's, which has those of the machines in it, too.
import { readdirSync, readFileSync } from 'node:fs';

const EVERY = 20;

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

/** Looks again and again until `stop`, which gives every command line that was seen. */
export function watchArguments(): { stop(): readonly string[] } {
  const seen = new Set<string>();
  const look = (): void => {
    for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) seen.add(commandLine(name));
  };
  const timer = setInterval(look, EVERY);
  return {
    stop() {
      clearInterval(timer);
      look();
      return [...seen];
    },
  };
}
