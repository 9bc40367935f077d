// EC2 through the AWS SDK. Loaded only by words that need it: the SDK is the slowest thing to start.
import type { Settings } from '../pool/settings.ts';
import { account, regions } from './ec2/account.ts';
import { allocateAddress, associate, disassociate, release, tag, untag } from './ec2/address.ts';
import { caller } from './ec2/caller.ts';
import { connect, type Ec2Options, environment } from './ec2/client.ts';
import { changeGroup, deleteGroup, findGroup, groupsNamed, openGroup } from './ec2/group.ts';
import { images } from './ec2/image.ts';
import { hostKeys, keypairFingerprint, launch, rehearse, terminate } from './ec2/launch.ts';
import { ends, look } from './ec2/look.ts';
import { subnets, types } from './ec2/offers.ts';
import { status } from './ec2/status.ts';
import { usersOf } from './ec2/users.ts';
import { volumesOf } from './ec2/volumes.ts';
import type { Cloud } from './world.ts';

/** The account's EC2 in the settings' region, or at AWS_ENDPOINT_URL_EC2. */
export function createCloud(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  options: Ec2Options = {},
): Cloud {
  const ec2 = connect(settings.region, env, { profile: settings.aws_profile, ...options });
  const buckets = async () => (await import('./s3.ts')).createBuckets(settings, env, options.credentials);
  return {
    account: () => account(ec2),
    regions: () => regions(ec2),
    look: (pool) => look(ec2, pool, settings.public_ip),
    images: (ami) => images(ec2, ami),
    subnets: (ids) => subnets(ec2, ids),
    types: (names) => types(ec2, names),
    keypairFingerprint: (name) => keypairFingerprint(ec2, name),
    rehearse: (kind) => rehearse(ec2, kind),
    launch: (request) => launch(ec2, request),
    ends: (ids) => ends(ec2, ids),
    status: (ids) => status(ec2, ids),
    terminate: (ids) => ec2.call('TerminateInstances', () => terminate(ec2, ids)),
    findGroup: (pool) => findGroup(ec2, pool),
    openGroup: (pool, vpcId, openings) => openGroup(ec2, pool, vpcId, openings),
    groupsNamed: (pool) => groupsNamed(ec2, pool),
    changeGroup: (id, changes) => changeGroup(ec2, id, changes),
    caller: (vpcId) => caller(ec2, vpcId),
    deleteGroup: (id) => deleteGroup(ec2, id),
    usersOf: (groupId, pool) => usersOf(ec2, groupId, pool),
    volumesOf: (pool) => volumesOf(ec2, pool),
    allocateAddress: (pool) => allocateAddress(ec2, pool),
    associate: (address, instance) => associate(ec2, address, instance),
    disassociate: (id) => disassociate(ec2, id),
    release: (address) => release(ec2, address),
    tag: (ids, tags) => tag(ec2, ids, tags),
    untag: (ids, keys) => untag(ec2, ids, keys),
    lookForBucket: async (name) => await (await buckets()).look(name),
    makeBucket: async (name) => await (await buckets()).make(name),
    putObject: async (bucket, key, text) => await (await buckets()).put(bucket, key, text),
    objects: async (bucket, prefix, after) => await (await buckets()).list(bucket, prefix, after),
    object: async (bucket, key) => await (await buckets()).get(bucket, key),
    deleteObject: async (bucket, key) => await (await buckets()).remove(bucket, key),
    environment: () => environment(ec2, env),
    hostKeys: (id) => hostKeys(ec2, id),
  };
}
