// EC2 in memory, in the verbs that the pool uses.

import type { Opening } from '../../../src/plans/openings.ts';
import type { Instance, InstanceId } from '../../../src/pool/instance.ts';
import { type Address, POOL_TAG, type Pool, poolOf, STOPPING_TAG } from '../../../src/pool/pool.ts';
import type { Cloud, LaunchRequest } from '../../../src/world/world.ts';
import { FakeAccount } from './account.ts';

export class FakeCloud extends FakeAccount implements Cloud {
  async look(pool: string): Promise<Pool> {
    this.fail('look');
    this.settle();
    const instances = [...this.instances.values()].filter((one) => one.tags[POOL_TAG] === pool);
    const address = [...this.addresses.values()].find((one) => one.pool === pool);
    return poolOf({ name: pool, instances, address });
  }

  async image(alias: string) {
    this.fail('image');
    return { id: alias.startsWith('ami-') ? alias : `ami-${alias}`, name: alias, architecture: 'x86_64' };
  }

  async subnets(zones: readonly string[], ids: readonly string[]) {
    this.fail('subnets');
    const all = ['us-east-1a', 'us-east-1b', 'us-east-1c'].map((zone, at) => ({
      id: `subnet-${at}`,
      zone,
      vpcId: 'vpc-1',
    }));
    return all.filter(
      ({ id, zone }) =>
        (zones.length === 0 || zones.includes(zone)) && (ids.length === 0 || ids.includes(id)),
    );
  }

  async keypairExists(name: string): Promise<boolean> {
    this.fail('keypairExists');
    return this.keypairs.has(name);
  }

  async launch(request: LaunchRequest): Promise<readonly Instance[]> {
    this.fail('launch');
    const known = this.tokens.get(request.token);
    if (known) return known.flatMap((id) => this.instances.get(id) ?? []);
    this.changes.push(`launch ${request.count}`);
    const zone = (await this.subnets([], [request.subnetId]))[0]?.zone ?? 'us-east-1a';
    const launched = Array.from({ length: request.count }, () =>
      this.has(request.pool, {
        state: 'pending',
        type: request.type,
        zone,
        readyAt: this.clock.ms + this.bootTime,
      } as Partial<Instance>),
    );
    this.tokens.set(
      request.token,
      launched.map(({ id }) => id),
    );
    return launched;
  }

  async ends(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, string>> {
    const ended = ids.filter((id) => this.instances.get(id)?.state !== 'running');
    return new Map(ended.map((id) => [id, 'Client.InternalError: the test wanted it']));
  }

  async terminate(ids: readonly InstanceId[]): Promise<void> {
    this.fail('terminate');
    this.changes.push(`terminate ${ids.join(' ')}`);
    for (const id of ids) {
      const one = this.instances.get(id);
      if (one)
        this.instances.set(id, { ...one, state: 'shutting-down', goneAt: this.clock.ms + this.endTime });
      for (const address of this.addresses.values())
        if (address.holder === id) this.change(address, { holder: undefined, associationId: undefined });
    }
  }

  async findGroup(pool: string): Promise<string | undefined> {
    return [...this.groups].find(([, group]) => group.pool === pool)?.[0];
  }

  async openGroup(pool: string, _vpcId: string, openings: readonly Opening[]): Promise<string> {
    this.fail('openGroup');
    const known = await this.findGroup(pool);
    const id = known ?? `sg-${++this.count}`;
    if (!known) this.changes.push(`make group ${id}`);
    this.groups.set(id, { pool, openings: [...openings] });
    return id;
  }

  async deleteGroup(id: string): Promise<void> {
    this.fail('deleteGroup');
    this.changes.push(`delete group ${id}`);
    this.groups.delete(id);
  }

  async allocateAddress(pool: string): Promise<Address> {
    this.fail('allocateAddress');
    const address = this.hasAddress(pool);
    this.changes.push(`allocate ${address.ip}`);
    return address;
  }

  async associate(address: Address, instance: InstanceId): Promise<void> {
    this.fail('associate');
    this.changes.push(`associate ${address.ip} ${instance}`);
    this.change(address, { holder: instance, associationId: `eipassoc-${++this.count}` });
  }

  async disassociate(associationId: string): Promise<void> {
    this.fail('disassociate');
    this.changes.push(`disassociate ${associationId}`);
    const held = [...this.addresses.values()].find((one) => one.associationId === associationId);
    if (held) this.change(held, { holder: undefined, associationId: undefined });
  }

  async release(address: Address): Promise<void> {
    this.fail('release');
    this.changes.push(`release ${address.ip}`);
    this.addresses.delete(address.allocationId);
  }

  async tag(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void> {
    this.fail('tag');
    this.changes.push(`tag ${ids.join(' ')} ${Object.keys(tags).join(' ')}`);
    for (const id of ids) {
      const one = this.instances.get(id);
      if (one) this.instances.set(id, { ...one, tags: { ...one.tags, ...tags } });
      const address = this.addresses.get(id);
      if (address && STOPPING_TAG in tags) this.change(address, { stopping: true });
    }
  }

  async untag(ids: readonly string[], keys: readonly string[]): Promise<void> {
    this.fail('untag');
    this.changes.push(`untag ${ids.join(' ')} ${keys.join(' ')}`);
    for (const id of ids) {
      const address = this.addresses.get(id);
      if (address && keys.includes(STOPPING_TAG)) this.change(address, { stopping: false });
    }
  }

  async hostKeys(): Promise<readonly string[]> {
    return [];
  }
}
