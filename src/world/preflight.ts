// Everything that can be wrong before a launch is found here, before anything is touched: exit code 2.
import { tooDear } from '../plans/budget.ts';
import type { Kit } from '../plans/kit.ts';
import { rehearseFiles } from '../plans/node-files.ts';
import { imageOf, type Place, placesOf } from '../plans/places.ts';
import type { Release } from '../plans/release.ts';
import type { Zone } from '../plans/spread.ts';
import { checkUserData, userDataOf } from '../plans/user-data.ts';
import { priceListOf, typesOf, unpriced } from '../pool/afford.ts';
import { PoolError, usageError } from '../pool/failure.ts';
import type { Image } from '../pool/offers.ts';
import type { Pool } from '../pool/pool.ts';
import type { App, Settings } from '../pool/settings.ts';
import { readTemplates, type Templates } from '../pool/templates.ts';
import { isOfPrivateHalf, plainFingerprint } from './keys/fingerprints.ts';
import type { HowRead, World } from './world.ts';

/** What a start needs beside the settings. */
export interface Prepared {
  readonly pool: Pool;
  readonly groupId: string | undefined;
  readonly image: Image;
  readonly places: readonly Place[];
  readonly vpcId: string;
  readonly keypair: string;
  /** Is the shared bucket to be made? */
  readonly lacksBucket: boolean;
  /** Its secret is found on a node, or made. */
  readonly kit: Kit;
}

/** A failure of a look means that nothing was touched, so its exit code is 2. */
export const untouched = async <T>(look: Promise<T>): Promise<T> => {
  try {
    return await look;
  } catch (error) {
    if (error instanceof PoolError) throw usageError(error.message, error.details);
    throw error;
  }
};

const readRelease = async (
  { files, terminal }: World,
  app: App | undefined,
  how: HowRead,
): Promise<Release | undefined> => {
  if (app === undefined) return undefined;
  if (!(await files.exists(app.source))) {
    throw usageError(
      `app.source ${app.source} does not exist; name the folder of the app, relative to pool.yml`,
    );
  }
  const { release, leftOut } = await files.release(app, how);
  for (const line of leftOut) terminal.warn(line);
  return release;
};

const checkKeys = async (world: World): Promise<string> => {
  const { keypair, keypair_path } = world.settings;
  if (keypair === undefined)
    throw usageError('no key pair: set keypair (or KEYPAIR_NAME); npm run dev:setup makes one');
  if (keypair_path === undefined)
    throw usageError('no private key: set keypair_path (or EC2_HOME), or run npm run dev:setup');
  await world.files.checkPrivateKey(keypair_path);
  await world.files.checkKnownHosts(world.settings.name);
  return keypair;
};

/** A key that opens no machine that is launched with that pair would be found out only when all of them run. */
async function checkKeypair({ cloud, files, settings }: World, name: string): Promise<void> {
  const path = settings.keypair_path ?? '';
  const [theirs, ours] = await Promise.all([cloud.keypairFingerprint(name), files.keyFingerprints(path)]);
  if (theirs === undefined)
    throw usageError(`EC2 has no key pair "${name}" in this region; run npm run dev:setup`);
  if (ours.length === 0 || ours.includes(plainFingerprint(theirs))) return;
  // An ssh-agent shows no private half, so that its fingerprint cannot be compared.
  if (isOfPrivateHalf(theirs) && !ours.some(isOfPrivateHalf)) return;
  throw usageError(
    `EC2's key pair "${name}" (${theirs}) is of another key than ${path} (${ours[0]}); set keypair to the one of this key, or keypair_path to that key, or import this one by another name: KEYPAIR_NAME=… npm run dev:setup`,
  );
}

/** Profile, user-data and permissions are EC2's to judge: it does so before there is anything to remove again. */
const rehearse = (
  { cloud, settings }: World,
  keypair: string,
  image: Image,
  [place]: readonly Place[],
  userData: string | undefined,
): Promise<void> =>
  cloud.rehearse({
    pool: settings.name,
    image,
    type: place?.types[0] ?? '',
    market: settings.spot ? 'spot' : 'on-demand',
    subnetId: place?.subnetId ?? '',
    volumeSize: settings.volume_size,
    keypair,
    instanceProfile: settings.instance_profile,
    userData,
  });

