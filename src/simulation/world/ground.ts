// What all parts of one simulated world stand on, and the World that a program on one of its machines gets.

import { Chalk } from 'chalk';
import { releaseOf } from '../../plans/release.ts';
import type { Settings } from '../../pool/settings.ts';
import type { Files, OwnNode, Terminal, World } from '../../world/world.ts';
import type { Account } from './account.ts';
import { type Ec2Parts, SimulatedCloud } from './cloud.ts';
import type { Court, Office } from './court.ts';
import type { Luck } from './luck.ts';
import type { Park } from './park.ts';
import type { Program } from './program.ts';
import { SimulatedRemote } from './remote.ts';
import type { Scripts } from './scripts.ts';
import type { Time } from './time.ts';
import type { Weather } from './weather.ts';

export interface Ground {
  readonly settings: Settings;
  readonly time: Time;
  readonly luck: Luck;
  readonly account: Account;
  readonly park: Park;
  readonly weather: Weather;
  readonly scripts: Scripts;
  readonly court: Court;
  /** One line of the story. */
  tell(line: string): void;
  ec2For(program: Program, office: Office): Ec2Parts;
}

/** Templates with nothing in them but what the simulated machines read: the scripts are not run here. */
const TEMPLATES: Readonly<Record<string, string>> = {
  'haproxy.cfg': [
    'global',
    '    stats socket /run/haproxy/admin.sock level admin',
    'backend app',
    '{{#each servers}}    server {{id}} {{address}}\n{{/each}}',
  ].join('\n'),
  hosts: '{{#each nodes}}{{ip}} {{name}} {{id}}\n{{/each}}',
  'ha.cf': '{{peer}} {{#each nodes}}{{this}} {{/each}}',
  haresources: '{{first}} {{second}}',
  authkeys: '{{secret}}',
};

const notAsked = (): never => {
  throw new Error('every simulated machine has Node and npm');
};

const OWN_NODE: OwnNode = {
  version: process.version,
  hasNpm: () => true,
  builtFor: notAsked,
  packed: notAsked,
  npm: notAsked,
};

const FILES: Files = {
  template: async (name) => TEMPLATES[name] ?? name,
  release: async (app) => ({ release: releaseOf(app, '1'), leftOut: [] }),
  archive: async () => ({ size: 0, chunks: async function* () {}, close: () => undefined }),
  keyFingerprints: async () => [],
  checkPrivateKey: async () => undefined,
  checkKnownHosts: async () => undefined,
  exists: async () => true,
  program: async (name) => name,
  secret: () => 'ab'.repeat(32),
  ownNode: () => OWN_NODE,
};

const quiet = (): undefined => undefined;

/** Nobody sits at it: what is worth telling goes through the news. */
const TERMINAL: Terminal = {
  isTerminal: false,
  columns: 100,
  paint: new Chalk({ level: 0 }),
  say: quiet,
  print: quiet,
  warn: quiet,
  write: async () => undefined,
  ask: async () => false,
  live: quiet,
};

/** The world of a maintainer on a simulated node. */
export function simulatedWorld(ground: Ground, program: Program): World {
  const { settings, park, scripts, luck, court } = ground;
  const changes = (id: string): void => court.changesNode(program, id);
  return {
    settings,
    cloud: new SimulatedCloud(ground.ec2For(program, 'maintainer')),
    remote: new SimulatedRemote({ program, park, scripts, luck, changes }),
    clock: program.clock,
    terminal: TERMINAL,
    files: FILES,
    get: () => Promise.reject(new Error('a maintainer on a node asks nobody through the address')),
    signal: new AbortController().signal,
  };
}
