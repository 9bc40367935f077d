// What the pool's security group lets in: the world to the pool's port, ssh by key, and the nodes among themselves.
import type { Settings } from '../pool/settings.ts';

/** `peer` is a CIDR, or 'group' for the pool's own machines. Ports are inclusive. */
export interface Opening {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'all';
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: string;
}

const ANYWHERE = '0.0.0.0/0';

const tcp = (port: number, peer: string): Opening => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  peer,
});

export const openings = (settings: Settings): readonly Opening[] => [
  { protocol: 'all', fromPort: 0, toPort: 65_535, peer: 'group' },
  tcp(settings.host_port, ANYWHERE),
  tcp(22, ANYWHERE),
];
