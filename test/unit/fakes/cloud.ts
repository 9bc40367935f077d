// EC2 in memory, in the verbs that the pool uses; test/contract/world/cloud.test.ts holds it against a real one.

import { describeRule, type RuleChanges } from '../../../src/plans/group-rules.ts';
import type { Caller, Opening } from '../../../src/plans/openings.ts';
import type { FoundGroup } from '../../../src/plans/own-group.ts';
import type { AccountSight } from '../../../src/pool/clouds.ts';
import { PoolError } from '../../../src/pool/failure.ts';
import type { Instance, InstanceId } from '../../../src/pool/instance.ts';
import {
  type Address,
  addressAmong,
  groupName,
  POOL_TAG,
  type Pool,
  poolOf,
  STOPPING_TAG,
} from '../../../src/pool/pool.ts';
import type { Volume } from '../../../src/pool/volume.ts';
import type { BucketSight, Cloud, InstanceStatus, LaunchRequest } from '../../../src/world/world.ts';
import { refusal } from './account.ts';
import { FakeOffers, SUBNETS } from './offers.ts';

const TAKEN =
  'BucketAlreadyExists: The requested bucket name is not available; it belongs to another account; set shared_bucket to another name';

const isAllocation = (id: string): boolean => id.startsWith('eipalloc-');

export class FakeCloud extends FakeOffers implements Cloud {
  /** In any other one an address must be freed before it is released. */
  isDefaultNetwork = true;

