// What a node keeps, so that it can configure another one: settings, templates, the app's release.
import { createReadStream } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import type { Release } from '../../plans/release.ts';
import { PoolError } from '../../pool/failure.ts';
import { NODE } from '../../pool/node-paths.ts';
import { settingsFrom } from '../../pool/node-settings.ts';
import type { App, Settings } from '../../pool/settings.ts';
import { createOwnNode } from '../own-node.ts';
import { newSecret } from '../secret.ts';
import type { Bulk } from '../spool.ts';
import type { AppFolder, Files } from '../world.ts';

/** In bytes. */
const PIECE = 256 * 1024;

const unreadable =
  (path: string) =>
  (cause: Error): never => {
    throw new PoolError(`${path} cannot be read: ${cause.message}; configure this node: pool configure`, {
      cause,
    });
  };

const kept = async (path: string): Promise<Buffer> => await readFile(path).catch(unreadable(path));

const keptJson = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse((await kept(path)).toString('utf8')) as Record<string, unknown>;

/** The settings that this node was configured with; `root` is another only in tests. */
export const nodeSettings = async (root = ''): Promise<Settings> =>
  settingsFrom((await kept(root + NODE.settings)).toString('utf8'));

async function template(texts: Record<string, unknown>, name: string): Promise<string> {
  const text = texts[name];
  if (typeof text === 'string') return text;
  throw new PoolError(`${NODE.templates} has no ${name}; bring this node up to date: pool configure`);
}

/** The release that this node serves, as whoever configured it called it. */
async function release(root: string, { install }: App): Promise<AppFolder> {
  const id = (await keptJson(root + NODE.manifest))['release'];
  if (typeof id !== 'string' || !/^[0-9a-f]+$/.test(id))
    throw new PoolError(`${NODE.manifest} names no release; configure this node: pool configure`);
  return { release: { id, install }, leftOut: [] };
}

/** Never held in memory: it is read again for each node. */
async function archive(root: string, { id }: Release): Promise<Bulk> {
  const path = `${root}${NODE.releases}/${id}.tar.gz`;
  const { size } = await stat(path).catch(unreadable(path));
  const chunks = () => createReadStream(path, { end: Math.max(0, size - 1), highWaterMark: PIECE });
  return { size, chunks, close: () => undefined };
}

/** The node's own files in place of the operator's; `root` is another only in tests. */
export async function nodeFilesOnDisk(root = ''): Promise<Files> {
  const texts = await keptJson(root + NODE.templates);
  const ownNode = createOwnNode();
  return {
    template: (name) => template(texts, name),
    release: (app) => release(root, app),
    archive: (wanted) => archive(root, wanted),
    checkPrivateKey: async (path) => {
      await kept(path);
    },
    checkKnownHosts: async () => undefined,
    // A node opens the others with a key of its own, which no pair of EC2's knows.
    keyFingerprints: async () => [],
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    program: async (name) => {
      const path = name === 'claim' ? NODE.claim : NODE.program;
      return (await kept(root + path)).toString('utf8');
    },
    ownNode: () => ownNode,
    secret: newSecret,
  };
}
