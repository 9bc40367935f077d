// Every file of a node, as values: the same settings, pool and members give the same bytes.
import { heartbeatFiles, type Peer } from '../fail-safety/heartbeat.ts';
import { mastershipFiles } from '../fail-safety/mastership-files.ts';
import { HAPROXY_CONFIG, HAPROXY_LUA, haproxyConfig, isHaproxyConfig } from '../load-balancing/config.ts';
import { checkHaproxyConfig } from '../load-balancing/rehearsal.ts';
import { storageFiles } from '../persistent-storage/mount.ts';
import { type NodeFile, nodeFile } from '../pool/files.ts';
import { type InstanceId, isAlive, type Node } from '../pool/instance.ts';
import { authorizedKeysFile } from '../pool/keys.ts';
import type { Member } from '../pool/members.ts';
import type { Pool } from '../pool/pool.ts';
import type { App, Settings } from '../pool/settings.ts';
import { render, type TemplateName, type Templates } from '../pool/templates.ts';
import type { ToldApp } from '../pool/told-app.ts';
import { environmentFile } from './environment.ts';
import { type Kit, kitFiles } from './kit.ts';

const UNITS = '/etc/systemd/system';

/** Node 0 and node 1, as Heartbeat knows them. */
export type Pair = readonly [PairedNode, PairedNode];

export interface PairedNode extends Peer {
  readonly id: InstanceId;
}

/** What a node's files are made from. */
export interface NodeFacts extends Kit {
  readonly pool: Pool;
  readonly node: Node;
  readonly members: readonly Member[];
  /** Undefined while there is no pair, or where nothing can fail over. */
  readonly pair: Pair | undefined;
}

/** As EC2 names a machine by its private address; `sudo` wants to find the machine's own name. */
const dnsName = (ip: string): string => `ip-${ip.replaceAll('.', '-')}`;

/** Own name and every other node by private address, the same file on each node. */
const hosts = ({ pool, templates }: NodeFacts): string =>
  render(templates, 'hosts', {
    nodes: pool.nodes
      .filter(isAlive)
      .flatMap(({ name, id, privateIp: ip }) =>
        ip === undefined ? [] : [{ name, id, ip, dns: dnsName(ip) }],
      ),
  });

/** Empty where no bucket is shared: then the app waits for none. */
const sharedPath = ({ shared_bucket, shared_path }: Settings): string =>
  shared_bucket === undefined ? '' : shared_path;

const unit = (facts: NodeFacts, name: TemplateName, reaction: NodeFile['reaction']): NodeFile => {
  const values = { pool: facts.pool.name, shared_path: sharedPath(facts.settings) };
  return nodeFile(`${UNITS}/${name}`, render(facts.templates, name, values), { reaction });
};

/** `app.env` of the settings with what every app is told of its place. */
function appEnvironment(settings: Settings, app: App): string {
  const told: ToldApp = {
    PORT: String(settings.client_port),
    ...(settings.shared_bucket === undefined ? {} : { POOL_SHARED_PATH: settings.shared_path }),
  };
  return environmentFile({ ...app.env, ...told });
}

const nodeEnvironment = ({ name, id }: Node): string => {
  const told: ToldApp = { POOL_NODE: name, POOL_INSTANCE_ID: id };
  return environmentFile({ ...told });
};

/**
 * The app's own files. node.env asks for no restart: when nodes are renumbered the file is right at once,
 * and the app reads its new name whenever it is next started.
 */
const appFiles = (facts: NodeFacts, app: App): readonly NodeFile[] => {
  const { settings, node } = facts;
  const secret = { mode: 0o600 };
  return [
    unit(facts, 'poolparty-app.service', 'restart-app'),
    nodeFile('/opt/poolparty/app-command', `${app.command}\n`, { reaction: 'restart-app' }),
    nodeFile('/etc/poolparty/app.env', appEnvironment(settings, app), {
      ...secret,
      reaction: 'restart-app',
    }),
    nodeFile('/etc/poolparty/node.env', nodeEnvironment(node), secret),
  ];
};

