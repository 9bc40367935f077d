// Every verb of our EC2, in every variant that puts other members on the wire.
import { vi } from 'vitest';
import type { Address } from '../../../src/pool/pool.ts';
import type { Cloud, LaunchKind } from '../../../src/world/world.ts';

const POOL = 'party';
const NOT_THERE = 'i-0123456789abcdef0';

/** An answer that says no is an answer, too: what is checked is what was asked. */
const asked = (work: Promise<unknown>): Promise<unknown> => work.catch((error: Error) => error.message);

async function looks(cloud: Cloud): Promise<void> {
  await cloud.look(POOL);
  await cloud.account();
  await cloud.regions();
  await cloud.keypairFingerprint('poolparty');
  await cloud.keypairFingerprint('nobody');
  for (const ids of [[], ['subnet-0']]) await asked(cloud.subnets(ids));
  await cloud.types(['t3.small', 't9.enormous']);
  for (const ami of ['debian-12', 'ubuntu-24.04', 'poolparty', 'ami-0123456789abcdef0'])
    await asked(cloud.images(ami));
}

async function kindIn(cloud: Cloud): Promise<LaunchKind> {
  const [subnet] = await cloud.subnets([]);
  const [image] = await cloud.images('poolparty');
  if (image === undefined) throw new Error('the cloud has no image');
  return {
    pool: POOL,
    image,
    type: 't3.small',
    market: 'on-demand',
    volumeSize: undefined,
    subnetId: subnet?.id ?? '',
    keypair: 'poolparty',
    instanceProfile: 'poolparty',
    userData: '#!/bin/sh\necho ü\n',
  };
}

async function groupIn(cloud: Cloud): Promise<string> {
  const [subnet] = await cloud.subnets([]);
  const openings = [
    { protocol: 'all', fromPort: 0, toPort: 65_535, peer: 'group', about: 'poolparty: nodes' },
    { protocol: 'tcp', fromPort: 80, toPort: 80, peer: '0.0.0.0/0', about: 'poolparty: web' },
    { protocol: 'udp', fromPort: 694, toPort: 694, peer: 'group', about: 'poolparty: heartbeat' },
    { protocol: 'icmp', fromPort: -1, toPort: -1, peer: '10.0.0.0/8', about: 'poolparty: ping' },
  ] as const;
  await cloud.findGroup(POOL);
  for (const _ of ['made', 'found']) await cloud.openGroup(POOL, subnet?.vpcId ?? '', openings);
  const [group] = await cloud.groupsNamed(POOL);
  await cloud.changeGroup(group?.id ?? '', {
    open: openings.slice(0, 1),
    close: group?.rules.slice(0, 3) ?? [],
  });
  await cloud.caller(subnet?.vpcId ?? '');
  return (await cloud.findGroup(POOL)) ?? '';
}

async function launches(cloud: Cloud, groupId: string): Promise<readonly string[]> {
  const kind = await kindIn(cloud);
  await cloud.rehearse(kind);
  await cloud.rehearse({ ...kind, market: 'spot', volumeSize: 20 });
  const token = 'ab'.repeat(32);
  const bare = { ...kind, instanceProfile: undefined, userData: undefined, groupId, count: 1 };
  await cloud.launch({ ...bare, token: 'cd'.repeat(32) });
  await cloud.launch({ ...bare, market: 'spot', volumeSize: 20, token: 'ef'.repeat(32) });
  const launched = await cloud.launch({ ...kind, groupId, count: 2, token });
  const ids = launched.map(({ id }) => id);
  await vi.waitFor(async () => {
    if ((await cloud.look(POOL)).nodes.some(({ state }) => state !== 'running')) throw new Error('booting');
  });
  return ids;
}

async function speaksOf(cloud: Cloud, ids: readonly string[]): Promise<void> {
  await cloud.status([...ids, NOT_THERE]);
  await cloud.ends([...ids, NOT_THERE]);
  await cloud.hostKeys(ids[0] ?? '');
  await cloud.tag(ids, { 'poolparty:leaving': '2026-11-25T12:00:00.000Z', odd: 'a b&c=ü', empty: '' });
  await cloud.untag(ids, ['odd', 'empty']);
}

async function addresses(cloud: Cloud, ownIp: (address: Address) => Cloud, id: string): Promise<void> {
  const address = await cloud.allocateAddress(POOL);
  await cloud.associate(address, id);
  await asked(cloud.associate(address, NOT_THERE));
  const held = (await ownIp(address).look(POOL)).address;
  await cloud.disassociate(held?.associationId ?? '');
  await cloud.disassociate('eipassoc-0123456789abcdef0');
  await cloud.release(address);
}

/** The whole life of a pool; `ownIp` is the same cloud for settings with an address of the user's own. */
export async function ownCalls(cloud: Cloud, ownIp: (address: Address) => Cloud): Promise<void> {
  await looks(cloud);
  await cloud.environment();
  const groupId = await groupIn(cloud);
  const ids = await launches(cloud, groupId);
  await speaksOf(cloud, ids);
  await addresses(cloud, ownIp, ids[0] ?? '');
  await cloud.usersOf(groupId, POOL);
  await cloud.volumesOf(POOL);
  await cloud.terminate([...ids, NOT_THERE]);
  await asked(cloud.deleteGroup(groupId));
  await cloud.deleteGroup('sg-0123456789abcdef0');
}