  #addressesOf(pool: string): readonly Address[] {
    if (this.publicIp === 'none') return [];
    return [...this.addresses.values()].filter((one) =>
      this.publicIp === 'auto' ? one.pool === pool && this.isTold(one) : one.ip === this.publicIp,
    );
  }

  async look(pool: string): Promise<Pool> {
    this.enter('look');
    const instances = [...this.instances.values()].filter(
      (one) => one.tags[POOL_TAG] === pool && !this.isGone(one) && this.isTold(one),
    );
    return poolOf({ name: pool, instances, ...addressAmong(this.#addressesOf(pool)) });
  }

  async account(): Promise<AccountSight> {
    this.enter('account');
    const instances = [...this.instances.values()].filter(
      (one) => !this.isGone(one) && one.seenAt <= this.clock.ms,
    );
    const owned = [...this.addresses.values()].flatMap(({ pool, ip, holder }) =>
      pool === undefined ? [] : [{ pool, ip, holder }],
    );
    return { instances, addresses: owned };
  }

  async regions(): Promise<readonly string[]> {
    this.enter('regions');
    return ['us-east-1'];
  }

  async launch(request: LaunchRequest): Promise<readonly Instance[]> {
    this.enter('launch');
    const known = this.tokens.get(request.token);
    const text = JSON.stringify(request);
    if (known && known.request !== text)
      throw refusal(
        'RunInstances',
        'IdempotentParameterMismatch',
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    if (known) return this.#again(known.ids);
    if (!this.groups.has(request.groupId))
      throw refusal(
        'RunInstances',
        'InvalidGroup.NotFound',
        `The security group '${request.groupId}' does not exist`,
      );
    const zone = SUBNETS.find(({ id }) => id === request.subnetId)?.zone ?? 'us-east-1a';
    const { type, market } = request;
    if ([zone, `${zone} ${type}`, `${zone} ${type} ${market}`].some((one) => this.exhausted.has(one)))
      throw refusal('RunInstances', 'InsufficientInstanceCapacity', `We have none in ${zone}.`);
    this.changes.push(`launch ${request.count}`);
    this.requests.push(request);
    const launched = Array.from({ length: request.count }, () =>
      this.has(request.pool, {
        state: 'pending',
        type: request.type,
        zone,
        tags: { [POOL_TAG]: request.pool, Name: `poolparty-${request.pool}` },
        readyAt: this.clock.ms + this.bootTime,
        seenAt: this.seenFrom(),
        groupId: request.groupId,
        volumeSize: request.volumeSize ?? request.image.rootSize ?? 8,
      }),
    );
    this.tokens.set(request.token, { request: text, ids: launched.map(({ id }) => id) });
    return launched;
  }

  #again(ids: readonly InstanceId[]): readonly Instance[] {
    const instances = ids.flatMap((id) => this.instances.get(id) ?? []);
    if (instances.some(this.isGone))
      throw refusal(
        'RunInstances',
        'IdempotentInstanceTerminated',
        'The instance that this idempotent request launched has been terminated.',
      );
    return instances;
  }

  async ends(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, string>> {
    this.enter('ends');
    const ended = ids.flatMap((id) => this.instances.get(id) ?? []);
    return new Map(
      ended.filter((one) => one.state === 'shutting-down').map(({ id, reason }) => [id, reason]),
    );
  }

  async status(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, InstanceStatus>> {
    this.enter('status');
    return new Map(ids.map((id) => [id, this.#statusOf(id)]));
  }

  #statusOf(id: InstanceId): InstanceStatus {
    const one = this.instances.get(id);
    if (one === undefined || this.isGone(one)) return { health: 'unknown', notice: undefined };
    return { health: one.state === 'running' ? one.health : 'unknown', notice: one.notice };
  }

  async terminate(ids: readonly InstanceId[]): Promise<void> {
    this.enter('terminate');
    const there = ids.flatMap((id) => this.instances.get(id) ?? []).filter((one) => !this.isGone(one));
    const guarded = there.find(({ id }) => this.guarded.has(id));
    if (guarded)
      throw refusal(
        'TerminateInstances',
        'OperationNotPermitted',
        `The instance '${guarded.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    if (there.length > 0) this.changes.push(`terminate ${there.map(({ id }) => id).join(' ')}`);
    for (const { id, state, reason } of there) if (state !== 'shutting-down') this.end(id, reason);
  }

  async findGroup(pool: string): Promise<string | undefined> {
    this.enter('findGroup');
    const id = this.#groupOf(pool);
    return id !== undefined && this.isTold(this.groups.get(id) ?? {}) ? id : undefined;
  }

  #groupOf = (pool: string): string | undefined =>
    [...this.groups].find(([, group]) => group.pool === pool)?.[0];

  async openGroup(pool: string, vpcId: string, openings: readonly Opening[]): Promise<string> {
    this.enter('openGroup');
    const known = this.#groupOf(pool);
    const id = known ?? `sg-${++this.count}`;
    if (!known) this.changes.push(`make group ${id}`);
    if (!known)
      this.groups.set(id, { name: groupName(pool), vpcId, pool, rules: [], seenAt: this.seenFrom() });
    this.#change(id, { open: openings, close: [] });
    return id;
  }

  async groupsNamed(pool: string): Promise<readonly FoundGroup[]> {
    this.enter('groupsNamed');
    const named = [...this.groups].filter(([, one]) => one.name === groupName(pool) && this.isTold(one));
    return named.map(([id, { vpcId, pool: tag, rules }]) => ({ id, vpcId, pool: tag, rules: [...rules] }));
  }

  async changeGroup(id: string, changes: RuleChanges): Promise<void> {
    this.enter('changeGroup');
    this.#change(id, changes);
    const told = [
      ...changes.open.map((one) => `+${describeRule(one)}`),
      ...changes.close.map((one) => `-${describeRule(one)}`),
    ];
    this.changes.push(`change group ${id}: ${told.join(', ')}`);
  }

  #change(id: string, { open, close }: RuleChanges): void {
    const group = this.groups.get(id);
    if (group === undefined)
      throw refusal(
        'AuthorizeSecurityGroupIngress',
        'InvalidGroup.NotFound',
        `The security group '${id}' does not exist`,
      );
    const same = (one: string) => (other: Parameters<typeof describeRule>[0]) => describeRule(other) === one;
    for (const rule of open.map((one) => ({
      ...one,
      protocol: one.protocol === 'all' ? '-1' : one.protocol,
    })))
      if (!group.rules.some(same(describeRule(rule)))) group.rules.push(rule);
    const left = group.rules.filter((rule) => !close.some(same(describeRule(rule))));
    group.rules.splice(0, group.rules.length, ...left);
  }

  async caller(): Promise<Caller> {
    this.enter('caller');
    return this.callsFrom;
  }

  async deleteGroup(id: string): Promise<void> {
    this.enter('deleteGroup');
    if ([...this.instances.values()].some((one) => one.groupId === id && !this.isGone(one)))
      throw refusal('DeleteSecurityGroup', 'DependencyViolation', `resource ${id} has a dependent object`);
    if (this.groups.delete(id)) this.changes.push(`delete group ${id}`);
  }

  async usersOf(id: string, pool: string): Promise<readonly string[]> {
    this.enter('usersOf');
    const users = [...this.instances.values()].filter((one) => one.groupId === id && !this.isGone(one));
    return users.filter(({ tags }) => tags[POOL_TAG] !== pool).map((one) => one.id);
  }

  async volumesOf(pool: string): Promise<readonly Volume[]> {
    this.enter('volumesOf');
    return this.volumes(pool);
  }

  async allocateAddress(pool: string): Promise<Address> {
    this.enter('allocateAddress');
    const address = this.hasAddress(pool);
    this.addresses.set(address.allocationId, { ...address, pool, seenAt: this.seenFrom() });
    this.changes.push(`allocate ${address.ip}`);
    return address;
  }

  #known(call: string, id: string): Address {
    const address = this.addresses.get(id);
    if (address !== undefined) return address;
    throw refusal(call, 'InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`);
  }

  async associate({ allocationId }: Address, instance: InstanceId): Promise<void> {
    this.enter('associate');
    const address = this.#known('AssociateAddress', allocationId);
    if (this.instances.get(instance)?.state !== 'running')
      throw refusal(
        'AssociateAddress',
        'InvalidInstanceID',
        `The instance '${instance}' is not in a valid state for this operation.`,
      );
    if (address.holder !== undefined && address.holder !== instance)
      throw refusal(
        'AssociateAddress',
        'Resource.AlreadyAssociated',
        `resource ${allocationId} is already associated with associate-id ${address.associationId}`,
      );
    if (address.holder === instance) return;
    this.changes.push(`associate ${address.ip} ${instance}`);
    this.change(address, { holder: instance, associationId: `eipassoc-${++this.count}` });
    this.alter(instance, {
      publicIp: address.ip,
      publicDns: `ec2-${address.ip.replaceAll('.', '-')}.compute-1.amazonaws.com`,
    });
  }

  async disassociate(associationId: string): Promise<void> {
    this.enter('disassociate');
    const held = [...this.addresses.values()].find((one) => one.associationId === associationId);
    if (held === undefined) return;
    this.changes.push(`disassociate ${associationId}`);
    this.change(held, { holder: undefined, associationId: undefined });
    if (held.holder) this.alter(held.holder, { publicIp: undefined, publicDns: undefined });
  }

  async release({ allocationId }: Address): Promise<void> {
    this.enter('release');
    const address = this.addresses.get(allocationId);
    if (address?.holder && !this.isDefaultNetwork)
      throw refusal('ReleaseAddress', 'InvalidIPAddress.InUse', `Address ${address.ip} is in use.`);
    if (address?.holder) this.alter(address.holder, { publicIp: undefined, publicDns: undefined });
    if (address) this.changes.push(`release ${address.ip}`);
    this.addresses.delete(allocationId);
  }

  async tag(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void> {
    this.enter('tag');
    for (const id of ids.filter(isAllocation)) this.#known('CreateTags', id);
    this.changes.push(`tag ${ids.join(' ')} ${Object.keys(tags).join(' ')}`);
    for (const id of ids) {
      this.alter(id, { tags: { ...this.instances.get(id)?.tags, ...tags } });
      if (STOPPING_TAG in tags) this.change({ allocationId: id }, { stopping: true });
    }
  }

  async untag(ids: readonly string[], keys: readonly string[]): Promise<void> {
    this.enter('untag');
    for (const id of ids.filter(isAllocation)) this.#known('DeleteTags', id);
    this.changes.push(`untag ${ids.join(' ')} ${keys.join(' ')}`);
    for (const id of ids) {
      const tags = Object.entries(this.instances.get(id)?.tags ?? {});
      this.alter(id, { tags: Object.fromEntries(tags.filter(([key]) => !keys.includes(key))) });
      if (keys.includes(STOPPING_TAG)) this.change({ allocationId: id }, { stopping: false });
    }
  }

  async lookForBucket(name: string): Promise<BucketSight> {
    this.enter('lookForBucket');
    return this.buckets.get(name) ?? 'absent';
  }

  async makeBucket(name: string): Promise<void> {
    this.enter('makeBucket');
    const known = this.buckets.get(name);
    if (known === 'ours') return;
    if (known !== undefined) throw new PoolError(`S3 refused CreateBucket: ${TAKEN}`);
    this.changes.push(`make bucket ${name}`);
    this.buckets.set(name, 'ours');
  }

  async putObject(bucket: string, key: string, text: string): Promise<void> {
    this.enter('putObject');
    if (this.buckets.get(bucket) !== 'ours')
      throw new PoolError('S3 refused PutObject: NoSuchBucket: it is absent');
    this.stored.set(`${bucket} ${key}`, text);
  }

  async objects(bucket: string, prefix: string, after: string): Promise<readonly string[]> {
    this.enter('objects');
    const keys = [...this.stored.keys()].filter((one) => one.startsWith(`${bucket} ${prefix}`));
    return keys
      .map((one) => one.slice(bucket.length + 1))
      .filter((key) => key > after)
      .sort();
  }

  async object(bucket: string, key: string): Promise<string> {
    this.enter('object');
    return this.stored.get(`${bucket} ${key}`) ?? '';
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    this.enter('deleteObject');
    this.stored.delete(`${bucket} ${key}`);
  }

  async environment(): Promise<Readonly<Record<string, string>>> {
    return this.environmentOfNodes;
  }

  async hostKeys(): Promise<readonly string[]> {
    return [];
  }
}
