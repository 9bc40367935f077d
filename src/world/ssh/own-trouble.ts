// Which failures of a connection are this machine's own: no node is to blame for them, and waiting for it mends nothing.
import { OwnTrouble } from '../../pool/failure.ts';
import { sourceTowards } from '../source-towards.ts';

/** What the system refuses to this process alone, whoever is called. */
const OURS: Readonly<Record<string, string>> = {
  EMFILE: 'this process may open no more files; raise the limit (ulimit -n 4096), or name fewer nodes',
  ENFILE: 'this machine has no more files to open; end what holds them',
  ENOBUFS: 'this machine has no more room for connections; end what holds them',
  ENOMEM: 'this machine has no memory left; end what holds it',
  EADDRNOTAVAIL: 'this machine has no port or address left to call from; end what holds them',
  EACCES: "this machine's own firewall or a route lets nothing out to it; let tcp 22 out",
  EPERM: "this machine's own firewall lets nothing out to it; let tcp 22 out",
  EINVAL: 'this machine has no way there; look at its routes (ip route get)',
  ENETDOWN: "this machine's network is down; bring it up",
  EAFNOSUPPORT: 'this machine does not speak this kind of address; bring its network up',
};

/** What a router on the way may say as well as this machine itself. */
const EITHER = ['ENETUNREACH', 'EHOSTUNREACH'];

const hasWayTo = (host: string): Promise<boolean> =>
  sourceTowards(host).then(
    () => true,
    () => false,
  );

async function reasonFor(code: string, host: string): Promise<string | undefined> {
  if (!EITHER.includes(code)) return OURS[code];
  return (await hasWayTo(host))
    ? undefined
    : 'this machine has no way there; is it on the network, or its VPN up?';
}

/** The trouble of this machine that is behind a failed connection; undefined where the other end or the way is. */
export async function ownTrouble(error: unknown, host: string): Promise<OwnTrouble | undefined> {
  const { code = '' } = error as NodeJS.ErrnoException;
  const why = await reasonFor(code, host);
  if (why === undefined) return undefined;
  return new OwnTrouble(`no connection can be made from here to ${host} (${code}): ${why}`, { cause: error });
}
