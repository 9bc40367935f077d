// Bringing one node to its configuration: one script, one archive on its standard input, one line of answer.
import * as z from 'zod';
import { HEARTBEAT_CONFIG } from '../fail-safety/heartbeat.ts';
import { WATCH_TIMER } from '../fail-safety/mastership-files.ts';
import { haproxyCall, isHaproxyConfig, lockWait, scriptLimit } from '../load-balancing/config.ts';
import { DATA_UNIT } from '../persistent-storage/mount.ts';
import { deviceName, hostName } from '../pool/believed.ts';
import { type NodeFile, octal } from '../pool/files.ts';
import type { InstanceId } from '../pool/instance.ts';
import type { Settings } from '../pool/settings.ts';
import { command } from '../pool/shell.ts';
import type { Templates } from '../pool/templates.ts';
import { HEALTH_HOST } from '../pool/url.ts';
import { answerLine } from './answer-line.ts';
import type { Configuration } from './configuration.ts';
import { heartbeatCalls, heartbeatStays } from './heartbeat.ts';
import type { Difference } from './node-state.ts';
import type { Release } from './release.ts';

/** An install line may fetch and build: this is its limit, in ms. */
const INSTALL_LIMIT = 15 * 60_000;

/** How long `configureScript` may take, in ms. */
export const configureLimit = (settings: Settings): number => scriptLimit(settings, INSTALL_LIMIT);

/** One file of the archive that a script reads from its standard input. */
export interface Parcel {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

/** What goes to the script's standard input: only what the node lacks. */
export const configureParcels = (configuration: Configuration, lacks: Difference): readonly Parcel[] => [
  ...lacks.files.map(({ path, content, mode }) => ({ name: `files${path}`, content, mode })),
  { name: 'manifest.json', content: configuration.manifest },
];

/** The release whose archive follows them there; undefined where the node has it. */
export const releaseToSend = ({ release }: Configuration, lacks: Difference): Release | undefined =>
  lacks.release ? release : undefined;

const puts = (files: readonly NodeFile[]): readonly string[] =>
  files
    .filter((file) => !isHaproxyConfig(file))
    .map(({ path, mode, owner, reaction }) => command('collect', path, octal(mode), owner, reaction));

/** haproxy.cfg is last, so that a node whose other files cannot be written keeps its rotation. */
const takeHaproxy = (files: readonly NodeFile[], settings: Settings, proofs: readonly InstanceId[]): string =>
  haproxyCall(files.some(isHaproxyConfig) ? 'take_haproxy' : 'keep_haproxy', settings, proofs);

const UNITS = '/etc/systemd/system/';
const APP = 'poolparty-app.service';
const FIREWALL = 'poolparty-firewall.service';

const mounts = ({ files }: Configuration): boolean =>
  files.some(({ path }) => path.endsWith(`/${DATA_UNIT}`));

const ownUnits = (configuration: Configuration): readonly string[] => [
  FIREWALL,
  ...(mounts(configuration) ? [DATA_UNIT] : []),
  ...(configuration.release === undefined ? [] : [APP]),
];

const hasFile = ({ files }: Configuration, path: string): boolean => files.some((file) => file.path === path);

/** The watch of the address, where the master's role can move. */
const watchCalls = (configuration: Configuration): readonly string[] =>
  hasFile(configuration, `${UNITS}${WATCH_TIMER}`)
    ? [command('want', WATCH_TIMER), command('run_unit', WATCH_TIMER, 'restart', 'nothing')]
    : [];

const unitName = (service: string): string => (service.includes('.') ? service : `${service}.service`);

/** After the release: an install line may be what brings a service. */
const serviceCalls = ({ services }: Configuration): readonly string[] =>
  services.length === 0
    ? []
    : [
        command('enable', ...services.map(unitName)),
        'read_units',
        ...services.map((service) => command('run_unit', unitName(service), 'start', 'nothing')),
      ];

const appCalls = ({ release }: Configuration, installLimit: number): readonly string[] =>
  release === undefined
    ? []
    : [
        `install_limit=${installLimit / 1_000}`,
        command('release', release.id, ...release.install),
        'run_app',
      ];

/** Waiting happens after the lock is free: a slow app does not keep others from configuring. */
const healthCall = ({ healthUrl }: Configuration, wait: number): string =>
  healthUrl === undefined
    ? "healthy=true answer='no app is configured'"
    : command('await_health', healthUrl, String(wait), HEALTH_HOST);

/** Files that nothing has to be told of, like the names and keys of other nodes. */
const onlyTexts = ({ files, release }: Difference): boolean =>
  !release &&
  files.length > 0 &&
  files.every(({ path, reaction }) => reaction === 'nothing' && !path.startsWith(UNITS));

/** Is there anything to bring for which the node has to have its software? */
export const needsSoftware = (lacks: Difference): boolean => !onlyTexts(lacks);

const textCalls = ({ files }: Difference): readonly string[] => [
  'make_key',
  ...puts(files),
  'place',
  'remove_forgotten',
  'read_units',
];

/** Files, units and services in the order in which they need each other. */
const allCalls = (
  configuration: Configuration,
  lacks: Difference,
  { proofs, reached, installLimit }: Required<Omit<Manner, 'wait' | 'bytes'>>,
): readonly string[] => [
  'make_user',
  'make_key',
  ...puts(lacks.files),
  'place',
  'remove_forgotten',
  ...(mounts(configuration) ? [] : ['end_data']),
  command('want', ...ownUnits(configuration)),
  'enable haproxy.service',
  'read_units',
  command('load_firewall', FIREWALL, reached.join(' ')),
  ...(mounts(configuration) ? ['mount_data'] : []),
  ...watchCalls(configuration),
  ...heartbeatCalls(hasFile(configuration, HEARTBEAT_CONFIG)),
  ...appCalls(configuration, installLimit),
  ...serviceCalls(configuration),
  'end_services',
  takeHaproxy(lacks.files, configuration.settings, proofs),
  'restart_maintain',
  ...heartbeatStays(hasFile(configuration, HEARTBEAT_CONFIG)),
];

export interface Manner {
  /** How long an app may take to be healthy, s. */
  readonly wait?: number;
  /** How long an install line may take, ms. */
  readonly installLimit?: number;
  /** Servers that must be found well after a reload, if they were before. */
  readonly proofs?: readonly InstanceId[];
  /** Servers that must be reached with a new firewall. */
  readonly reached?: readonly InstanceId[];
  /** What is sent, in bytes: the node makes room for it before it is touched. */
  readonly bytes?: number;
}

/** Room for what is sent, and for some small files; in bytes. */
const roomFor = (bytes: number): string => `room=${bytes + 262_144}`;

/**
 * The script for `Remote.run`, as root; its standard input is a tar of `configureParcels`.
 * Exit code 1 with a line on stderr where something cannot be done; an app that is not healthy within
 * `wait` seconds is no failure of the script: its last line says so (parseConfigured).
 */
export const configureScript = (
  configuration: Configuration,
  lacks: Difference,
  templates: Templates,
  { wait = 60, installLimit = INSTALL_LIMIT, proofs = [], reached = [], bytes = 0 }: Manner = {},
): string =>
  [
    templates['node.sh'],
    templates['haproxy.sh'],
    templates['keys.sh'],
    templates['configure.sh'],
    templates['heartbeat.sh'],
    'need flock tar curl socat haproxy nft',
    lockWait(configuration.settings),
    roomFor(bytes),
    // Where no other release comes, what the app keeps in its folder may be the only copy.
    ...(lacks.release ? ['more_room=drop_dead_release'] : []),
    'begin',
    'unpack',
    ...(onlyTexts(lacks)
      ? textCalls(lacks)
      : allCalls(configuration, lacks, { proofs, reached, installLimit })),
    'remember',
    healthCall(configuration, wait),
    '! $healthy || serves_own_app 0644 root',
    command('report', configuration.healthUrl ?? ''),
  ].join('\n');

const decoded = z
  .base64()
  .transform((text) => new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0))));

