// The files that make the master's role move: units of the node's program, and the watch of every node.
import { type NodeFile, nodeFile } from '../pool/files.ts';
import { NODE } from '../pool/node-paths.ts';
import type { Pool } from '../pool/pool.ts';
import type { Settings } from '../pool/settings.ts';
import { render, type Templates } from '../pool/templates.ts';
import { aliveUrl } from '../pool/url.ts';

const UNITS = [
  'poolparty-claim.service',
  'poolparty-take-over.service',
  'poolparty-maintain.service',
  'poolparty-watch.service',
  'poolparty-watch.timer',
] as const;

/** Started at each boot; the others are started by it, by Heartbeat or by a person. */
export const WATCH_TIMER = 'poolparty-watch.timer';

interface Facts {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly templates: Templates;
}

/**
 * Can the nodes of this pool move their master? Not without an address, and not without a role that lets them ask
 * EC2: then none of these files is there, and whoever wants the pool maintained runs `pool maintain`.
 */
export const movesItsMaster = ({ settings, pool }: Pick<Facts, 'settings' | 'pool'>): boolean =>
  settings.public_ip !== 'none' && settings.instance_profile !== undefined && pool.address !== undefined;

/** So many ticks without a sign of life, but not less than a minute, mean that the loop hangs; in s. */
const WATCHDOG_TICKS = 6;
const watchdogSeconds = ({ polling_time }: Settings): number =>
  Math.max(60, Math.ceil((WATCHDOG_TICKS * polling_time) / 1_000));

/** The same on every node. */
export function mastershipFiles({ settings, pool, templates }: Facts): readonly NodeFile[] {
  if (pool.address === undefined || !movesItsMaster({ settings, pool })) return [];
  const { ip } = pool.address;
  const facts = { pool: pool.name, watchdog_seconds: watchdogSeconds(settings) };
  return [
    ...UNITS.map((unit) => nodeFile(`/etc/systemd/system/${unit}`, render(templates, unit, facts))),
    nodeFile(NODE.watchEnvironment, `ADDRESS=${ip}\nALIVE_URL=${aliveUrl(ip, settings)}\n`),
    nodeFile(NODE.watch, render(templates, 'watch.sh', {})),
  ];
}
