// Where things are on a node: what configure puts there, and what the node's own program reads.
const HOME = '/opt/poolparty';

export const NODE = {
  /** The node's own program, one file. */
  program: `${HOME}/poolparty.js`,
  /** The word `claim` alone, which must start fast. */
  claim: `${HOME}/claim.js`,
  settings: `${HOME}/settings.json`,
  /** The texts of all templates, by name. */
  templates: `${HOME}/templates.json`,
  manifest: `${HOME}/manifest.json`,
  /** Heartbeat's secret, the same on every node of a pool. */
  secret: `${HOME}/heartbeat-secret`,
  /** The release that the app runs from. */
  current: `${HOME}/current`,
  /** Archives of the app's releases, `ID.tar.gz`. */
  releases: `${HOME}/releases`,
  /** Region and endpoints of the cloud, as units and the watch read them. */
  cloudEnvironment: '/etc/poolparty/cloud.env',
  watch: `${HOME}/watch.sh`,
  /** What the watch has to know, as variables of a shell. */
  watchEnvironment: '/etc/poolparty/watch.env',
  /** Made on the node, never leaves it. */
  privateKey: '/etc/poolparty/ssh/id_ed25519',
  /** Host keys of other nodes, pinned by this one. */
  knownHosts: `${HOME}/known_hosts`,
  /** Whoever maintains holds a lock on it. */
  maintainLock: '/run/poolparty/maintain.lock',
  /** The last word of whoever maintains, on the master and the standby (templates/journal.sh). */
  lastWord: '/run/poolparty/verdict.json',
  /** There while the maintain service is not wanted on this node. */
  maintainOff: '/run/poolparty/maintain.off',
} as const;
