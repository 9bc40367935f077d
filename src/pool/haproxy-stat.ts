// What a node's HAProxy tells of itself: the CSV of its `show stat` (HAProxy's management guide, 9.1).

/** The backend's name in templates/haproxy.cfg. */
const BACKEND = 'app';

/** All columns that are read stand before the free texts, so that a comma in those does no harm. */
const COLUMNS = 44;

/** The columns that are read. */
export const READ = [
  'pxname',
  'svname',
  'qcur',
  'scur',
  'stot',
  'status',
  'lastchg',
  'check_status',
  'hrsp_5xx',
] as const;

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
  /** Seconds since the status changed last. */
  readonly since: number | undefined;
  /** False: no check has ended yet, or nobody answered the last in time; HAProxy may send it requests in good faith. */
  readonly checked: boolean;
  /** Requests that wait for a server. */
  readonly waiting: number | undefined;
  /** Requests under way. */
  readonly sessions: number | undefined;
  /** All requests that a backend got since HAProxy was started or reloaded, or a server since HAProxy has it. */
  readonly total: number | undefined;
  /** How many of them were answered with 5xx. */
  readonly errors: number | undefined;
}

/** A server of the app as a node's HAProxy sees it. */
export interface ServerSeen {
  readonly id: string;
  readonly status: string;
  readonly checked?: boolean;
  readonly since?: number | undefined;
  /** Requests under way on it. */
  readonly sessions: number;
  /** Requests that it got since HAProxy has it, and how many of them it answered with 5xx. */
  readonly total?: number | undefined;
  readonly errors?: number | undefined;
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
  const [since, check, errors] = [at('lastchg'), at('check_status'), at('hrsp_5xx')];
  return lines
    .map((line) => line.split(',', COLUMNS))
    .filter((fields) => fields.length > 1)
    .map((fields) => ({
      proxy: fields[0] ?? '',
      name: fields[name] ?? '',
      status: fields[status] ?? '',
      since: count(fields[since]),
      checked: !/(INI|TOUT)$/.test(fields[check] ?? ''),
      waiting: count(fields[waiting]),
      sessions: count(fields[sessions]),
      total: count(fields[total]),
      errors: count(fields[errors]),
    }));
}

/** The app's servers. */
export const serversIn = (rows: readonly StatRow[]): readonly ServerSeen[] =>
  rows
    .filter(({ proxy, name }) => proxy === BACKEND && name !== 'BACKEND' && name !== 'FRONTEND')
    .map(({ name, status, checked, since, sessions = 0, total, errors }) => ({
      id: name,
      status,
      checked,
      since,
      sessions,
      total,
      errors,
    }));

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

/** What is told of a server; where nobody says when it changed, it has been so for long. */
type Told = {
  readonly id: string;
  readonly status: string;
  readonly checked?: boolean | undefined;
  readonly since?: number | undefined;
  readonly total?: number | undefined;
  readonly errors?: number | undefined;
};

/** Does HAProxy send requests to it? `UP 1/2` is one that it will soon check again. */
export const isUp = ({ status }: Pick<Told, 'status'>): boolean => status.startsWith('UP');

/**
 * A server that has just come, or that HAProxy has just loaded, is UP before anybody has asked it; one that is too busy
 * to answer may be kept UP by haproxy.lua.
 */
const hasPassed = (server: Told): boolean => isUp(server) && server.checked !== false;

/** Ids of the servers that have passed a check since HAProxy has them, and are well. */
export const upAmong = (servers: readonly Told[]): readonly string[] =>
  servers.filter(hasPassed).map((server) => server.id);

/** Up for so long, in s, a changed node is taken for well: an app that dies soon after each start is not. */
export const LASTING = 10;

/** Fewer requests than this say nothing of a server. */
const MANY = 5;

const sum = (servers: readonly Told[], what: 'total' | 'errors'): number =>
  servers.reduce((all, server) => all + (server[what] ?? 0), 0);

/** Which share of its requests these servers answered with 5xx; undefined where they got too few. */
function errorShare(servers: readonly Told[]): number | undefined {
  const total = sum(servers, 'total');
  return total < MANY ? undefined : sum(servers, 'errors') / total;
}

/**
 * Does it answer visitors with 5xx, most of them, where the others do not? A health page may answer while nothing else
 * does. Where all do it is the same for all: a database that is away, or a page that somebody asks for again and again.
 */
function isErring(server: Told, all: readonly Told[]): boolean {
  const [own, others] = [errorShare([server]), errorShare(all.filter((one) => one !== server))];
  return own !== undefined && others !== undefined && own >= 0.5 && others <= own / 2;
}

/** What a node's HAProxy finds of its servers, as deciders see it. */
export const findings = (servers: readonly Told[]) => ({
  members: servers.map(({ id }) => id),
  up: upAmong(servers),
  unchecked: servers.filter((server) => isUp(server) && !hasPassed(server)).map(({ id }) => id),
  lasting: servers
    .filter((server) => hasPassed(server) && (server.since ?? LASTING) >= LASTING)
    .map(({ id }) => id),
  erring: servers.filter((server) => isErring(server, servers)).map(({ id }) => id),
});
