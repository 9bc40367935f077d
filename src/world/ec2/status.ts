// What EC2 itself finds out about instances, and plans for them: a second witness when a node is silent.
import { DescribeInstanceStatusCommand, type InstanceStatus as Ec2Status } from '@aws-sdk/client-ec2';
import type { InstanceId } from '../../pool/instance.ts';
import { endAmong } from '../../pool/notice.ts';
import type { InstanceStatus } from '../world.ts';
import type { Ec2 } from './client.ts';
import { codeOf, idsIn } from './errors.ts';

/** EC2 takes no more ids in one call. */
const MOST = 100;

const UNKNOWN: InstanceStatus = { health: 'unknown', notice: undefined };

/** The machine's own check and that of the host below it: both must be passed. */
function healthOf({ InstanceStatus, SystemStatus }: Ec2Status): InstanceStatus['health'] {
  const checks = [InstanceStatus?.Status, SystemStatus?.Status];
  if (checks.includes('impaired')) return 'impaired';
  return checks.every((check) => check === 'ok') ? 'ok' : 'unknown';
}

/** For a week EC2 goes on telling of events that are over, in these words (AWS: "View scheduled events"). */
const isOver = (description: string | undefined): boolean =>
  /^\[(Completed|Canceled)\]/.test(description ?? '');

const statusOf = (seen: Ec2Status): InstanceStatus => ({
  health: healthOf(seen),
  notice: endAmong(
    (seen.Events ?? []).map((event) => ({
      code: event.Code ?? '',
      notBefore: event.NotBefore,
      isOpen: !isOver(event.Description),
    })),
  ),
});

/** EC2 refuses the whole list for one unknown id, so the unknown ones are left out and the call repeated. */
async function ask(ec2: Ec2, ids: readonly InstanceId[]): Promise<readonly Ec2Status[]> {
  if (ids.length === 0) return [];
  try {
    const input = { InstanceIds: [...ids], IncludeAllInstances: true };
    return (await ec2.client.send(new DescribeInstanceStatusCommand(input))).InstanceStatuses ?? [];
  } catch (error) {
    const unknown = codeOf(error) === 'InvalidInstanceID.NotFound' ? idsIn(error) : [];
    const known = ids.filter((id) => !unknown.includes(id));
    if (known.length === ids.length) throw error;
    return await ask(ec2, known);
  }
}

export async function status(
  ec2: Ec2,
  ids: readonly InstanceId[],
): Promise<ReadonlyMap<InstanceId, InstanceStatus>> {
  const found = new Map<InstanceId, InstanceStatus>(ids.map((id) => [id, UNKNOWN]));
  for (let from = 0; from < ids.length; from += MOST) {
    const seen = await ec2.call('DescribeInstanceStatus', () => ask(ec2, ids.slice(from, from + MOST)));
    for (const one of seen) found.set(one.InstanceId ?? '', statusOf(one));
  }
  return found;
}
