// A look at a node from inside: one script, and what its output means. Whatever a node does not tell is unknown.

import { FIGURES, type Printed, said } from './figures.ts';
import { parseStat, type ServerSeen, serversIn } from './haproxy-stat.ts';
import { type Notice, parseNotice } from './notice.ts';
import { noticeScript } from './notice-script.ts';

const HASH =
  'if [ -e /opt/poolparty/config-hash ]; then read -r hash </opt/poolparty/config-hash; echo "hash $hash"; fi';

/**
 * May be run again and again in one shell, so it does not exit. Changes nothing but its own note of EC2's notice. Needs coreutils, and the socat and curl that the installer brings:
 * on a node without them that part is missing.
 */
export const probeScript = [
  ...new Set(Object.values(FIGURES).map(({ command }) => command)),
  HASH,
  noticeScript,
  ':',
].join('\n');

/** What a node says of itself at one moment; undefined is what it did not tell. */
export interface Probe {
  /** 1-minute load average of the node, undivided. */
  readonly load: number | undefined;
  readonly cpus: number | undefined;
  /** Share of its memory in use, 0 to 1. */
  readonly memory: number | undefined;
  /** Requests that wait in its HAProxy now. */
  readonly queue: number | undefined;
  /** Requests that came to its HAProxy for the app since that was started or reloaded. */
  readonly requests: number | undefined;
  /** The end that EC2 announces for it, as of some seconds ago. */
  readonly notice: Notice | 'none' | undefined;
  readonly configHash: string | undefined;
  readonly servers: readonly ServerSeen[];
}

/** What `probeScript` printed. */
export function parseProbe(stdout: string): Probe {
  const printed: Printed = { text: stdout, stat: parseStat(stdout) };
  return {
    load: FIGURES.load.parse(printed),
    cpus: FIGURES.cpus.parse(printed),
    memory: FIGURES.memory.parse(printed),
    queue: FIGURES.queue.parse(printed),
    requests: FIGURES.requests.parse(printed),
    notice: parseNotice(stdout),
    configHash: said(stdout, 'hash'),
    servers: serversIn(printed.stat),
  };
}

/** Did its HAProxy answer? Where it did not, that no server was told does not mean that there is none. */
export const tellsServers = ({ requests, servers }: Probe): boolean =>
  requests !== undefined || servers.length > 0;
