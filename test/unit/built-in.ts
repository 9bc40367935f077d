// The templates as they are shipped, and facts of a small pool to fill them with.
import { readFile } from 'node:fs/promises';
import type { Kit } from '../../src/plans/kit.ts';
import type { NodeFacts } from '../../src/plans/node-files.ts';
import { releaseOf } from '../../src/plans/release.ts';
import type { Instance } from '../../src/pool/instance.ts';
import { poolOf } from '../../src/pool/pool.ts';
import type { App, Settings } from '../../src/pool/settings.ts';
import { defaultsIn } from '../../src/pool/settings-defaults.ts';
import { readTemplates } from '../../src/pool/templates.ts';

export const builtIn = await readTemplates(
  async (name) => await readFile(new URL(`../../templates/${name}`, import.meta.url), 'utf8'),
);

export const app = (changed: Partial<App> = {}): App => ({
  source: '/party/app',
  command: 'node server.js',
  health: '/health',
  env: {},
  install: [],
  ...changed,
});

/** The number says launch order and addresses. */
export const instance = (number: number, changed: Partial<Instance> = {}): Instance => ({
  id: `i-${number.toString(16).padStart(8, '0')}`,
  state: 'running',
  launchedAt: new Date(number * 1000),
  type: 't3.small',
  zone: 'us-east-1a',
  privateIp: `10.0.${Math.floor(number / 200)}.${(number % 200) + 1}`,
  publicIp: undefined,
  publicDns: undefined,
  tags: {},
  ...changed,
});

/** All that files are made from beside the pool. */
export const kit = (settings: Settings): Kit => ({
  settings,
  templates: builtIn,
  release: settings.app && releaseOf(settings.app, '1'),
  program: 'program',
  claim: 'claim',
  environment: { AWS_REGION: 'us-east-1' },
  secret: 'ab'.repeat(32),
});

/** A pool of `instances`, seen from its node 0. */
export function factsOf(instances: readonly Instance[], changed: Partial<Settings> = {}): NodeFacts {
  const settings: Settings = { ...defaultsIn('/party'), name: 'party', app: app(), ...changed };
  const pool = poolOf({ name: settings.name, instances, address: undefined });
  const node = pool.nodes[0];
  if (node === undefined) throw new Error('a pool of at least one instance is needed');
  return { ...kit(settings), pool, node, members: [], pair: undefined };
}