/** An empty text says that the node does not know. */
const told = z.string().transform((text) => (text === '' ? undefined : text));

const Answer = z.object({
  changed: z.array(z.string()),
  hash: z.string(),
  healthy: z.boolean(),
  health_url: z.string(),
  answer: decoded,
  ends: z.number(),
  ended: z.string().regex(/^((code|signal) \d+)?$/),
  log: decoded.transform((text) => text.split('\n').filter((line) => line !== '')),
  ssh_key: told,
  host_key: told,
  host: z.string().transform(hostName),
  device: z.string().transform(deviceName),
});

/** What a node is after `configureScript`. */
export interface Configured {
  /** Paths that were written, and `release`. */
  readonly changed: readonly string[];
  readonly hash: string;
  readonly healthy: boolean;
  readonly healthUrl: string;
  /** The last answer of the health check, or why there was none. */
  readonly answer: string;
  /** How often the app's command ended by itself while it was waited for, and how at last: `code 3`, `signal 9`. */
  readonly ends: number;
  readonly ended: string;
  /** The last 20 lines of the app's log, when it is not healthy. */
  readonly log: readonly string[];
  /** Public halves of its own ssh key and of its host key; its name and its way out. */
  readonly sshKey: string | undefined;
  readonly hostKey: string | undefined;
  readonly host: string | undefined;
  readonly device: string | undefined;
}

/** The script's answer. Throws where it is none of ours. */
export function parseConfigured(stdout: string): Configured {
  const { health_url, ssh_key, host_key, ...rest } = Answer.parse(answerLine(stdout));
  return { ...rest, healthUrl: health_url, sshKey: ssh_key, hostKey: host_key };
}
