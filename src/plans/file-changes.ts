// Which files a plan brings to which node: by path, with the hash that is there and the one that comes.
import { HAPROXY_CONFIG } from '../load-balancing/config.ts';
import { hashOf, type NodeFile } from '../pool/files.ts';
import { isLeaving, type Node } from '../pool/instance.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import type { Plan } from './plan.ts';
import { isChosen, running, type Seen, stateOf } from './seen.ts';
import { configurationIn, lacksIn, membersNow } from './wants.ts';

/** Hashes are the first 12 hex digits of a sha256; null where there is none, or where it would tell of a secret. */
interface FileChange {
  readonly path: string;
  readonly now: string | null;
  readonly after: string | null;
}

export interface NodeChanges {
  /** `node1`, or `each new node`. */
  readonly node: string;
  readonly id: string | null;
  readonly files: readonly FileChange[];
  /** The release that is brought; null where it is there, or where there is no app. */
  readonly release: string | null;
}

/** `0644 root 1a2b…` is how a manifest tells of a file. */
const hashIn = (entry: string | undefined): string | null => entry?.split(' ').at(-1)?.slice(0, 12) ?? null;

/** A file that only root may read may hold what is short enough to be guessed from its hash. */
const isSecret = ({ mode }: NodeFile): boolean => (mode & 0o077) === 0;

const changeOf = (file: NodeFile, entry: string | undefined): FileChange =>
  isSecret(file)
    ? { path: file.path, now: null, after: null }
    : { path: file.path, now: hashIn(entry), after: hashIn(file.entry) };

function changesOn(seen: Seen, node: Node, members: readonly Node[]): NodeChanges {
  const lacks = lacksIn(seen, node, members);
  const entries = stateOf(seen, node)?.entries;
  return {
    node: node.name,
    id: node.id,
    files: lacks.files.map((file) => changeOf(file, entries?.get(file.path))),
    release: lacks.release ? (configurationIn(seen, node, members).release?.id ?? null) : null,
  };
}

/** Members that a plan gives this node; those that it has where the plan says nothing. */
function membersIn(seen: Seen, node: Node, plan: Plan): readonly Node[] {
  const step = plan.find((one) => (one.do === 'configure' || one.do === 'rotate') && one.node.id === node.id);
  return step !== undefined && 'members' in step ? step.members : membersNow(seen, node);
}

/** Stands for a node that is not there yet; its address is of the range for documentation (RFC 5737). */
const standIn = (index: number): Node => ({
  id: `i-${'0'.repeat(16)}${index}`,
  state: 'running',
  launchedAt: new Date(0),
  type: '',
  zone: '',
  privateIp: `192.0.2.${index + 1}`,
  publicIp: undefined,
  publicDns: undefined,
  tags: {},
  index,
  name: `node${index}`,
  role: index === 0 ? 'master' : 'member',
});

/** What a newcomer that is no standby gets: what stands in the files depends on what EC2 gives it. */
function newcomer({ kit, pool }: Seen): Configuration {
  const [node] = [standIn(0)];
  const secret = kit.secret ?? hashOf('');
  return configurationOf({
    ...kit,
    secret,
    pool: { ...pool, nodes: [node] },
    node,
    members: [],
    pair: undefined,
  });
}

/** Every node that lacks something, and what comes to each that is launched. */
export function fileChanges(seen: Seen, plan: Plan, launches: number): readonly NodeChanges[] {
  const changed = running(seen)
    .filter((node) => isChosen(seen, node) && !isLeaving(node) && seen.progress.has(node.id))
    .map((node) => changesOn(seen, node, membersIn(seen, node, plan)))
    .filter(({ files, release }) => files.length > 0 || release !== null);
  if (launches === 0) return changed;
  const { files, release } = newcomer(seen);
  const fresh = files.map(({ path }) => ({ path, now: null, after: null }));
  return [...changed, { node: 'each new node', id: null, files: fresh, release: release?.id ?? null }];
}

/** Is it only HAProxy's members that change there? */
export const isRotationAlone = ({ files, release }: NodeChanges): boolean =>
  release === null && files.every(({ path }) => path === HAPROXY_CONFIG);
