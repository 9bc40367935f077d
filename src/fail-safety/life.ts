// Does the holder of the address live? What was heard on each way to it, and what that comes to.
import type { Heard } from '../pool/claim.ts';

/** A claim from a holder needs silence on two ways at least for this long, ms. */
export const SILENCE_MS = 2_000;

/** The same where there is only one way to ask by, since EC2 does not tell the holder's private address. */
const SILENCE_ON_ONE_WAY_MS = 10_000;

const tells = (heard: readonly Heard[], of: Heard['of'], sign: Heard['sign']): boolean =>
  heard.some((one) => one.of === of && one.sign === sign);

/**
 * One sign of life on any way is life. A HAProxy that takes a connection and says nothing is full on a machine whose
 * sshd speaks; where that is silent, too, the machine is frozen. The sshd alone says nothing about HAProxy.
 */
export const isAlive = (heard: readonly Heard[]): boolean =>
  tells(heard, 'haproxy', 'answers') || (tells(heard, 'haproxy', 'takes') && tells(heard, 'sshd', 'answers'));

/** How long a holder that was asked on these ways must be silent before anybody may claim from it, ms. */
export const silenceNeeded = (heard: readonly Heard[]): number =>
  heard.filter(({ of }) => of === 'haproxy').length >= 2 ? SILENCE_MS : SILENCE_ON_ONE_WAY_MS;