/** Only the two of the pair have Heartbeat's files. */
function pairFiles({ node, pair, secret, settings, templates }: NodeFacts): readonly NodeFile[] {
  const self = pair?.find((one) => one.id === node.id);
  const peer = pair?.find((one) => one.id !== node.id);
  if (pair === undefined || self === undefined || peer === undefined || secret === undefined) return [];
  return heartbeatFiles(self, peer, pair[0].host, secret, settings.failover, templates);
}

const KIT = ['settings', 'templates', 'program', 'claim', 'environment', 'secret'] as const;

/** Files that every node of a pool has alike, and what they were made from. */
interface Common {
  readonly from: NodeFacts;
  readonly first: readonly NodeFile[];
  readonly further: readonly NodeFile[];
}

/** A pool has many nodes, and each of them many members one after the other: what is the same for all is made once. */
const made = new WeakMap<Pool, Common>();

const first = (facts: NodeFacts): readonly NodeFile[] => [
  nodeFile('/etc/hosts', hosts(facts)),
  nodeFile('/etc/cloud/cloud.cfg.d/99-poolparty.cfg', render(facts.templates, 'cloud-init.cfg', {})),
  nodeFile(HAPROXY_LUA, facts.templates['haproxy.lua'], { reaction: 'reload-haproxy' }),
];

const further = (facts: NodeFacts): readonly NodeFile[] => [
  nodeFile('/etc/poolparty/firewall.nft', render(facts.templates, 'firewall.nft', {}), {
    reaction: 'load-firewall',
  }),
  unit(facts, 'poolparty-firewall.service', 'load-firewall'),
  ...storageFiles(facts.settings, facts.environment, facts.templates),
  ...kitFiles(facts),
  authorizedKeysFile(facts.settings, facts.pool.nodes),
  ...mastershipFiles(facts),
];

function commonOf(facts: NodeFacts): Common {
  const known = made.get(facts.pool);
  if (known && KIT.every((key) => known.from[key] === facts[key])) return known;
  const common = { from: facts, first: first(facts), further: further(facts) };
  made.set(facts.pool, common);
  return common;
}

/** All files of one node, each path once. Throws code 2 where a template or a value of the user's is wrong. */
export function nodeFiles(facts: NodeFacts): readonly NodeFile[] {
  const { settings, members, templates } = facts;
  const common = commonOf(facts);
  return [
    ...common.first,
    nodeFile(HAPROXY_CONFIG, haproxyConfig(settings, members, templates), { reaction: 'reload-haproxy' }),
    ...common.further,
    ...pairFiles(facts),
    ...(settings.app === undefined ? [] : appFiles(facts, settings.app)),
  ];
}

/** Stands for a node that is not there yet; its addresses are of the range for documentation (RFC 5737). */
const STAND_IN: Node = {
  id: 'i-00000000',
  state: 'running',
  launchedAt: new Date(0),
  type: '',
  zone: '',
  privateIp: '192.0.2.1',
  publicIp: undefined,
  publicDns: undefined,
  tags: {},
  index: 0,
  name: 'node0',
  role: 'master',
};

/** As if the master's role could move: a template is wrong or not, whatever pool there is. */
const REHEARSED: Pool = {
  name: '',
  nodes: [STAND_IN],
  address: {
    ip: '192.0.2.3',
    allocationId: 'eipalloc-0',
    associationId: undefined,
    holder: STAND_IN.id,
    ours: true,
    stopping: false,
  },
};

/** Makes all files once, for nobody: what is wrong with them is thrown before there is a node to give them to. */
export function rehearseFiles(settings: Settings, templates: Templates): void {
  const pool = { ...REHEARSED, name: settings.name };
  const members = [{ id: STAND_IN.id, address: `${STAND_IN.privateIp}:${settings.client_port}` }];
  const kit = {
    settings,
    templates,
    release: undefined,
    program: '',
    claim: '',
    environment: {},
    secret: '0'.repeat(64),
  };
  const self = { id: STAND_IN.id, host: 'node0', ip: '192.0.2.1', device: 'eth0' };
  const pair = [self, { ...self, id: 'i-00000001', host: 'node1', ip: '192.0.2.2' }] as const;
  const files = nodeFiles({ ...kit, pool, node: STAND_IN, members, pair });
  for (const { content } of files.filter(isHaproxyConfig)) checkHaproxyConfig(content, members);
}
