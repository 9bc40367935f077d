// The round of `pool doctor`: what is asked, in which order, and what is not asked when an answer is missing.
import {
  judgeAccess,
  judgeAddresses,
  judgeBucket,
  judgePermissions,
  vcpuAdvice,
} from '../../plans/doctor/account.ts';
import { type Finding, ill, refused, skipped, well } from '../../plans/doctor/finding.ts';
import { judgeClock, judgeVersions } from '../../plans/doctor/machine.ts';
import { type FoundGroup, ownedBy } from '../../plans/own-group.ts';
import { PoolError } from '../../pool/failure.ts';
import type { Pool } from '../../pool/pool.ts';
import { type Prepared, preflight } from '../preflight.ts';
import type { World } from '../world.ts';
import type { Probes } from './probes.ts';
import { shells } from './shells.ts';
import type { Launch } from './subject.ts';

export interface Ward {
  readonly world: World;
  readonly probes: Probes;
  /** The package's own version. */
  readonly version: string;
}

/** A refusal is a finding; anything else is a bug. */
async function unlessRefused(check: string, ask: () => Promise<Finding | readonly Finding[]>) {
  try {
    return [await ask()].flat();
  } catch (error) {
    if (error instanceof PoolError) return [refused(check, error)];
    throw error;
  }
}

async function versions({ probes, version }: Ward): Promise<Finding> {
  return judgeVersions({ pool: version, node: process.version, ssh: await probes.sshVersion() });
}

/** Does anybody answer at EC2's endpoint, and what time is it there? Needs no credentials. */
async function endpoint({ world, probes }: Ward): Promise<readonly Finding[]> {
  const url = await probes.endpoint();
  try {
    const theirs = await probes.greet(url);
    return [well('endpoint', `${url} answers`), judgeClock(world.clock.now(), theirs)];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const mend =
      'check the network, AWS_REGION and AWS_ENDPOINT_URL_EC2; pool local up brings a local cloud up';
    return [
      ill('endpoint', `${url} does not answer (${why})`, mend),
      skipped('clock', 'nobody tells the time'),
    ];
  }
}

async function credentials({ world, probes }: Ward): Promise<Finding> {
  const { account, arn } = await probes.whoAmI();
  // STS believes credentials that EC2 of another region may not, and it may stand elsewhere.
  await world.cloud.look(world.settings.name);
  return well('credentials', `${arn}, account ${account}`);
}

async function keyFile({ world: { files, settings } }: Ward): Promise<Finding> {
  const { keypair_path: path } = settings;
  if (path === undefined)
    throw new PoolError('no private key is named; set keypair_path (or EC2_HOME), or run npm run dev:setup');
  await files.checkPrivateKey(path);
  await files.checkKnownHosts(settings.name);
  return well('key file', `${path} is there, and yours alone`);
}

/**
 * All that a start needs of the region. The key file and the bucket have checks of their own; a key that cannot be used
 * was told there, and is compared with none of EC2's.
 */
async function prepared({ world }: Ward, hasKey: boolean): Promise<Prepared> {
  const fine = async () => undefined;
  const own = { ...world.files, checkPrivateKey: fine, checkKnownHosts: fine };
  const files = hasKey ? own : { ...own, keyFingerprints: async () => [] };
  return await preflight(
    { ...world, files, settings: { ...world.settings, shared_bucket: undefined } },
    undefined,
    'named',
  );
}

const launchOf = ({ settings }: World, { image, places, keypair }: Prepared): Launch => ({
  ...{ imageId: image.id, type: places[0]?.types[0] ?? '', subnetId: places[0]?.subnetId ?? '', keypair },
  profile: settings.instance_profile,
});

const launchable = ({ settings }: World, { image, places, keypair }: Prepared): Finding =>
  well(
    'launch',
    `${settings.size.join(' or ')} from ${image.name} (${image.id}) in ${places.map(({ zone }) => zone).join(', ')}, key pair ${keypair}, ${settings.instance_profile ? `profile ${settings.instance_profile}` : 'no profile'}`,
  );

