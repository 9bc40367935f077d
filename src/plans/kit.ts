// What every node keeps so that it can take over: settings, templates, PoolParty's own program, the pool's secret.
import { type NodeFile, nodeFile } from '../pool/files.ts';
import { NODE } from '../pool/node-paths.ts';
import { settingsText } from '../pool/node-settings.ts';
import type { Settings } from '../pool/settings.ts';
import type { Templates } from '../pool/templates.ts';
import { environmentFile } from './environment.ts';
import type { Release } from './release.ts';

/** All that files of nodes are made from, beside the pool itself: the same on every machine that configures. */
export interface Kit {
  readonly settings: Settings;
  readonly templates: Templates;
  /** Undefined without an app. */
  readonly release: Release | undefined;
  /** The texts of the programs that run on nodes: one that maintains, one that claims and must start fast. */
  readonly program: string;
  readonly claim: string;
  /** Region and endpoints of the cloud, as environment variables; never a key. */
  readonly environment: Readonly<Record<string, string>>;
  /** Heartbeat's, 64 hex digits; undefined until it is known. */
  readonly secret: string | undefined;
}

/** The maintain service reads these once. */
const MAINTAINS = { reaction: 'restart-maintain' } as const;

/** The programs are long and always the same: they are hashed once. */
const programs = new Map<string, NodeFile>();

function programFile(path: string, program: string): NodeFile {
  const known = programs.get(program) ?? nodeFile(path, program, MAINTAINS);
  programs.set(program, known);
  return known;
}

/** Hashing takes longer than all else here, and both stay the same for a whole run. */
const templatesFiles = new WeakMap<Templates, NodeFile>();
const settingsFiles = new WeakMap<Settings, NodeFile>();

function templatesFile(templates: Templates): NodeFile {
  const text = () => `${JSON.stringify(templates)}\n`;
  const file = templatesFiles.get(templates) ?? nodeFile(NODE.templates, text(), MAINTAINS);
  templatesFiles.set(templates, file);
  return file;
}

function settingsFile(settings: Settings): NodeFile {
  const options = { mode: 0o600, ...MAINTAINS };
  const file = settingsFiles.get(settings) ?? nodeFile(NODE.settings, settingsText(settings), options);
  settingsFiles.set(settings, file);
  return file;
}

export const kitFiles = (kit: Kit): readonly NodeFile[] => [
  programFile(NODE.program, kit.program),
  programFile(NODE.claim, kit.claim),
  settingsFile(kit.settings),
  templatesFile(kit.templates),
  nodeFile(NODE.cloudEnvironment, environmentFile(kit.environment), MAINTAINS),
  ...(kit.secret === undefined ? [] : [nodeFile(NODE.secret, `${kit.secret}\n`, { mode: 0o600 })]),
];
