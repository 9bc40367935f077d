// The figures that a node tells of itself: for each the command that prints it there, and what its output means.
import { requestsIn, STAT, type StatRow, waitingIn } from './haproxy-stat.ts';

/** What the commands printed; HAProxy's table, which several figures are read from, is read once. */
export interface Printed {
  readonly text: string;
  readonly stat: readonly StatRow[];
}

/** One figure. Several may have the same command: it is run once. */
export interface Figure {
  /** What it counts, and in which unit. */
  readonly what: string;
  /** POSIX sh. It changes nothing, neither exits nor reads its input, leaves the shell's options alone and prints lines that begin with a word of its own. */
  readonly command: string;
  /** Undefined where the output does not tell: missing is not zero. */
  parse(printed: Printed): number | undefined;
}

/** The words after `key` on its line. */
export function said(text: string, key: string): string | undefined {
  const word = `${key} `;
  const at = text.startsWith(word) ? 0 : text.indexOf(`\n${word}`) + 1;
  if (at === 0 && !text.startsWith(word)) return undefined;
  const end = text.indexOf('\n', at);
  return text.slice(at + word.length, end < 0 ? text.length : end) || undefined;
}

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/** From `MemTotal MemAvailable`: what the kernel could not give to a new program, as a share of all. */
function shareInUse(text: string | undefined): number | undefined {
  const [total, available] = (text ?? '').split(' ').map(number);
  if (!total || available === undefined || available > total) return undefined;
  return (total - available) / total;
}

/**
 * Only the shell's own words where they suffice: each program that is started costs a node a millisecond. Load and
 * memory are the machine's as /proc has them. In a machine of the local cloud lxcfs puts its own load average and the
 * memory that its type has there; without lxcfs a container would show its host's.
 */
export const FIGURES = {
  load: {
    what: '1-minute load average, undivided',
    command: 'read -r load _ </proc/loadavg && echo "load $load"',
    parse: ({ text }) => number(said(text, 'load')),
  },
  cpus: {
    what: 'processors that may be used',
    // They stay the same while a machine runs: a shell that is asked again counts them once.
    command: `cpus=\${cpus:-$(nproc)}; echo "cpus $cpus"`,
    parse: ({ text }) => number(said(text, 'cpus')),
  },
  memory: {
    what: 'share of the memory that is in use, 0 to 1',
    command: [
      'while read -r key value _; do case $key in',
      'MemTotal:) total=$value ;;',
      'MemAvailable:) echo "memory $total $value"; break ;;',
      'esac; done </proc/meminfo',
    ].join('\n'),
    parse: ({ text }) => shareInUse(said(text, 'memory')),
  },
  queue: {
    what: 'requests that wait in HAProxy now',
    command: STAT,
    parse: ({ stat }) => waitingIn(stat),
  },
  requests: {
    what: 'requests that came for the app since HAProxy was started or reloaded',
    command: STAT,
    parse: ({ stat }) => requestsIn(stat),
  },
} as const satisfies Readonly<Record<string, Figure>>;
