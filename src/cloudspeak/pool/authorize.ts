// pool authorize --me: lets the caller's present address in by ssh, and the former one out.
import { changesFor, describeRule, isNoChange, type RuleChanges } from '../../plans/group-rules.ts';
import type { Caller } from '../../plans/openings.ts';
import { type FoundGroup, ownedBy } from '../../plans/own-group.ts';
import { PoolError, usageError } from '../../pool/failure.ts';
import { changeRules } from '../../world/access.ts';
import type { World } from '../../world/world.ts';
import type { Request, Run } from '../word.ts';

async function groupThere({ cloud, settings: { name } }: World): Promise<FoundGroup> {
  const group = ownedBy(await cloud.groupsNamed(name), name);
  if (group === undefined)
    throw new PoolError('the pool has no security group yet; pool start makes it, and lets you in');
  return group;
}

/** `opened` and `closed` are ranges; nothing has changed where both are empty. */
const documentOf = (world: World, group: FoundGroup, caller: Caller, { open, close }: RuleChanges) => ({
  pool: world.settings.name,
  group: group.id,
  who: caller.who,
  address: caller.range,
  opened: open.map(({ peer }) => peer),
  closed: close.map(({ peer }) => peer),
});

async function carryOut(world: World, request: Request, group: FoundGroup, changes: RuleChanges) {
  if (!request.dryRun) return await changeRules(world, { groupId: group.id }, changes);
  if (request.json) return;
  for (const rule of changes.open) world.terminal.print(`open ${describeRule(rule)}: you are there now`);
  for (const rule of changes.close)
    world.terminal.print(`close ${describeRule(rule)}: you were there before`);
}

export const run: Run = async (world, request) => {
  const { terminal, settings, cloud } = world;
  if (request.values['me'] === undefined)
    throw usageError(
      'authorize whom? pool authorize --me lets your present address in; ssh_from names others',
    );
  if (settings.ssh_from === 'none')
    throw usageError('ssh_from is none: ssh is closed to all but the nodes; set it to auto, or to addresses');
  const group = await groupThere(world);
  const caller = await cloud.caller(group.vpcId);
  const changes = changesFor(caller, group.rules);
  await carryOut(world, request, group, changes);
  if (request.json) terminal.print(JSON.stringify(documentOf(world, group, caller, changes), null, 2));
  else if (isNoChange(changes)) terminal.say(`${caller.range} is let in by ssh already`);
  return 0;
};
