// The cables: a bridge for a cloud, and for each machine a namespace with one interface.
import { access, readdir, rmdir } from 'node:fs/promises';
import { attempt, run } from '../machines/command.ts';
import type { Names } from './names.ts';
import type { AddressPlan } from './plan.ts';

/** Makes the bridge with the cloud's own address and the gateway, and the way to the public range. Idempotent. */
export async function layBridge({ bridge }: Names, plan: AddressPlan): Promise<void> {
  const there = await access(`/sys/class/net/${bridge}`).then(
    () => true,
    () => false,
  );
  if (!there) await run(['ip', 'link', 'add', bridge, 'type', 'bridge']);
  // Without the source, the host would speak to public addresses from the cloud's own, which passes all guards.
  // In the group, because what the host sends to a public address still counts as leaving by the bridge when its
  // guard is asked: the kernel routes again after the address is translated, but tells later hooks the first way.
  const steps = [
    `address replace ${plan.address}/32 dev ${bridge}`,
    `address replace ${plan.gateway}/16 dev ${bridge}`,
    `link set ${bridge} group ${plan.interfaceGroup} up`,
    `route replace ${plan.publicRange} dev ${bridge} src ${plan.gateway}`,
  ];
  await run(['ip', '-batch', '-'], steps.join('\n'));
}

/** Removes the bridge, with it its addresses and routes. */
export async function removeBridge({ bridge }: Names): Promise<void> {
  const { code, stderr } = await attempt(['ip', 'link', 'del', bridge]);
  if (code !== 0 && !/Cannot find device/.test(stderr))
    throw new Error(`bridge ${bridge} stays: ${stderr.trim()}`);
}

/**
 * Gives a machine its namespace and its cable to the host, unless it has them. There is no wire between machines:
 * all their traffic is routed by the host, where public addresses and security groups are enforced, as on EC2.
 */
export async function plugIn(names: Names, plan: AddressPlan, id: string, privateIp: string): Promise<void> {
  const space = names.namespace(id);
  const port = names.port(id);
  if ((await namespacesOf(names)).includes(space)) return;
  await run(['ip', 'netns', 'add', space]);
  const outside = [
    `link add ${port} group ${plan.interfaceGroup} type veth peer name eth0 netns ${space}`,
    `link set ${port} up`,
    `route add ${privateIp} dev ${port} src ${plan.gateway}`,
  ];
  const inside = [
    'link set lo up',
    'link set eth0 up',
    `address add ${privateIp}/32 dev eth0`,
    `route add ${plan.gateway} dev eth0 src ${privateIp}`,
    `route add default via ${plan.gateway} dev eth0 src ${privateIp}`,
  ];
  await run(['ip', '-batch', '-'], outside.join('\n'));
  await run(['ip', '-netns', space, '-batch', '-'], inside.join('\n'));
}

/** Takes a machine's cable and namespace away. No error if they are gone. */
export async function unplug(names: Names, id: string): Promise<void> {
  await attempt(['ip', 'link', 'del', names.port(id)]);
  await attempt(['ip', 'netns', 'del', names.namespace(id)]);
}

/** Removes every namespace of the cloud, also those whose machine is long gone. */
export async function unplugAll(names: Names): Promise<void> {
  for (const space of await namespacesOf(names)) await unplug(names, space.slice(names.prefix.length));
  await tidyNamespaces();
}

async function namespacesOf(names: Names): Promise<string[]> {
  const all = await readdir('/run/netns').catch(() => []);
  return all.filter((space) => space.startsWith(names.prefix));
}

/** `ip netns` leaves a mount behind when its last namespace goes; whoever needs it again makes it again. */
async function tidyNamespaces(): Promise<void> {
  const rest = await readdir('/run/netns').catch(() => ['?']);
  if (rest.length > 0) return;
  await attempt(['umount', '/run/netns']);
  await rmdir('/run/netns').catch(() => {});
}
