// What the pool's security group lets in: the world to the pool's port, ssh from where it is asked for, and the nodes
// among themselves.
import { rangeOf } from '../pool/ipv4.ts';
import { SSH_PORT } from '../pool/ports.ts';
import type { Settings } from '../pool/settings.ts';

/** `peer` is a CIDR, or 'group' for the pool's own machines. Ports are inclusive; they say nothing for 'all'. */
export interface Opening {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'all';
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: string;
  /** EC2's description of the rule: by it we know our own. */
  readonly about: string;
}

/** Whoever runs the command: who that is, and where machines see it come from, as a CIDR. */
export interface Caller {
  readonly who: string;
  readonly range: string;
}

const ANYWHERE = '0.0.0.0/0';

/** Every rule of ours begins so. */
export const OURS = 'poolparty: ';
/** Visitors, by the pool's port. */
export const WEB = `${OURS}web`;
/** Ssh from where the settings say. */
const SAID = `${OURS}ssh`;
/** Ssh from the address of one operator, who follows. */
export const PERSONAL = `${SAID} `;

/** EC2's limit for a description, and the characters that it takes (API reference, IpRange). */
const LONGEST = 255;
const STRANGE = /[^a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]/g;

/** The description of the rule that lets one operator in. */
export const aboutCaller = ({ who }: Pick<Caller, 'who'>): string =>
  `${PERSONAL}${who.replace(STRANGE, '-')}`.slice(0, LONGEST);

const tcp = (port: number, peer: string, about: string): Opening => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  peer,
  about,
});

/** Ssh for the caller from where it is now. */
export const openingFor = (caller: Caller): Opening => tcp(SSH_PORT, caller.range, aboutCaller(caller));

const ssh = ({ ssh_from: from }: Settings, caller: Caller | undefined): readonly Opening[] => {
  if (from === 'auto') return caller === undefined ? [] : [openingFor(caller)];
  return from === 'none' ? [] : [...new Set(from.map(rangeOf))].map((range) => tcp(SSH_PORT, range, SAID));
};

/** `caller` counts only where `ssh_from` is auto. */
export const openings = (settings: Settings, caller?: Caller): readonly Opening[] => [
  { protocol: 'all', fromPort: 0, toPort: 65_535, peer: 'group', about: `${OURS}nodes` },
  tcp(settings.host_port, ANYWHERE, WEB),
  ...ssh(settings, caller),
];
