// HAProxy's configuration from the settings and the members: a pure function of both and the template.
import { hashOf, type NodeFile } from '../pool/files.ts';
import type { InstanceId } from '../pool/instance.ts';
import type { Member } from '../pool/members.ts';
import type { Settings } from '../pool/settings.ts';
import { command } from '../pool/shell.ts';
import { render, type Templates } from '../pool/templates.ts';
import { ALIVE_PATH, ALIVE_PORT, HEALTH_HOST, healthPath } from '../pool/url.ts';

export const HAPROXY_CONFIG = '/etc/haproxy/haproxy.cfg';

/** haproxy.cfg has a way of its own to a node. */
export const isHaproxyConfig = ({ path }: NodeFile): boolean => path === HAPROXY_CONFIG;

/** Configurations are made again and again, and differ in their servers alone. */
const rests = new Map<string, string>();
const MOST_RESTS = 100;

/** Hash of a haproxy.cfg but for its servers, as templates/state.sh tells it of the one on a node. */
export function restOf(content: string): string {
  const lines = content.split('\n').filter((line) => !/^[ \t]*server[ \t]/.test(line));
  const rest = lines.join('\n').replace(/\n?$/, '\n');
  const hash = rests.get(rest) ?? hashOf(rest);
  if (rests.size > MOST_RESTS) rests.clear();
  rests.set(rest, hash);
  return hash;
}

/** What haproxy itself runs; its configuration names it. */
export const HAPROXY_LUA = '/etc/haproxy/poolparty.lua';

/**
 * What stands behind every server, also where the runtime socket adds one: `add server` ignores default-server.
 * Two missed checks in a row or three failed connections of visitors take a server out, one passed check brings it
 * back. Its open requests are left to it, for it may be merely slow; haproxy.lua takes them from machines that died.
 */
const serverOptions = (maxConnections: number): string =>
  [
    'check inter 1s fastinter 100ms fall 2 rise 1',
    'observe layer4 error-limit 3 on-error mark-down',
    `maxconn ${maxConnections}`,
  ].join(' ');

/** The slowest answer takes `timeout server` of the template, in s. */
const SLOWEST_ANSWER = 65;

/** How long requests may go on in a server that leaves, in whole seconds. */
const drainSeconds = ({ drain_limit }: Settings): number => Math.ceil(drain_limit / 1_000);

/** Where on its own address a node asks its HAProxy as a visitor would for the app's health path; nothing without an app. */
const frontOf = ({ host_port, app }: Settings): string =>
  app === undefined ? '' : `:${host_port}${healthPath(app.health)}`;

/**
 * What templates/haproxy.sh is told to do with the staged haproxy.cfg: `take_haproxy`, or `take_members` where all but
 * its servers stays as it is, or `keep_haproxy` where none was staged. `proofs`: servers that must be found well
 * after a reload, if they were before.
 */
export const haproxyCall = (
  word: 'take_haproxy' | 'take_members' | 'keep_haproxy',
  settings: Settings,
  proofs: readonly InstanceId[],
): string =>
  command(word, '0644', 'root', String(drainSeconds(settings)), frontOf(settings), proofs.join(' '));

/** A drain that is under way keeps other scripts of this node waiting: for so long, in s. */
const lockSeconds = (settings: Settings): number => drainSeconds(settings) + 120;

/** Stands before `begin` in a script for a node. */
export const lockWait = (settings: Settings): string => `lock_wait=${lockSeconds(settings)}`;

/** How long a script may take that waits for the lock, and then for a drain of its own; ms. */
export const scriptLimit = (settings: Settings, work: number): number =>
  (lockSeconds(settings) + drainSeconds(settings)) * 1_000 + work;

/**
 * Connections of visitors that HAProxy takes at once, those that wait among them; more wait in the kernel. Each may
 * cost a buffer of 16 KiB, and two file descriptors.
 */
const LEAST_VISITORS = 8_000;
const mostVisitors = ({ max_connections, maximum_instances }: Settings): number =>
  Math.max(LEAST_VISITORS, 2 * max_connections * maximum_instances);

/**
 * The whole of haproxy.cfg; the listener that tells whether HAProxy lives follows whatever template the user has.
 * Without an app only the port is checked, since there is no path to ask.
 */
export function haproxyConfig(settings: Settings, members: readonly Member[], templates: Templates): string {
  const { host_port, client_port, max_connections, app } = settings;
  const alive = { alive_path: ALIVE_PATH, alive_port: ALIVE_PORT };
  const config = render(templates, 'haproxy.cfg', {
    host_port,
    client_port,
    max_connections,
    hard_stop_after: Math.max(SLOWEST_ANSWER, drainSeconds(settings)) + 5,
    health_host: HEALTH_HOST,
    health_path: app === undefined ? '' : healthPath(app.health),
    server_options: serverOptions(max_connections),
    servers: members,
    most_visitors: mostVisitors(settings),
    ...alive,
  });
  return `${config}${config.endsWith('\n') ? '' : '\n'}${render(templates, 'haproxy-alive.cfg', alive)}`;
}
