// What the pool's security group lets in now, and what it should: looked at from outside, before anything is touched.
import {
  changesTo,
  describeRule,
  type FoundRule,
  isNoChange,
  NO_CHANGES,
  type RuleChanges,
  strangersIn,
} from '../plans/group-rules.ts';
import { type Opening, openings } from '../plans/openings.ts';
import { ownGroup } from '../plans/own-group.ts';
import type { World } from './world.ts';

export interface Access {
  /** All that the group is to let in. */
  readonly openings: readonly Opening[];
  readonly groupId: string | undefined;
  /** What is to be done to the group that is there. */
  readonly changes: RuleChanges;
  /** Rules of others that let more in by ssh. */
  readonly strangers: readonly FoundRule[];
}

/** A line for each rule of others by which more can log in than we let in: it is theirs, and stays. */
export function warnOfStrangers({ terminal }: World, { groupId, strangers }: Access): void {
  for (const rule of strangers)
    terminal.warn(
      `pool: ${groupId} lets in ${describeRule(rule)} by a rule that PoolParty did not make; it stays: remove it in EC2 if nobody needs it`,
    );
}

/** Throws, with code 2, where another group has the name of ours or the caller's address cannot be told. */
export async function lookAtAccess({ cloud, settings }: World, vpcId: string): Promise<Access> {
  const [groups, caller] = await Promise.all([
    cloud.groupsNamed(settings.name),
    settings.ssh_from === 'auto' ? cloud.caller(vpcId) : undefined,
  ]);
  const wanted = openings(settings, caller);
  const group = ownGroup(groups, settings.name, vpcId);
  const changes = group === undefined ? NO_CHANGES : changesTo(wanted, group.rules, settings);
  return { openings: wanted, groupId: group?.id, changes, strangers: strangersIn(group?.rules ?? []) };
}

/** Opens and closes what is asked for, and says so. */
export async function changeRules(
  { cloud, terminal }: World,
  { groupId }: Pick<Access, 'groupId'>,
  changes: RuleChanges,
): Promise<void> {
  if (groupId === undefined || isNoChange(changes)) return;
  for (const rule of changes.open) terminal.say(`Opening ${describeRule(rule)}`);
  for (const rule of changes.close) terminal.say(`Closing ${describeRule(rule)}`);
  await cloud.changeGroup(groupId, changes);
}