/** The pool's own group, and the network that it is in or will be. */
interface Premises {
  readonly group: FoundGroup | undefined;
  readonly vpcId: string;
}

async function premisesOf({ cloud, settings }: World): Promise<Premises> {
  const group = ownedBy(await cloud.groupsNamed(settings.name), settings.name);
  const vpcId = group?.vpcId ?? (await cloud.subnets(settings.subnets))[0]?.vpcId ?? '';
  return { group, vpcId };
}

async function permissions(
  { world: { settings }, probes }: Ward,
  { nodes, address }: Pool,
  launch: Launch | undefined,
  { group, vpcId }: Premises,
): Promise<readonly Finding[]> {
  const ours = address?.ours ? address : undefined;
  const subject = {
    ...{ pool: settings.name, vpcId, launch, groupId: group?.id, instanceId: nodes[0]?.id },
    ...{ allocationId: ours?.allocationId, associationId: ours?.associationId },
  };
  return judgePermissions(await probes.mayCall(subject));
}

async function addresses({ world: { settings }, probes }: Ward, { address }: Pool): Promise<Finding> {
  const [limit, used] = await Promise.all([probes.addressLimit(), probes.addressesUsed()]);
  return judgeAddresses({ limit, used, wantsMore: settings.public_ip === 'auto' && address === undefined });
}

async function bucket({ world: { cloud, settings } }: Ward): Promise<Finding> {
  const { shared_bucket: name } = settings;
  return judgeBucket(name, name === undefined ? undefined : await cloud.lookForBucket(name));
}

async function access({ world: { cloud, settings } }: Ward, { group, vpcId }: Premises): Promise<Finding> {
  return judgeAccess(group, settings, await cloud.caller(vpcId));
}

/** What needs credentials that EC2 takes. */
async function account(ward: Ward, hasKey: boolean): Promise<readonly Finding[]> {
  const { world } = ward;
  const pool = await world.cloud.look(world.settings.name);
  const ready = await prepared(ward, hasKey).catch((error: unknown) => {
    if (error instanceof PoolError) return error;
    throw error;
  });
  const launch = ready instanceof PoolError ? undefined : launchOf(world, ready);
  const premises = premisesOf(world);
  const rest = await Promise.all([
    unlessRefused('permissions', async () => permissions(ward, pool, launch, await premises)),
    [ready instanceof PoolError ? refused('launch', ready) : launchable(world, ready)],
    unlessRefused('elastic addresses', () => addresses(ward, pool)),
    [vcpuAdvice()],
    unlessRefused('bucket', () => bucket(ward)),
    unlessRefused('ssh', async () => access(ward, await premises)),
    hasKey
      ? unlessRefused('shell', () => shells(world, pool))
      : [skipped('shell', 'not asked without a key that can be used')],
  ]);
  return rest.flat();
}

const areWell = (found: readonly Finding[]): boolean => found.every(({ result }) => result === 'ok');

const ACCOUNT = ['permissions', 'launch', 'elastic addresses', 'bucket', 'ssh', 'shell'];

/** Every finding, in the order in which one would mend them; `told` gets each as it is found. */
export async function examine(ward: Ward, told: (finding: Finding) => void): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  const note = (found: readonly Finding[]) => {
    for (const finding of found) told(finding);
    all.push(...found);
  };
  note([await versions(ward)]);
  const key = await unlessRefused('key file', () => keyFile(ward));
  note(key);
  note(await unlessRefused('endpoint', () => endpoint(ward)));
  const who = await unlessRefused('credentials', () => credentials(ward));
  note(who);
  if (areWell(who)) note(await account(ward, areWell(key)));
  else note(ACCOUNT.map((check) => skipped(check, 'not asked without credentials that EC2 takes')));
  return all;
}
