// Files of the machine that the command runs on: templates, the app's folder, the private key.
import { access, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { usageError } from '../pool/failure.ts';
import { unixText } from '../pool/templates.ts';
import { keyFingerprints } from './keys/fingerprints.ts';
import { createKeyring, type Keyring } from './keys/keyring.ts';
import { createOwnNode } from './own-node.ts';
import { ownTemplates } from './own-templates.ts';
import { newSecret } from './secret.ts';
import { checkWritable, knownHostsPath } from './ssh/known-hosts.ts';
import type { Entry } from './tar.ts';
import type { Files, NodeProgram, OwnNode } from './world.ts';

/** The package's own folder: the nearest one above this file that has a package.json. */
async function packageRoot(from: string): Promise<string> {
  const folder = dirname(from);
  const here = await access(join(folder, 'package.json')).then(
    () => true,
    () => false,
  );
  return here || folder === dirname(folder) ? folder : await packageRoot(folder);
}

const builtIn = async (name: string): Promise<string> =>
  await readFile(join(await packageRoot(fileURLToPath(import.meta.url)), 'templates', name), 'utf8');

/** Built beside the commands themselves. */
async function program(name: NodeProgram): Promise<string> {
  const path = join(await packageRoot(fileURLToPath(import.meta.url)), 'dist', 'node', `${name}.js`);
  return await readFile(path, 'utf8').catch(() => {
    throw usageError(`${path} is missing; run npm run build`);
  });
}

/** Everything below the folder but version control, in one order on every machine. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(folder, path).split('/').includes('.git'))
    .sort();
}

const entry = async (folder: string, path: string): Promise<Entry> => {
  const name = relative(folder, path);
  const link = await readlink(path).catch(() => undefined);
  if (link !== undefined) return { name, link };
  const executable = ((await stat(path)).mode & 0o111) !== 0;
  return { name, content: await readFile(path), mode: executable ? 0o755 : 0o644 };
};

async function release(folder: string): Promise<Uint8Array> {
  const paths = await filesBelow(folder);
  const entries = await Promise.all(paths.map((path) => entry(folder, path)));
  const { tar } = await import('./tar.ts');
  return await promisify(gzip)(await tar(entries), { level: 6 });
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** One for the whole command, so that it is packed once. */
const ownNode = ((own?: OwnNode) => () => {
  own ??= createOwnNode();
  return own;
})();

/** What the user's machine has for ssh: keys, and the folder below which the nodes' host keys are pinned. */
interface SshPlaces {
  readonly keyring: Keyring;
  readonly home: string;
}

const nowhere = (): SshPlaces => ({ keyring: createKeyring(), home: homedir() });

/** `folder` is where pool.yml is (or would be). */
export const createFiles = (
  folder: string,
  { keyring, home }: SshPlaces = nowhere(),
  own = ownTemplates(folder),
): Files => ({
  template: async (name) => unixText((await own(name)) ?? (await builtIn(name))),
  release,
  checkPrivateKey: async (path) => {
    await keyring.login(path);
  },
  checkKnownHosts: (pool) => checkWritable(knownHostsPath(home, pool)),
  keyFingerprints: async (path) => {
    const { key, whole } = await keyring.login(path);
    return keyFingerprints(key, whole);
  },
  exists,
  program,
  ownNode,
  secret: newSecret,
});
