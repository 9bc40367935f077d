// Where the machines see the caller come from: an address of its own, or the one that the internet sees.
import { PoolError } from '../pool/failure.ts';
import { isGlobal, isIpv4, rangeOf } from '../pool/ipv4.ts';

/**
 * Is the cloud beside us? Where EC2's own endpoint has an address that the internet does not know (a VPC endpoint, a
 * VPN, a cloud on this machine), no translation lies between us and the machines, and they see our own address.
 */
export const isBeside = (endpoints: readonly string[]): boolean =>
  endpoints.length > 0 && endpoints.every((address) => !isGlobal(address));

/** The address in what https://checkip.amazonaws.com answers, as a CIDR. Throws where it holds none. */
export function addressTold(answer: { readonly status: number; readonly body: string }): string {
  const text = answer.body.trim();
  if (answer.status !== 200 || !isIpv4(text))
    throw new PoolError(`it answered ${answer.status}, and no address`);
  return rangeOf(text);
}

export const unknownCaller = (why: string): PoolError =>
  new PoolError(
    `cannot tell which address ssh is to be let in from: ${why}; set ssh_from to it (POOL_SSH_FROM=198.51.100.7)`,
  );
