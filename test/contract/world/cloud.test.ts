// Row 78: what the product needs of EC2, in one suite, held against every cloud that it is told of.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PoolError } from '../../../src/pool/failure.ts';
import type { Node } from '../../../src/pool/instance.ts';
import { POOL_TAG, STOPPING_TAG } from '../../../src/pool/pool.ts';
import type { LaunchRequest } from '../../../src/world/world.ts';
import { CLOUDS, type CloudGround } from './clouds.ts';

const LIMIT = 120_000;
/** AWS takes some minutes for its first checks. */
const CHECK_LIMIT = 10 * 60_000;

const refused = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PoolError)) throw error;
  return error.message;
};

describe.for(CLOUDS)('row 78: %s', ([, make]) => {
  const pool = `contract-${randomBytes(4).toString('hex')}`;
  let ground: CloudGround;
  let groupId = '';
  let launch: LaunchRequest;
  beforeAll(async () => {
    ground = await make();
  }, 300_000);
  // Whatever failed: nothing stays behind.
  afterAll(async () => {
    if (!ground) return;
    await clean().finally(() => ground.end());
  }, LIMIT);

  const nodes = async (): Promise<readonly Node[]> => (await ground.cloud.look(pool)).nodes;
  const until = async (isSo: (nodes: readonly Node[]) => boolean): Promise<readonly Node[]> => {
    const limit = Date.now() + LIMIT;
    for (let seen = await nodes(); ; seen = await nodes()) {
      if (isSo(seen)) return seen;
      if (Date.now() > limit) throw new Error(`still ${seen.map(({ state }) => state).join(', ')}`);
      await ground.rest();
    }
  };
  async function clean(): Promise<void> {
    const { cloud } = ground;
    await cloud.terminate((await nodes()).map(({ id }) => id));
    await until((seen) => seen.length === 0);
    const { address } = await cloud.look(pool);
    if (address) await cloud.release(address);
    const group = await cloud.findGroup(pool);
    if (group) await cloud.deleteGroup(group);
    for (const { id } of await cloud.volumesOf(pool)) await ground.removeVolume(id);
    if ((await cloud.lookForBucket(pool)) === 'ours') await ground.removeBucket(pool);
  }

  test('images: by alias, by id, and a mistake in one line', async () => {
    const { cloud } = ground;
    const [image, ...others] = await cloud.images(ground.image);
    expect(image).toMatchObject({
      id: expect.stringMatching(/^ami-/),
      name: expect.any(String),
      architecture: expect.stringMatching(/^(x86_64|arm64)$/),
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      rootDevice: expect.stringMatching(/^\/dev\//),
      rootSize: expect.any(Number),
    });
    expect([image, ...others].some((one) => one?.architecture === 'x86_64')).toBe(true);
    expect(await cloud.images(image?.id ?? '')).toEqual([image]);
    expect(await cloud.images('no-such-image')).toEqual([]);
    expect(await refused(cloud.images('ami-0123456789abcdef0'))).toMatch(
      /^EC2 refused DescribeImages: InvalidAMIID\.NotFound: .*; set ami to one of this region$/,
    );
  });

  test('subnets: all default ones, and those named', async () => {
    const all = await ground.cloud.subnets([]);
    expect(all.length).toBeGreaterThan(1);
    expect(all.map(({ zone }) => zone)).toEqual(all.map(({ zone }) => zone).sort());
    for (const { free } of all) expect(free).toBeGreaterThan(0);
    expect((await ground.cloud.subnets([all[0]?.id ?? ''])).map(({ id }) => id)).toEqual([all[0]?.id]);
    expect(await refused(ground.cloud.subnets(['subnet-0123456789abcdef0']))).toContain(
      'InvalidSubnetID.NotFound',
    );
  });

  test('types: their architectures and zones; one that the region does not have is left out', async () => {
    const found = await ground.cloud.types(['t4g.small', 't3.small', 't9.enormous']);
    const sorted = [...found].sort((a, b) => (a.type < b.type ? -1 : 1));
    expect(sorted.map(({ type, architectures }) => [type, architectures])).toEqual([
      ['t3.small', ['x86_64']],
      ['t4g.small', ['arm64']],
    ]);
    const zones = (await ground.cloud.subnets([])).map(({ zone }) => zone);
    for (const offer of found) expect(zones.some((zone) => offer.zones.includes(zone))).toBe(true);
  });

  test('key pairs: there, with a fingerprint, or not', async () => {
    expect(await ground.cloud.keypairFingerprint(ground.keypair)).toMatch(/.{10}/);
    expect(await ground.cloud.keypairFingerprint('no-such-key')).toBeUndefined();
  });

  test('a group: made once, found by its pool, opened twice without harm', async () => {
    const { cloud } = ground;
    expect(await cloud.findGroup(pool)).toBeUndefined();
    const { vpcId } = (await cloud.subnets([]))[0] ?? { vpcId: '' };
    const openings = [
      { protocol: 'all', fromPort: 0, toPort: 65_535, peer: 'group', about: 'poolparty: nodes' },
      { protocol: 'tcp', fromPort: 22, toPort: 22, peer: '0.0.0.0/0', about: 'poolparty: ssh' },
    ] as const;
    groupId = await cloud.openGroup(pool, vpcId, openings);
    expect(await cloud.openGroup(pool, vpcId, openings)).toBe(groupId);
    expect(await cloud.findGroup(pool)).toBe(groupId);
    expect(await cloud.findGroup(`${pool}-x`)).toBeUndefined();
  });

  test('the rules of a group: seen as they were made, opened and closed, twice without harm', async () => {
    const { cloud } = ground;
    const { vpcId } = (await cloud.subnets([]))[0] ?? { vpcId: '' };
    const seen = async () => (await cloud.groupsNamed(pool))[0];
    const nodes = { protocol: '-1', fromPort: 0, toPort: 65_535, peer: 'group', about: 'poolparty: nodes' };
    const ssh = { protocol: 'tcp', fromPort: 22, toPort: 22, peer: '0.0.0.0/0', about: 'poolparty: ssh' };
    expect(await seen()).toEqual({ id: groupId, vpcId, pool, rules: expect.any(Array) });
    expect((await seen())?.rules).toHaveLength(2);
    expect((await seen())?.rules).toEqual(expect.arrayContaining([nodes, ssh]));
    const mine = { ...ssh, peer: '198.51.100.7/32', about: 'poolparty: ssh me@here' } as const;
    const changes = { open: [{ ...mine, protocol: 'tcp' } as const], close: [ssh] };
    await cloud.changeGroup(groupId, changes);
    await cloud.changeGroup(groupId, changes);
    expect((await seen())?.rules).toHaveLength(2);
    expect((await seen())?.rules).toEqual(expect.arrayContaining([nodes, mine]));
    expect(await cloud.groupsNamed(`${pool}-x`)).toEqual([]);
    expect(await refused(cloud.changeGroup('sg-0123456789abcdef0', changes))).toContain('InvalidGroup');
  });

  test('the caller: who it is, and one address', async () => {
    const { vpcId } = (await ground.cloud.subnets([]))[0] ?? { vpcId: '' };
    expect(await ground.cloud.caller(vpcId)).toEqual({
      who: expect.stringMatching(/.+@.+/),
      range: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+\/32$/),
    });
  });

  test('a launch: tagged from its first sight, the same token the same instances', async () => {
    const { cloud, keypair } = ground;
    const image = (await cloud.images(ground.image)).find(({ architecture }) => architecture === 'x86_64');
    if (image === undefined) throw new Error('the cloud has no image');
    launch = {
      pool,
      count: 2,
      image,
      market: 'on-demand',
      volumeSize: 20,
      type: 't3.micro',
      subnetId: (await cloud.subnets([]))[0]?.id ?? '',
      groupId,
      keypair,
      instanceProfile: undefined,
      userData: undefined,
      token: randomBytes(32).toString('hex'),
    };
    const first = await cloud.launch(launch);
    expect(first.map(({ state }) => state)).toEqual(['pending', 'pending']);
    const again = await cloud.launch(launch);
    expect(again.map(({ id }) => id).sort()).toEqual(first.map(({ id }) => id).sort());
    const seen = await until((all) => all.length === 2);
    for (const node of seen) {
      expect(node.tags).toMatchObject({ [POOL_TAG]: pool, Name: `poolparty-${pool}` });
      expect(node).toMatchObject({ type: 't3.micro', zone: expect.any(String) });
    }
    expect(seen.map(({ name }) => name)).toEqual(['node0', 'node1']);
    expect(await refused(cloud.launch({ ...launch, type: 't3.small' }))).toContain(
      'EC2 refused RunInstances: IdempotentParameterMismatch: ',
    );
    expect((await cloud.look(`${pool}-x`)).nodes).toEqual([]);
  });

  test('row 18: the account tells of this pool among all others, and of its regions', async () => {
    const { cloud } = ground;
    const mine = (await cloud.account()).instances.filter(({ tags }) => tags[POOL_TAG] === pool);
    expect(mine.map(({ id }) => id).sort()).toEqual((await nodes()).map(({ id }) => id).sort());
    const region = (await cloud.environment())['AWS_REGION'];
    expect(await cloud.regions()).toContain(region);
  });

  test(
    'a status: what the cloud’s own checks find, in time; unknown ids do no harm',
    async () => {
      const { cloud } = ground;
      const ids = (await nodes()).map(({ id }) => id);
      const stranger = 'i-0123456789abcdef0';
      await until((all) => all.every(({ state }) => state === 'running'));
      const well = async (): Promise<boolean> =>
        [...(await cloud.status(ids)).values()].every(({ health }) => health === 'ok');
      const limit = Date.now() + CHECK_LIMIT;
      while (!(await well())) {
        if (Date.now() > limit) throw new Error('they are not found well');
        await ground.rest();
      }
      const found = await cloud.status([stranger, ...ids]);
      expect([...found.keys()].sort()).toEqual([stranger, ...ids].sort());
      expect(found.get(ids[0] ?? '')).toEqual({ health: 'ok', notice: 'none' });
      expect(found.get(stranger)).toEqual({ health: 'unknown', notice: undefined });
      expect(await cloud.status([stranger])).toEqual(new Map([[stranger, found.get(stranger)]]));
      expect(await cloud.status([])).toEqual(new Map());
    },
    CHECK_LIMIT,
  );

  test('a rehearsal: launches nothing, and refuses what a launch would refuse', async () => {
    const { cloud } = ground;
    const before = (await nodes()).length;
    await cloud.rehearse(launch);
    expect((await nodes()).length).toBe(before);
    expect(await refused(cloud.rehearse({ ...launch, type: 't3.enormous' }))).toMatch(
      /^EC2 refused RunInstances: InvalidParameterValue: /,
    );
  });

  test('an address: made, given once, refused to a second, moved, freed', async () => {
    const { cloud } = ground;
    const made = await cloud.allocateAddress(pool);
    expect(made).toMatchObject({ ours: true, stopping: false, holder: undefined });
    const [one, two] = await until((all) => all.every(({ state }) => state === 'running'));
    if (!one || !two) throw new Error('two instances are needed');
    await cloud.associate(made, two.id);
    await cloud.associate(made, two.id);
    expect(await refused(cloud.associate(made, one.id))).toContain(
      'EC2 refused AssociateAddress: Resource.AlreadyAssociated: ',
    );
    const held = await cloud.look(pool);
    expect(held.address).toMatchObject({ ip: made.ip, holder: two.id });
    expect(held.nodes.map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(held.nodes[0]?.publicIp).toBe(made.ip);
    expect((await cloud.account()).addresses).toContainEqual({ pool, ip: made.ip, holder: two.id });
    const association = held.address?.associationId ?? '';
    await cloud.disassociate(association);
    await cloud.disassociate(association);
    expect((await cloud.look(pool)).address).toMatchObject({ holder: undefined, associationId: undefined });
    await cloud.associate(made, one.id);
    expect((await cloud.look(pool)).address?.holder).toBe(one.id);
  });

  test('an address that is released leaves its holder by itself, as EC2 has it in a default network', async () => {
    const { cloud } = ground;
    const other = `${pool}-released`;
    const made = await cloud.allocateAddress(other);
    const second = (await nodes())[1];
    await cloud.associate(made, second?.id ?? '');
    const held = await cloud.look(other);
    expect(held.address).toMatchObject({ ip: made.ip, holder: second?.id });
    await cloud.release(held.address ?? made);
    expect((await cloud.look(other)).address).toBeUndefined();
    expect((await nodes()).filter(({ publicIp }) => publicIp === made.ip)).toEqual([]);
  });

  test('tags: put on and taken off; the one that forbids changes is seen', async () => {
    const { cloud } = ground;
    const { address } = await cloud.look(pool);
    const id = address?.allocationId ?? '';
    await cloud.tag([id], { [STOPPING_TAG]: 'yes' });
    expect((await cloud.look(pool)).address?.stopping).toBe(true);
    await cloud.untag([id], [STOPPING_TAG]);
    expect((await cloud.look(pool)).address?.stopping).toBe(false);
    const node = (await nodes())[0]?.id ?? '';
    await cloud.tag([node], { 'poolparty:test': 'a b' });
    expect((await nodes())[0]?.tags).toMatchObject({ 'poolparty:test': 'a b' });
    await cloud.untag([node], ['poolparty:test']);
    expect((await nodes())[0]?.tags).not.toHaveProperty('poolparty:test');
  });

  test('a bucket: absent, made once, ours; one that others have is neither used nor made', async () => {
    const { cloud } = ground;
    expect(await cloud.lookForBucket(pool)).toBe('absent');
    await cloud.makeBucket(pool);
    await cloud.makeBucket(pool);
    expect(await cloud.lookForBucket(pool)).toBe('ours');
    await cloud.putObject(pool, 'notes/b.txt', 'two');
    await cloud.putObject(pool, 'notes/a.txt', 'ein Ü');
    await cloud.putObject(pool, 'notes/b.txt', 'three');
    expect(await cloud.objects(pool, 'notes/', 'notes/')).toEqual(['notes/a.txt', 'notes/b.txt']);
    expect(await cloud.objects(pool, 'notes/', 'notes/a.txt')).toEqual(['notes/b.txt']);
    expect(await cloud.objects(pool, 'others/', '')).toEqual([]);
    expect(await cloud.object(pool, 'notes/a.txt')).toBe('ein Ü');
    expect(await cloud.object(pool, 'notes/b.txt')).toBe('three');
    await cloud.deleteObject(pool, 'notes/a.txt');
    await cloud.deleteObject(pool, 'notes/a.txt');
    expect(await cloud.objects(pool, 'notes/', '')).toEqual(['notes/b.txt']);
    expect(await cloud.lookForBucket(ground.foreignBucket)).toBe('forbidden');
    expect(await refused(cloud.makeBucket(ground.foreignBucket))).toMatch(
      /^S3 refused CreateBucket: BucketAlreadyExists: .*; it belongs to another account; set shared_bucket to another name$/,
    );
  });

  test('what a node is told of the cloud: its region, and never a key', async () => {
    const told = await ground.cloud.environment();
    expect(told).toMatchObject({ AWS_REGION: expect.stringMatching(/^[a-z]+-[a-z]+-\d$/) });
    expect(JSON.stringify(told)).not.toMatch(/KEY|SECRET|TOKEN/);
  });

  test('an end: unknown ids do no harm, the reason is told, the group is in use until then, a kept volume is left', async () => {
    const { cloud } = ground;
    const ids = (await nodes()).map(({ id }) => id);
    const { address } = await cloud.look(pool);
    expect(await cloud.ends(ids)).toEqual(new Map());
    const [keeper] = await nodes();
    await ground.keepVolume(keeper?.id ?? '');
    const attached = await cloud.volumesOf(pool);
    expect(attached.flatMap(({ holders }) => holders).sort()).toEqual([...ids].sort());
    expect(attached.map(({ goesAlong, size }) => [goesAlong, size]).sort()).toEqual([
      [false, 20],
      [true, 20],
    ]);
    expect(await refused(cloud.deleteGroup(groupId))).toContain('DependencyViolation');
    await cloud.terminate([...ids, 'i-0123456789abcdef0']);
    await cloud.terminate(ids);
    const ends = await cloud.ends([...ids, 'i-0123456789abcdef0']);
    expect([...ends.keys()].sort()).toEqual([...ids].sort());
    expect([...ends.values()][0]).toContain('Client.UserInitiatedShutdown');
    expect((await cloud.status(ids)).get(ids[0] ?? '')?.health).toBe('unknown');
    await until((all) => all.length === 0);
    const kept = attached.filter(({ goesAlong }) => !goesAlong);
    expect(kept).toMatchObject([{ id: expect.stringMatching(/^vol-/), zone: keeper?.zone }]);
    expect(await cloud.volumesOf(pool)).toEqual(kept.map((one) => ({ ...one, holders: [] })));
    expect(await cloud.volumesOf(`${pool}-x`)).toEqual([]);
    await ground.removeVolume(kept[0]?.id ?? '');
    expect(await cloud.volumesOf(pool)).toEqual([]);
    await cloud.terminate(ids);
    expect((await cloud.look(pool)).address).toMatchObject({ ip: address?.ip, holder: undefined });
    expect(await refused(cloud.launch(launch))).toContain('IdempotentInstanceTerminated');
    if (address) await cloud.release(address);
    if (address) await cloud.release(address);
    expect((await cloud.look(pool)).address).toBeUndefined();
    await cloud.deleteGroup(groupId);
    await cloud.deleteGroup(groupId);
    expect(await cloud.findGroup(pool)).toBeUndefined();
  });
});
