// Changing who is in one node's rotation: through HAProxy's runtime socket, and on disk, so that a reboot agrees.
import * as z from 'zod';
import {
  HAPROXY_CONFIG,
  haproxyCall,
  haproxyConfig,
  lockWait,
  scriptLimit,
} from '../load-balancing/config.ts';
import { nodeFile } from '../pool/files.ts';
import type { InstanceId } from '../pool/instance.ts';
import type { Member } from '../pool/members.ts';
import type { Settings } from '../pool/settings.ts';
import { command } from '../pool/shell.ts';
import type { Templates } from '../pool/templates.ts';
import { answerLine } from './answer-line.ts';
import type { Parcel } from './configure.ts';

/** A script for `Remote.run` and the files that go, as a tar, to its standard input. */
export interface Rotation {
  readonly script: string;
  readonly parcels: readonly Parcel[];
  /** How long it may take, in ms. */
  readonly limit: number;
}

/** Beside waiting for others and for requests, in ms: a reload that fails, and one back. */
const RELOADS = 60_000;

export interface Manner {
  /** All but the servers stays as it is on the node, whatever the settings and templates say. */
  readonly keeps?: boolean;
  /** After a reload these have to be found well, if they were before; else the former haproxy.cfg is put back. */
  readonly proofs?: readonly InstanceId[];
}

/**
 * Makes the node's HAProxy serve exactly `members`: newcomers are added, the others drained (`drain_limit`) and removed,
 * without a reload. The node finds out itself what differs, so repeating it is harmless.
 */
export function rotation(
  settings: Settings,
  members: readonly Member[],
  templates: Templates,
  { keeps = false, proofs = [] }: Manner = {},
): Rotation {
  const file = nodeFile(HAPROXY_CONFIG, haproxyConfig(settings, members, templates));
  const script = [
    templates['node.sh'],
    templates['haproxy.sh'],
    'need flock tar socat haproxy',
    lockWait(settings),
    'begin',
    'unpack',
    haproxyCall(keeps ? 'take_members' : 'take_haproxy', settings, proofs),
    command('remember_file', file.path),
    'report_servers',
  ].join('\n');
  const limit = scriptLimit(settings, RELOADS);
  return { script, limit, parcels: [{ name: `files${file.path}`, content: file.content }] };
}

const Rotated = z.object({
  servers: z.array(
    z.object({
      id: z.string(),
      address: z.string(),
      status: z.string(),
      checked: z.boolean().default(true),
      since: z.number().optional(),
      total: z.number().optional(),
      errors: z.number().optional(),
    }),
  ),
  entry: z.string().default(''),
});

/**
 * The servers as HAProxy has them now, and what the manifest says of haproxy.cfg. `status` is HAProxy's own word, like
 * `UP`, `DOWN 1/2`, `MAINT`; it changed last `since` seconds ago; `checked`: a check
 * has ended since HAProxy has the server, and the last did not wait in vain. `total` requests came since then, of which
 * `errors` were answered with 5xx.
 */
export type Rotated = z.infer<typeof Rotated>;

/** The script's answer. Throws where it is none of ours. */
export const parseRotation = (stdout: string): Rotated => Rotated.parse(answerLine(stdout));
