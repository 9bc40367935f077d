// Builds the machine images out of Debian packages; nothing is built that is there already.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../machines/command.ts';
import { withHostLock } from '../machines/host-lock.ts';
import { ulimitFlags } from '../machines/limits.ts';
import { runtimeFlags } from '../machines/podman.ts';
import { anyCloud } from '../network/slots.ts';
import { imageFiles, settle } from './files.ts';
import { aptSettings, sourceLines } from './mirror.ts';
import { npmPart } from './npm.ts';
import { imageReference, type Recipe, recipes, suite } from './recipes.ts';

/**
 * Makes the images that are missing (about 40 s each) and removes those of older recipes.
 * Rejects with one line that names the image when a build fails; nothing half-made stays.
 */
export async function buildImages(say: (line: string) => void): Promise<void> {
  if ((await absent()).length > 0) await withHostLock('image-build', () => buildAbsent(say));
  await removeOld();
}

async function buildAbsent(say: (line: string) => void): Promise<void> {
  for (const recipe of await absent()) {
    say(`Building image ${recipe.name} from Debian packages`);
    await build(recipe).catch((error: Error) => {
      throw new Error(
        `image ${recipe.name} could not be built: ${error.message}; try again when apt-get update works`,
      );
    });
  }
}

async function absent(): Promise<readonly Recipe[]> {
  const now = await imagesNow();
  return recipes.filter((recipe) => !now.includes(imageReference(recipe.name)));
}

async function imagesNow(): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const text = await run([
    'podman',
    'images',
    '--format',
    format,
    '--filter',
    'reference=localhost/poolparty-local/*',
  ]);
  return text.split('\n').filter((line) => line !== '');
}

/** A cloud that is up may be of an older recipe and still launch from its images: then they stay. */
async function removeOld(): Promise<void> {
  if (await anyCloud()) return;
  const current = recipes.map((recipe) => imageReference(recipe.name));
  const old = (await imagesNow()).filter((image) => !current.includes(image));
  // An image that a machine of another cloud still uses cannot be removed, and must not be.
  for (const image of old.reverse()) await run(['podman', 'rmi', image]).catch(() => {});
}

function build(recipe: Recipe): Promise<void> {
  return recipe.from ? buildUpon(recipe, imageReference(recipe.from)) : buildFromPackages(recipe);
}

async function buildFromPackages(recipe: Recipe): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'poolparty-image-'));
  try {
    const tar = path.join(folder, 'rootfs.tar');
    await run(await bootstrapWords(recipe, folder, tar));
    await run(['podman', 'import', tar, imageReference(recipe.name)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bootstrapWords(recipe: Recipe, folder: string, tar: string): Promise<string[]> {
  await writeTree(path.join(folder, 'tree'));
  await writeFile(path.join(folder, 'settle'), settle);
  await writeFile(path.join(folder, 'apt'), (await aptSettings()).map((line) => `${line}\n`).join(''));
  return [
    ...['mmdebstrap', '--quiet', '--variant=minbase', `--include=${recipe.packages.join(',')}`],
    `--aptopt=${path.join(folder, 'apt')}`,
    `--customize-hook=sync-in ${path.join(folder, 'tree')} /`,
    `--customize-hook=chroot "$1" sh <${path.join(folder, 'settle')}`,
    ...[suite, tar, ...(await sourceLines())],
  ];
}

async function writeTree(root: string): Promise<void> {
  for (const file of imageFiles) {
    const target = path.join(root, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text);
    await chmod(target, file.mode);
  }
}

/** A container with the host's network installs the packages; its disk, with the host's Node and npm, is the image. */
async function buildUpon(recipe: Recipe, from: string): Promise<void> {
  const name = `poolparty-image-${recipe.name}-${process.pid}`;
  const install = [
    'apt-get -qq update',
    `DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends ${recipe.packages.join(' ')}`,
    ...(recipe.finish ?? []),
    ...npmPart.lines,
    'apt-get clean && rm -rf /var/lib/apt/lists/* /var/log/apt',
  ].join(' && ');
  try {
    const flags = ['--name', name, '--network', 'host', ...(await runtimeFlags()), ...(await ulimitFlags())];
    await run(['podman', 'run', ...flags, ...npmPart.flags, from, '/bin/sh', '-c', install]);
    await run(['podman', 'cp', process.execPath, `${name}:/usr/local/bin/node`]);
    await run(['podman', 'commit', '--quiet', name, imageReference(recipe.name)]);
  } finally {
    await run(['podman', 'rm', '--force', '--ignore', name]).catch(() => {});
  }
}
