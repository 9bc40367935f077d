// Who is node 0, 1, 2 …: the holder of the address, then launch time, then id, the same on every machine.
import { type Instance, type InstanceId, isAlive, type Node, type Role } from './instance.ts';

const roleOf = (index: number): Role => (index === 0 ? 'master' : index === 1 ? 'standby' : 'member');

const byAge = (a: Instance, b: Instance): number =>
  a.launchedAt.getTime() - b.launchedAt.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Numbers the instances; those that are ending or stopped come after all that serve or will. */
export function number(instances: readonly Instance[], holder: InstanceId | undefined): readonly Node[] {
  const rank = (instance: Instance) => (isAlive(instance) ? (instance.id === holder ? 0 : 1) : 2);
  return [...instances]
    .sort((a, b) => rank(a) - rank(b) || byAge(a, b))
    .map((instance, index) => ({ ...instance, index, name: `node${index}`, role: roleOf(index) }));
}
