// Changing who is in one node's rotation: through HAProxy's runtime socket, and on disk, so that a reboot agrees.
import * as z from 'zod';
import { HAPROXY_CONFIG, haproxyConfig } from '../load-balancing/config.ts';
import { nodeFile, octal } from '../pool/files.ts';
import type { Member } from '../pool/members.ts';
import type { Settings } from '../pool/settings.ts';
import { command } from '../pool/shell.ts';
import type { Templates } from '../pool/templates.ts';
import type { Parcel } from './configure.ts';

/** A script for `Remote.run` and the files that go, as a tar, to its standard input. */
export interface Rotation {
  readonly script: string;
  readonly parcels: readonly Parcel[];
}

/**
 * Makes the node's HAProxy serve exactly `members`: newcomers are added, the others drained (60 s) and removed,
 * without a reload. The node finds out itself what differs, so repeating it is harmless.
 */
export function rotation(settings: Settings, members: readonly Member[], templates: Templates): Rotation {
  const file = nodeFile(HAPROXY_CONFIG, haproxyConfig(settings, members, templates));
  const script = [
    templates['node.sh'],
    templates['haproxy.sh'],
    'need flock tar socat haproxy',
    'begin',
    'unpack',
    command('take_haproxy', octal(file.mode), file.owner),
    command('remember_file', file.path, file.entry),
    'report_servers',
  ].join('\n');
  return { script, parcels: [{ name: `files${file.path}`, content: file.content }] };
}

const Servers = z.object({
  servers: z.array(z.object({ id: z.string(), address: z.string(), status: z.string() })),
});

/** A server as HAProxy has it now; `status` is its own word, like `UP`, `DOWN 1/2`, `MAINT`. */
export type Server = z.infer<typeof Servers>['servers'][number];

/** The script's last line. Throws where it is none of ours. */
export const parseRotation = (stdout: string): readonly Server[] =>
  Servers.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).servers;
