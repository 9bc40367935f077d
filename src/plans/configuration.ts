// All that a node should be, in one value with one hash: files, the app's release, further services.

import { hashOf, type NodeFile } from '../pool/files.ts';
import type { Node } from '../pool/instance.ts';
import type { Settings } from '../pool/settings.ts';
import { healthPath } from '../pool/url.ts';
import { type NodeFacts, nodeFiles } from './node-files.ts';
import type { Release } from './release.ts';

export interface Configuration {
  readonly files: readonly NodeFile[];
  readonly release: Release | undefined;
  readonly services: readonly string[];
  /** Where the app answers on the node itself; undefined without an app. */
  readonly healthUrl: string | undefined;
  readonly settings: Settings;
  /** What /opt/poolparty/manifest.json says once all of it is there. */
  readonly manifest: string;
  /** sha256 of the manifest, hex: the node's `config_hash`. */
  readonly hash: string;
}

const manifestOf = (
  files: readonly NodeFile[],
  release: Release | undefined,
  services: readonly string[],
): string => {
  const entries = Object.fromEntries(files.map((file) => [file.path, file.entry]));
  return `${JSON.stringify({ ...entries, release: release?.id ?? 'none', services: services.join(' ') }, null, 2)}\n`;
};

/**
 * Where the app of this node answers; undefined without an app. HAProxy asks there, too: an app that listens on
 * 127.0.0.1 alone is well for nobody.
 */
export const healthUrl = ({ app, client_port }: Settings, { privateIp }: Node): string | undefined =>
  app === undefined
    ? undefined
    : `http://${privateIp ?? '127.0.0.1'}:${client_port}${healthPath(app.health)}`;

/** What `facts.node` should be. Throws code 2 where a template or a value of the user's is wrong. */
export function configurationOf(facts: NodeFacts): Configuration {
  const { release, settings } = facts;
  const files = nodeFiles(facts);
  const { services } = settings;
  const manifest = manifestOf(files, release, services);
  return {
    files,
    release,
    services,
    healthUrl: healthUrl(settings, facts.node),
    settings,
    manifest,
    hash: hashOf(manifest),
  };
}
