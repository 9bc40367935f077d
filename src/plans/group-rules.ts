// From the rules that a security group has to those that it should have: what to open, what to close, what to leave.
import type { Settings } from '../pool/settings.ts';
import { type Caller, type Opening, OURS, openingFor, PERSONAL, WEB } from './openings.ts';

/** A rule as EC2 shows it. `peer`: 'group' for the group itself, else a CIDR or an id. */
export interface FoundRule extends Omit<Opening, 'protocol' | 'about'> {
  /** EC2's own word: `tcp`, `-1` for all, or a number. */
  readonly protocol: string;
  readonly about: string | undefined;
}

/** What is to be done to a group's rules. */
export interface RuleChanges {
  readonly open: readonly Opening[];
  readonly close: readonly FoundRule[];
}

export const NO_CHANGES: RuleChanges = { open: [], close: [] };

export const isNoChange = ({ open, close }: RuleChanges): boolean => open.length + close.length === 0;

const isAll = (protocol: string): boolean => protocol === 'all' || protocol === '-1';

type Hole = Pick<FoundRule, 'protocol' | 'fromPort' | 'toPort' | 'peer'>;

/** The same way in, whoever made it. */
const isSame = (one: Hole, other: Hole): boolean =>
  one.peer === other.peer &&
  (isAll(one.protocol)
    ? isAll(other.protocol)
    : one.protocol === other.protocol && one.fromPort === other.fromPort && one.toPort === other.toPort);

const isAmong = (rules: readonly Hole[], one: Hole): boolean => rules.some((other) => isSame(one, other));

const isOurs = ({ about }: FoundRule): boolean => about?.startsWith(OURS) ?? false;

/** By this rule visitors come in. */
export const isForVisitors = ({ about }: FoundRule): boolean => about === WEB;

const isPersonal = ({ about }: FoundRule): boolean => about?.startsWith(PERSONAL) ?? false;

/**
 * The changes that bring a group to `wanted`. What others made stays, and so does whoever was let in by name: nobody
 * who starts or configures locks another operator out, unless the settings want ssh closed.
 */
export function changesTo(
  wanted: readonly Opening[],
  found: readonly FoundRule[],
  { ssh_from }: Pick<Settings, 'ssh_from'>,
): RuleChanges {
  const stays = (rule: FoundRule): boolean => ssh_from !== 'none' && isPersonal(rule);
  return {
    open: wanted.filter((one) => !isAmong(found, one)),
    close: found.filter((rule) => isOurs(rule) && !stays(rule) && !isAmong(wanted, rule)),
  };
}

/** The changes that let the caller in from where it is now, and no longer from where it was. */
export function changesFor(caller: Caller, found: readonly FoundRule[]): RuleChanges {
  const mine = openingFor(caller);
  return {
    open: isAmong(found, mine) ? [] : [mine],
    close: found.filter((rule) => rule.about === mine.about && !isSame(rule, mine)),
  };
}

/** Does a rule open this TCP port? */
export const lets = (port: number, { protocol, fromPort, toPort }: FoundRule): boolean =>
  isAll(protocol) || (protocol === 'tcp' && fromPort <= port && port <= toPort);

/** Rules of others through which machines that are not the pool's own come to its sshd. */
export const strangersIn = (found: readonly FoundRule[]): readonly FoundRule[] =>
  found.filter((rule) => !isOurs(rule) && rule.peer !== 'group' && lets(22, rule));

/** A rule in a person's words: `tcp 22 from 198.51.100.7/32`. */
export function describeRule({ protocol, fromPort, toPort, peer }: Hole): string {
  if (isAll(protocol)) return `everything from ${peer === 'group' ? 'the group itself' : peer}`;
  const ports = fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`;
  return `${protocol} ${ports} from ${peer}`;
}
