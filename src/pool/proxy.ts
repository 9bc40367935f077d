// Which proxy a request of this machine goes through, by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.
import { usageError } from './failure.ts';
import { holds, isIpv4 } from './ipv4.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Lower case first, as curl has it; an empty one counts as unset. */
const read = (env: Env, name: string): string =>
  (env[name.toLowerCase()] || env[name.toUpperCase()] || '').trim();

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

const bare = (host: string): string => host.toLowerCase().replace(/^\[|\]$|\.$/g, '');

/** One entry: `*`, a host, a domain with or without `.` or `*.` before it, an address, a CIDR; each with a port if wanted. */
function excepts(entry: string, url: URL): boolean {
  if (entry === '*') return true;
  const [, name = '', port] = entry.match(/^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/) ?? [];
  if (port !== undefined && port !== portOf(url)) return false;
  const host = bare(url.hostname);
  if (name.includes('/')) return isIpv4(host) && holds(name, host);
  const domain = bare(name.replace(/^\*?\.?/, ''));
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

const isExcepted = (env: Env, url: URL): boolean =>
  read(env, 'no_proxy')
    .split(/[\s,]+/)
    .some((entry) => excepts(entry, url));

/** Without the name and the password that it may hold. */
export const shownProxy = (proxy: URL): string => `${proxy.protocol}//${proxy.host}`;

/** May its name and password be decoded, as who speaks to it does? */
const isEncoded = ({ username, password }: URL): boolean => !/%(?![0-9a-f]{2})/i.test(username + password);

function checked(name: string, text: string): URL {
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url && !isEncoded(url))
    throw usageError(`${name} has a % in its user or password that is no code; write it as %25`);
  if (url?.hostname && /^https?:$/.test(url.protocol)) return url;
  const kind = url ? `${url.protocol}//` : 'something else';
  throw usageError(
    `${name} is ${kind}, and must be the URL of a proxy that speaks HTTP, as http://proxy.example.com:3128; set it to one, or unset it`,
  );
}

/** Undefined where the request goes straight there. Throws, with code 2, where the variable names no proxy that can be used. */
export function proxyFor(target: string, env: Env): URL | undefined {
  const url = new URL(target);
  const names = [`${url.protocol.slice(0, -1)}_proxy`, 'all_proxy'];
  const name = names.find((one) => read(env, one) !== '');
  if (name === undefined || isExcepted(env, url)) return undefined;
  return checked(name.toUpperCase(), read(env, name));
}
