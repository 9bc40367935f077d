// All that a node should be, in one value with one hash: files, the app's release, further services.
import { healthPath } from '../load-balancing/config.ts';
import { hashOf, type NodeFile, octal } from '../pool/files.ts';
import type { App, Settings } from '../pool/settings.ts';
import { type NodeFacts, nodeFiles } from './node-files.ts';

/** The app's folder and how it is installed; another archive or another install line makes another id. */
export interface Release {
  readonly id: string;
  /** A gzipped tar of the folder. */
  readonly archive: Uint8Array;
  readonly install: readonly string[];
}

export interface Configuration {
  readonly files: readonly NodeFile[];
  readonly release: Release | undefined;
  readonly services: readonly string[];
  /** Where the app answers on the node itself; undefined without an app. */
  readonly healthUrl: string | undefined;
  /** What /opt/poolparty/manifest.json says once all of it is there. */
  readonly manifest: string;
  /** sha256 of the manifest, hex: the node's `config_hash`. */
  readonly hash: string;
}

/** Make it once and hand it to every node's configuration: hashing a big archive takes time. */
export const releaseOf = (app: App, archive: Uint8Array): Release => ({
  id: hashOf(JSON.stringify([hashOf(archive), app.install])).slice(0, 16),
  archive,
  install: app.install,
});

/** As it stands in the manifest. */
export const manifestEntry = (file: NodeFile): string => `${octal(file.mode)} ${file.owner} ${file.hash}`;

const manifestOf = (
  files: readonly NodeFile[],
  release: Release | undefined,
  services: readonly string[],
): string => {
  const entries = Object.fromEntries(files.map((file) => [file.path, manifestEntry(file)]));
  return `${JSON.stringify({ ...entries, release: release?.id ?? 'none', services: services.join(' ') }, null, 2)}\n`;
};

const healthUrl = ({ app, client_port }: Settings): string | undefined =>
  app === undefined ? undefined : `http://127.0.0.1:${client_port}${healthPath(app.health)}`;

/** What `facts.node` should be. Throws code 2 where a template or a value of the user's is wrong. */
export function configurationOf(facts: NodeFacts, release: Release | undefined): Configuration {
  const files = nodeFiles(facts);
  const { services } = facts.settings;
  const manifest = manifestOf(files, release, services);
  return { files, release, services, healthUrl: healthUrl(facts.settings), manifest, hash: hashOf(manifest) };
}
