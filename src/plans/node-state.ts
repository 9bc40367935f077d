// What a node says of itself: the files that are there, what runs, its names and keys; and what differs from the plan.
import { HAPROXY_CONFIG, isHaproxyConfig, restOf } from '../load-balancing/config.ts';
import { deviceName, heartbeatSecret, hostName } from '../pool/believed.ts';
import type { NodeFile } from '../pool/files.ts';
import { command } from '../pool/shell.ts';
import type { Templates } from '../pool/templates.ts';
import { HEALTH_HOST } from '../pool/url.ts';
import type { Configuration } from './configuration.ts';

/** Everything about a node that a configuration is compared with, and what others must know of it. */
export interface NodeState {
  /** By path: mode, owner and hash as the manifest writes them, but read from the disk. */
  readonly entries: ReadonlyMap<string, string>;
  /** Hash of its haproxy.cfg but for the servers; undefined where it does not tell. */
  readonly rest?: string | undefined;
  /** sha256 of the manifest; undefined on a node that was never configured. */
  readonly configHash: string | undefined;
  /** The release that is current and was installed to its end. */
  readonly release: string | undefined;
  /** A change was begun and its reaction is still due, or a unit of ours that should run does not. */
  readonly unfinished: boolean;
  /** Does the app answer its health check on the node itself? True where no app is configured. */
  readonly healthy: boolean;
  /** `uname -n`, and the network interface of the way out. */
  readonly host: string | undefined;
  readonly device: string | undefined;
  /** Public halves, as in a .pub file without its comment. */
  readonly sshKey: string | undefined;
  readonly hostKey: string | undefined;
  /** The pool's Heartbeat secret, 64 hex digits. */
  readonly secret: string | undefined;
}

/** A machine that has nothing of ours. */
export const UNTOUCHED: NodeState = {
  entries: new Map(),
  configHash: undefined,
  release: undefined,
  unfinished: false,
  healthy: false,
  host: undefined,
  device: undefined,
  sshKey: undefined,
  hostKey: undefined,
  secret: undefined,
};

/** Changes nothing. `healthUrl`: where the app answers on the node itself. */
export const stateScript = (templates: Templates, healthUrl: string | undefined): string =>
  [templates['keys.sh'], templates['state.sh'], command('tell_state', healthUrl ?? '', HEALTH_HOST)].join(
    '\n',
  );

/** What `stateScript` printed; what a node does not tell is unknown. */
export function parseState(stdout: string): NodeState {
  const said = (key: string) => new RegExp(`^${key} (.+)$`, 'm').exec(stdout)?.[1];
  const files = stdout.matchAll(/^file (\d{4}) (\S+) ([0-9a-f]{64}) (\/.*)$/gm);
  return {
    entries: new Map(
      [...files].map(([, mode, owner, hash, path = '']) => [path, `${mode} ${owner} ${hash}`]),
    ),
    rest: said('rest'),
    configHash: said('hash'),
    release: said('release'),
    unfinished: said('unfinished') !== undefined,
    healthy: said('healthy') === 'yes',
    host: hostName(said('host')),
    device: deviceName(said('device')),
    sshKey: said('ssh_key'),
    hostKey: said('host_key'),
    secret: heartbeatSecret(said('secret')),
  };
}

/** What is on its disk as haproxy.cfg, as a manifest says it. */
export const rotationIn = (state: NodeState): string | undefined => state.entries.get(HAPROXY_CONFIG);

/** What has to be brought to a node. */
export interface Difference {
  readonly files: readonly NodeFile[];
  readonly release: boolean;
  /** Does its haproxy.cfg differ in more than the servers? */
  readonly rest: boolean;
  /** Is there anything at all to do, be it only to forget files or to finish what was begun? */
  readonly any: boolean;
  /** Will the app be started anew? */
  readonly restarts: boolean;
}

/** Names and keys of other nodes, and Heartbeat's affairs: whoever is brought these goes on serving. */
const HARMLESS: ReadonlySet<NodeFile['reaction']> = new Set<NodeFile['reaction']>([
  'nothing',
  'restart-heartbeat',
]);

/** Could bringing this keep a node from serving? Whatever the settings or templates say now does. */
export const isRisky = ({ any, release, rest, files }: Difference): boolean =>
  any &&
  (release ||
    files.length === 0 ||
    files.some((file) => (isHaproxyConfig(file) ? rest : !HARMLESS.has(file.reaction))));

const restartsApp = (configuration: Configuration, state: NodeState, files: readonly NodeFile[]): boolean =>
  configuration.release !== undefined &&
  (state.release !== configuration.release.id || files.some((file) => file.reaction === 'restart-app'));

const restIn = ({ files }: Configuration): string | undefined => {
  const file = files.find(isHaproxyConfig);
  return file && restOf(file.content);
};

/** What of `configuration` the node lacks. Where something was left unfinished, all of it is brought again. */
export function difference(configuration: Configuration, state: NodeState): Difference {
  const { unfinished, entries, configHash } = state;
  const files = configuration.files.filter((file) => unfinished || entries.get(file.path) !== file.entry);
  const release = configuration.release !== undefined && configuration.release.id !== state.release;
  return {
    files,
    release,
    rest: unfinished || (state.rest !== undefined && state.rest !== restIn(configuration)),
    any: unfinished || release || files.length > 0 || configHash !== configuration.hash,
    restarts: restartsApp(configuration, state, files),
  };
}

/** The node after `configuration` was brought to it whole. */
export const stateAfter = (
  configuration: Configuration,
  said: Pick<NodeState, 'healthy' | 'host' | 'device' | 'sshKey' | 'hostKey'>,
  secret: string | undefined,
): NodeState => ({
  ...said,
  entries: new Map(configuration.files.map((file) => [file.path, file.entry])),
  rest: restIn(configuration),
  configHash: configuration.hash,
  release: configuration.release?.id,
  unfinished: false,
  secret,
});

/** The node after its HAProxy alone was changed, which `configuration` may say otherwise: `entry` is what it is now. */
export function stateRotated(
  configuration: Configuration,
  before: NodeState,
  { entry, keeps }: { readonly entry: string; readonly keeps: boolean },
): NodeState {
  const isSame = (file: NodeFile) => entries.get(file.path) === file.entry;
  const entries = new Map([...before.entries, [HAPROXY_CONFIG, entry]]);
  return {
    ...before,
    entries,
    rest: keeps ? before.rest : restIn(configuration),
    configHash: configuration.files.every(isSame) ? configuration.hash : before.configHash,
  };
}
