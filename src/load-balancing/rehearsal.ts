// What PoolParty needs of a haproxy.cfg to change its servers while it runs: a template of the user's may lack it.
import { usageError } from '../pool/failure.ts';
import { SOCKET } from '../pool/haproxy-stat.ts';
import type { Member } from '../pool/members.ts';

/** The words of each line of a section, up to the next word at the beginning of a line. */
function section(text: string, head: string): readonly (readonly string[])[] {
  const lines = text.split('\n').map((line) => line.replace(/\s+$/, ''));
  const begin = lines.findIndex((line) => line.split(/\s+/).join(' ') === head);
  if (begin < 0) return [];
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => /^[a-z]/.test(line));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim().split(/\s+/));
}

/** Throws code 2 where HAProxy could not be given its servers with this haproxy.cfg, which was made with `members`. */
export function checkHaproxyConfig(text: string, members: readonly Member[]): void {
  const lacks = (what: string) =>
    usageError(`templates/haproxy.cfg: ${what}; the one that PoolParty ships has both`);
  const isSocket = ([one, two, path]: readonly string[]) =>
    one === 'stats' && two === 'socket' && path === SOCKET;
  const [socket] = section(text, 'global').filter(isSocket);
  if (!socket?.join(' ').includes('level admin'))
    throw lacks(`global must have "stats socket ${SOCKET}" with "level admin", to change its servers by`);
  const servers = section(text, 'backend app').filter(([word]) => word === 'server');
  const hasAll = members.every(({ id, address }) =>
    servers.some(([, name, at]) => name === id && at === address),
  );
  if (!hasAll)
    throw lacks('"backend app" must have a line "server {{id}} {{address}} …" for each of {{#each servers}}');
}