/** True where the shared bucket has to be made; one that is not for us is refused before anything is touched. */
async function lacksBucket({ cloud, settings }: World): Promise<boolean> {
  const { shared_bucket: name } = settings;
  if (name === undefined) return false;
  const sight = await cloud.lookForBucket(name);
  if (sight === 'forbidden')
    throw usageError(
      `the bucket ${name} exists, but these credentials may not use it; set shared_bucket to one of your own, or to a name that nobody has`,
    );
  if (sight === 'elsewhere')
    throw usageError(
      `the bucket ${name} is in another region than the pool; set shared_bucket to one of the pool's region`,
    );
  return sight === 'absent';
}

/** Refuses, with code 2, settings whose bucket nobody has made yet: a node could not mount it. */
export async function checkBucket(world: World): Promise<void> {
  if (await untouched(lacksBucket(world)))
    throw usageError(`the bucket ${world.settings.shared_bucket} is not there yet; pool start makes it`);
}

const looks = async (world: World, keypair: string, templates: Templates, known: Pool | undefined) => {
  const { cloud, settings } = world;
  const [pool, groupId, images, subnets, types] = await Promise.all([
    known ?? cloud.look(settings.name),
    cloud.findGroup(settings.name),
    cloud.images(settings.ami),
    cloud.subnets(settings.subnets),
    cloud.types(settings.size),
    checkKeypair(world, keypair),
  ]);
  const places = placesOf(settings, subnets, types);
  const image = imageOf(settings, images, types);
  await rehearse(world, keypair, image, places, userDataOf(settings, templates, pool.nodes));
  // Last, so that credentials which nobody knows are named as such: S3 only says that the bucket is forbidden.
  const bucket = { lacksBucket: await lacksBucket(world) };
  return { pool, groupId, image, places, vpcId: places[0]?.vpcId ?? '', ...bucket };
};

/** A limit on a price that nobody knows would stop every launch, sooner or later. */
function checkPrices(settings: Settings, environment: Readonly<Record<string, string>>): void {
  if (settings.max_hourly_usd === undefined) return;
  const lacks = unpriced(typesOf(settings), priceListOf(settings, environment));
  if (lacks !== undefined) throw usageError(`max_hourly_usd is set, but ${lacks}`);
}

/** Refuses, with code 2, a start whose instances would cost more than `max_hourly_usd`. */
export function checkMinimum({ settings }: World, { kit, pool }: Prepared, gone = false): void {
  const why = tooDear(settings, kit.environment, gone ? [] : pool.nodes);
  if (why !== undefined) throw usageError(why);
}

/** The zones that nodes are spread over. */
export const zonesOf = ({ places }: Prepared): readonly Zone[] =>
  places.map(({ subnetId, zone }) => ({ subnetId, zone }));

/** What all files of nodes are made from. Throws code 2 where the app or a template is wrong. */
export async function prepareKit(world: World, how: HowRead = 'packed'): Promise<Kit> {
  const { cloud, files, settings } = world;
  const release = await readRelease(world, settings.app, how);
  const templates = await readTemplates((name) => files.template(name));
  rehearseFiles(settings, templates);
  const [program, claim, environment] = await Promise.all([
    files.program('poolparty'),
    files.program('claim'),
    cloud.environment(),
  ]);
  checkPrices(settings, environment);
  return { settings, templates, release, program, claim, environment, secret: undefined };
}

/**
 * Checks keys, app, templates, image, zones and credentials; the first that is wrong is thrown, with code 2.
 * `known`: the pool as whoever asks has just seen it. `how`: packed where nodes may be given the app.
 */
export async function preflight(world: World, known?: Pool, how: HowRead = 'packed'): Promise<Prepared> {
  const keypair = await checkKeys(world);
  const kit = await prepareKit(world, how);
  checkUserData(world.settings, kit.templates);
  return { ...(await untouched(looks(world, keypair, kit.templates, known))), keypair, kit };
}
