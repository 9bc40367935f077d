// Files of the machine that the command runs on: templates, the app's folder, the private key.
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usageError } from '../pool/failure.ts';
import { unixText } from '../pool/templates.ts';
import type { OperatorsFiles } from './folder/operators.ts';
import { keyFingerprints } from './keys/fingerprints.ts';
import { createKeyring, type Keyring } from './keys/keyring.ts';
import { createOwnNode } from './own-node.ts';
import { ownTemplates } from './own-templates.ts';
import { newSecret } from './secret.ts';
import { checkWritable, knownHostsPath } from './ssh/known-hosts.ts';
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

/** `folder` is where pool.yml is (or would be); `operators` files are no part of the app, wherever they are. */
export const createFiles = (
  folder: string,
  { keyring, home }: SshPlaces = nowhere(),
  operators: OperatorsFiles = {},
  own = ownTemplates(folder),
): Files => ({
  template: async (name) => unixText((await own(name)) ?? (await builtIn(name))),
  release: async (app, how) => await (await import('./release.ts')).readApp(app, how, operators),
  archive: async (release) => (await import('./release.ts')).keptArchive(release),
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
