// A look at a node from inside: one script, and what its output means. Whatever a node does not tell is unknown.

/** The backend's name in templates/haproxy.cfg. */
const BACKEND = 'app';

/** Changes nothing and needs nothing but coreutils; without HAProxy or its socat the servers are missing. */
export const probeScript = [
  'read -r load _ </proc/loadavg && echo "load $load"',
  'echo "cpus $(nproc)"',
  'if [ -e /opt/poolparty/config-hash ]; then read -r hash </opt/poolparty/config-hash; echo "hash $hash"; fi',
  'echo "show stat" | socat -t 2 - UNIX-CONNECT:/run/haproxy/admin.sock 2>/dev/null',
  'exit 0',
].join('\n');

/** A server as a node's HAProxy sees it; `status` is HAProxy's own word: `UP`, `DOWN 1/2`, `MAINT` … */
export interface ServerSeen {
  readonly id: string;
  readonly status: string;
  /** Requests under way on it. */
  readonly sessions: number;
}

export interface Probe {
  /** 1-minute load average of the node, undivided. */
  readonly load: number | undefined;
  readonly cpus: number | undefined;
  readonly configHash: string | undefined;
  readonly servers: readonly ServerSeen[];
}

/**
 * The backend's servers in the CSV of HAProxy's `show stat` (management guide, 9.1).
 * Only columns before the free texts are read, so that a comma in those does no harm.
 */
export function parseStat(csv: string): readonly ServerSeen[] {
  const lines = csv.split('\n');
  const head =
    lines
      .find((line) => line.startsWith('# pxname,'))
      ?.slice(2)
      .split(',') ?? [];
  const at = (fields: readonly string[], name: string): string => fields[head.indexOf(name)] ?? '';
  return lines
    .map((line) => line.split(','))
    .filter((fields) => at(fields, 'pxname') === BACKEND && at(fields, 'svname') !== 'BACKEND')
    .map((fields) => ({
      id: at(fields, 'svname'),
      status: at(fields, 'status'),
      sessions: Number(at(fields, 'scur')),
    }));
}

/** Ids of the servers that HAProxy sends requests to; `UP 1/2` is one that it will soon check again. */
export const upAmong = (
  servers: readonly { readonly id: string; readonly status: string }[],
): readonly string[] => servers.filter((server) => server.status.startsWith('UP')).map((server) => server.id);

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/** What `probeScript` printed. */
export function parseProbe(stdout: string): Probe {
  const said = (key: string) => new RegExp(`^${key} (\\S+)$`, 'm').exec(stdout)?.[1];
  return {
    load: number(said('load')),
    cpus: number(said('cpus')),
    configHash: said('hash'),
    servers: parseStat(stdout),
  };
}
