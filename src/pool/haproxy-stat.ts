// What a node's HAProxy tells of itself: the CSV of its `show stat` (HAProxy's management guide, 9.1).

/** The backend's name in templates/haproxy.cfg. */
const BACKEND = 'app';

/** All columns that are read stand before the free texts, so that a comma in those does no harm. */
const COLUMNS = 18;

/** The columns that are read. */
export const READ = ['pxname', 'svname', 'qcur', 'scur', 'stot', 'status'] as const;

/** Where the HAProxy of a node answers (templates/haproxy.cfg). */
export const SOCKET = '/run/haproxy/admin.sock';

/**
 * Nothing where there is no HAProxy, or no socat to ask it with. One program is started: what goes in stands in the
 * script. A HAProxy that hangs is given up after 2 s, so that the other figures are told. Where somebody else asks
 * (src/pool/haproxy-filter.ts), $ask_haproxy calls them.
 */
export const STAT = `\${ask_haproxy:-socat -t 2 -T 2 - UNIX-CONNECT:${SOCKET}} 2>/dev/null <<'.'
show stat
.`;

/** A frontend, a backend or a server. A count that HAProxy does not keep of it is undefined. */
export interface StatRow {
  readonly proxy: string;
  /** `FRONTEND`, `BACKEND`, or the server's name. */
  readonly name: string;
  /** HAProxy's own word: `UP`, `DOWN 1/2`, `MAINT` … */
  readonly status: string;
  /** Requests that wait for a server. */
  readonly waiting: number | undefined;
  /** Requests under way. */
  readonly sessions: number | undefined;
  /** Of a backend: all requests that it got since HAProxy was started or reloaded. */
  readonly total: number | undefined;
}

/** A server of the app as a node's HAProxy sees it. */
export interface ServerSeen {
  readonly id: string;
  readonly status: string;
  /** Requests under way on it. */
  readonly sessions: number;
}

const count = (text: string | undefined): number | undefined => (text ? Number(text) : undefined);

/** The rows of the CSV in a text that may hold other lines around it; columns are found by their names. */
export function parseStat(text: string): readonly StatRow[] {
  const begin = text.indexOf('# pxname,');
  if (begin < 0) return [];
  const [header = '', ...lines] = (text.slice(begin + 2).split('\n\n', 1)[0] ?? '').split('\n');
  const head = header.split(',', COLUMNS);
  const at = (name: (typeof READ)[number]) => head.indexOf(name);
  const [name, status, waiting] = [at('svname'), at('status'), at('qcur')];
  const [sessions, total] = [at('scur'), at('stot')];
  return lines
    .map((line) => line.split(',', COLUMNS))
    .filter((fields) => fields.length > 1)
    .map((fields) => ({
      proxy: fields[0] ?? '',
      name: fields[name] ?? '',
      status: fields[status] ?? '',
      waiting: count(fields[waiting]),
      sessions: count(fields[sessions]),
      total: count(fields[total]),
    }));
}

/** The app's servers. */
export const serversIn = (rows: readonly StatRow[]): readonly ServerSeen[] =>
  rows
    .filter(({ proxy, name }) => proxy === BACKEND && name !== 'BACKEND' && name !== 'FRONTEND')
    .map(({ name, status, sessions = 0 }) => ({ id: name, status, sessions }));

/**
 * Requests that wait for a server now; undefined where HAProxy tells nothing. Those that wait for any server are
 * the backend's, those that wait for a certain one that server's: no request is in both.
 */
export function waitingIn(rows: readonly StatRow[]): number | undefined {
  const known = rows.flatMap(({ waiting }) => (waiting === undefined ? [] : [waiting]));
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
}

/** Requests that came for the app since HAProxy was started or reloaded, those that wait included. */
export const requestsIn = (rows: readonly StatRow[]): number | undefined =>
  rows.find(({ proxy, name }) => proxy === BACKEND && name === 'BACKEND')?.total;

/** Does HAProxy send requests to it? `UP 1/2` is one that it will soon check again. */
export const isUp = ({ status }: { readonly status: string }): boolean => status.startsWith('UP');

/** Ids of the servers that HAProxy sends requests to. */
export const upAmong = (
  servers: readonly { readonly id: string; readonly status: string }[],
): readonly string[] => servers.filter(isUp).map((server) => server.id);
