// Where visitors come in.
import { usageError } from './failure.ts';
import type { Settings } from './settings.ts';

/** The pool's public port at this address or name; 80 goes without saying. */
export const publicUrl = (
  host: string,
  { host_port: port }: Pick<Settings, 'host_port'>,
  path = '/',
): string => `http://${host}${port === 80 ? '' : `:${port}`}${path}`;

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

/** What tells whether something lives at the address: any HTTP status does. */
export const livenessUrl = (ip: string, settings: Settings): string =>
  publicUrl(ip, settings, settings.app && healthPath(settings.app.health));
