// Heartbeat's files on a node of the pair: a pure function of the two nodes, the secret and the timings.
import { type NodeFile, nodeFile } from '../pool/files.ts';
import type { Settings } from '../pool/settings.ts';
import { render, type Templates } from '../pool/templates.ts';

export const HEARTBEAT_CONFIG = '/etc/ha.d/ha.cf';

/** One of the two nodes that watch each other. */
export interface Peer {
  /** What `uname -n` says there: Heartbeat finds itself by it. */
  readonly host: string;
  /** Private address. */
  readonly ip: string;
  /** The network interface that leads to the other node, as `ip route get` names it. */
  readonly device: string;
}

/**
 * Only the peer's address is named, since Heartbeat would ignore its own. The nodes are sorted, so that two nodes
 * which change places keep their ha.cf and Heartbeat is not disturbed.
 */
const configuration = (self: Peer, peer: Peer, timings: Settings['failover'], templates: Templates) =>
  render(templates, 'ha.cf', {
    ...timings,
    device: self.device,
    peer: peer.ip,
    nodes: [self.host, peer.host].sort(),
  });

/** Each node has a resource: Heartbeat takes nothing over from a node that held none. */
const haresources = (self: Peer, peer: Peer, first: string, templates: Templates) =>
  render(templates, 'haresources', { first, second: first === self.host ? peer.host : self.host });

/**
 * Heartbeat 3 in haresources mode. `first` is the host of node 0; `timings` are in ms; `secret` is the pool's, the
 * same on both nodes. Only ha.cf and authkeys are told to Heartbeat: its scripts read haresources whenever they run.
 * Throws code 2 where a template of the user's is wrong.
 */
export const heartbeatFiles = (
  self: Peer,
  peer: Peer,
  first: string,
  secret: string,
  timings: Settings['failover'],
  templates: Templates,
): readonly NodeFile[] => [
  nodeFile('/etc/systemd/system/heartbeat.service.d/poolparty.conf', render(templates, 'heartbeat.conf', {})),
  nodeFile('/etc/ha.d/resource.d/poolparty', render(templates, 'heartbeat-resource.sh', {}), { mode: 0o755 }),
  nodeFile('/etc/ha.d/haresources', haresources(self, peer, first, templates)),
  nodeFile('/etc/ha.d/authkeys', render(templates, 'authkeys', { secret }), {
    mode: 0o600,
    reaction: 'restart-heartbeat',
  }),
  nodeFile(HEARTBEAT_CONFIG, configuration(self, peer, timings, templates), {
    reaction: 'restart-heartbeat',
  }),
];
