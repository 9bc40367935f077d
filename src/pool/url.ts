// Where visitors come in.
import { usageError } from './failure.ts';
import type { Settings } from './settings.ts';

/** The pool's public port at this address or name; 80 goes without saying. */
export const publicUrl = (
  host: string,
  { host_port: port }: Pick<Settings, 'host_port'>,
  path = '/',
): string => `http://${host}${port === 80 ? '' : `:${port}`}${path}`;

/** Whom HAProxy's check asks for; a node asks its own app for the same, so that both get the same answer. */
export const HEALTH_HOST = 'localhost';

/**
 * A health path with everything percent-encoded that a URI may not hold (RFC 3986, 3.3 and 3.4),
 * and the single quote, so that it stands safely between single quotes. Escapes of the user's own stay.
 */
export function healthPath(path: string): string {
  if (!path.startsWith('/') || /\p{Surrogate}/u.test(path))
    throw usageError(`app.health must be a path that starts with a slash: ${JSON.stringify(path)}`);
  return path.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&()*+,;=:@/?%]/gu, (odd) =>
    odd === "'" ? '%27' : encodeURIComponent(odd),
  );
}

/** HAProxy answers this path by itself: no visitor's queue and no server is before it (templates/haproxy.cfg). */
export const ALIVE_PATH = '/.poolparty-alive';

/** The same path at a listener of its own, for the other nodes over the private network (templates/haproxy-alive.cfg). */
export const ALIVE_PORT = 8405;

/** Does HAProxy live at the pool's address? Any HTTP status says so. */
export const aliveUrl = (ip: string, settings: Pick<Settings, 'host_port'>): string =>
  publicUrl(ip, settings, ALIVE_PATH);

/** The same of a node, from within its network. */
export const privateAliveUrl = (privateIp: string): string =>
  `http://${privateIp}:${ALIVE_PORT}${ALIVE_PATH}`;

/**
 * Is this what a HAProxy that serves says at ALIVE_PATH? 200, by its own word; an app's answer other than a failure,
 * where a haproxy.cfg of the user's hands the path on to it.
 */
export const isHaproxy = (status: number): boolean => status < 500;
