// Everything that a command may use of the outside, in one argument: the real one, a fake, or a simulated one.
import type { ChalkInstance } from 'chalk';
import type { RuleChanges } from '../plans/group-rules.ts';
import type { BuiltFor } from '../plans/install-node.ts';
import type { Caller, Opening } from '../plans/openings.ts';
import type { FoundGroup } from '../plans/own-group.ts';
import type { Release } from '../plans/release.ts';
import type { AccountSight } from '../pool/clouds.ts';
import type { Instance, InstanceId, Node } from '../pool/instance.ts';
import type { Notice } from '../pool/notice.ts';
import type { Image, Market, Subnet, TypeOffer } from '../pool/offers.ts';
import type { Address, Pool } from '../pool/pool.ts';
import type { App, Settings } from '../pool/settings.ts';
import type { Volume } from '../pool/volume.ts';
import type { Bulk } from './spool.ts';

export interface Clock {
  now(): Date;
  /** Milliseconds that never run backwards. */
  monotonic(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves when `work` has ended, well or badly, but after `ms` at the latest, or when the signal comes. */
  atMost(ms: number, work: Promise<unknown>, signal?: AbortSignal): Promise<void>;
}

/** One line per node that is rewritten in place on a terminal. */
export interface LiveView {
  update(lines: readonly string[]): void;
  /** Leaves the last lines standing. */
  done(): void;
}

export interface Terminal {
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Colours, or none where the output is no terminal. */
  readonly paint: ChalkInstance;
  /** A step, printed as `-- text`; silent with -q; on stderr where stdout holds a document. */
  say(text: string): void;
  /** A result, on stdout, as it is plus a newline. */
  print(text: string): void;
  /** A diagnostic, on stderr. */
  warn(text: string): void;
  /**
   * Raw bytes of a remote command, unbuffered. Resolves when they went out: whoever has more waits for that. Rejects
   * with Unwritten where they cannot.
   */
  write(chunk: Uint8Array, to: 'stdout' | 'stderr'): Promise<void>;
  /** Yes or no from the person; false where nobody can answer. */
  ask(question: string): Promise<boolean>;
  /** Undefined where the output is no terminal, or is quiet or a document. */
  live(): LiveView | undefined;
}

/** What each instance of the pool is to be. */
export interface LaunchKind {
  readonly pool: string;
  readonly image: Image;
  readonly type: string;
  readonly market: Market;
  readonly subnetId: string;
  /** Of the root volume, GiB; undefined: the image's own. */
  readonly volumeSize: number | undefined;
  readonly keypair: string;
  readonly instanceProfile: string | undefined;
  readonly userData: string | undefined;
}

export interface LaunchRequest extends LaunchKind {
  readonly count: number;
  readonly groupId: string;
  /** EC2 answers the same token with the same instances: a repeated launch is harmless. */
  readonly token: string;
}

/** An instance as EC2 itself finds it. */
export interface InstanceStatus {
  /** What EC2's own checks came to; unknown while they are made, and of a machine that does not run. */
  readonly health: 'ok' | 'impaired' | 'unknown';
  /** A retirement or a stop that is scheduled for it; undefined where EC2 does not know the instance. */
  readonly notice: Notice | 'none' | undefined;
}

/** A bucket as we may use it: `forbidden` exists, but is not for us; `elsewhere` is in another region. */
export type BucketSight = 'absent' | 'ours' | 'forbidden' | 'elsewhere';

/** EC2, in the verbs the pool needs. Every method throws PoolError with EC2's own code in the message. */
export interface Cloud {
  look(pool: string): Promise<Pool>;
  /** Everything in the region, of whatever pool or none. */
  account(): Promise<AccountSight>;
  /** The regions that the account may use, by name. */
  regions(): Promise<readonly string[]>;
  /** The available images of an id, an alias or a name of one's own; none where nobody has such a name. */
  images(ami: string): Promise<readonly Image[]>;
  /** Those named, or all default ones where none is; in the order of their zones. */
  subnets(ids: readonly string[]): Promise<readonly Subnet[]>;
  /** Of these instance types, those that the region has. */
  types(names: readonly string[]): Promise<readonly TypeOffer[]>;
  /** What EC2 shows of the key pair's key; undefined where there is no such pair. */
  keypairFingerprint(name: string): Promise<string | undefined>;
  /** Throws EC2's refusal of such a launch, and launches nothing. */
  rehearse(kind: LaunchKind): Promise<void>;
  launch(request: LaunchRequest): Promise<readonly Instance[]>;
  /** Of these, the instances that have ended, each with EC2's reason. */
  ends(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, string>>;
  /** For each of these, what EC2's own checks find: asked when a node is silent, since EC2 counts our calls. */
  status(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, InstanceStatus>>;
  /** Ends instances; one that is gone already is no error. */
  terminate(ids: readonly InstanceId[]): Promise<void>;
  /** The id of the pool's security group, if there is one. */
  findGroup(pool: string): Promise<string | undefined>;
  /** Makes the pool's group if absent and opens what is missing; returns its id. */
  openGroup(pool: string, vpcId: string, openings: readonly Opening[]): Promise<string>;
  /** Every group that has the name of the pool's, whoever made it. */
  groupsNamed(pool: string): Promise<readonly FoundGroup[]>;
  /** Opens, then closes; what is so already is no error. */
  changeGroup(id: string, changes: RuleChanges): Promise<void>;
  /** Who runs this command, and from which address the machines of that network see it come. */
  caller(vpcId: string): Promise<Caller>;
  deleteGroup(id: string): Promise<void>;
  /** Ids of instances and groups that use the group and are not of the pool: they keep it from being deleted. */
  usersOf(groupId: string, pool: string): Promise<readonly string[]>;
  /** Every volume with the pool's tag; one that ended a moment ago may still be told of as attached. */
  volumesOf(pool: string): Promise<readonly Volume[]>;
  allocateAddress(pool: string): Promise<Address>;
  associate(address: Address, instance: InstanceId): Promise<void>;
  disassociate(associationId: string): Promise<void>;
  release(address: Address): Promise<void>;
  tag(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
  untag(ids: readonly string[], keys: readonly string[]): Promise<void>;
  lookForBucket(name: string): Promise<BucketSight>;
  /** In the pool's region; one that is ours already is no error. */
  makeBucket(name: string): Promise<void>;
  putObject(bucket: string, key: string, text: string): Promise<void>;
  /** Keys that begin with the prefix and come after `after`, in their order. */
  objects(bucket: string, prefix: string, after: string): Promise<readonly string[]>;
  object(bucket: string, key: string): Promise<string>;
  /** One that is not there is no error. */
  deleteObject(bucket: string, key: string): Promise<void>;
  /** Region and endpoints as environment variables: what a node needs to speak to the same cloud. */
  environment(): Promise<Readonly<Record<string, string>>>;
  /** Public host keys as the console shows them ("ssh-ed25519 AAAA…"); empty while it shows none. */
  hostKeys(id: InstanceId): Promise<readonly string[]>;
}

export interface Output {
  /** The script's own exit code; 255, or what the login shell ended with, where it did not come to its end. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `why` says what stood in the way: refused, timed out, key refused. */
export type Reach = { readonly answers: true } | { readonly answers: false; readonly why: string };

/** Takes a piece of a command's output; a promise says when it has been taken. */
export type OnChunk = (chunk: Uint8Array, from: 'stdout' | 'stderr') => void | Promise<void>;

export interface RunOptions {
  /** Sent to the command's standard input, then closed. */
  readonly stdin?: Uint8Array;
  /**
   * The same for what is too big to hold at once: the next piece is asked for when the node has taken the former ones
   * (some MiB are under way). A PoolError that it throws ends the command and is told as it is.
   */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Limit in ms; the failure names the node. Default 60 s; Infinity for none. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /**
   * Receives output as it comes; Output then holds it no more. Where it returns a promise, no other piece of either
   * stream is given before that resolves, and the node is stopped meanwhile (some MiB are under way); a rejection, or
   * a throw, ends the command, and `run` rejects with it. `run` resolves after the last piece was taken.
   */
  readonly onChunk?: OnChunk;
  /**
   * What is said after the script's end is output, too, and waited for: a person's command may have background jobs.
   * Else nothing of what a login shell says is output.
   */
  readonly late?: boolean;
}

/** The nodes over ssh, on warm connections, host keys pinned per instance id. Commands run as root. */
export interface Remote {
  /** Does sshd let us in? Throws only on a failure that waiting cannot mend (a changed host key). */
  reach(node: Node, timeout?: number): Promise<Reach>;
  /** Runs a shell script as root (sudo where the user is another). */
  run(node: Node, script: string, options?: RunOptions): Promise<Output>;
  /**
   * What the script prints, for one that is asked again and again (src/pool/standing.ts): it stays on the node and is
   * begun anew where it has ended, where the connection has, or where it is another than the last time. Throws when
   * there is no whole answer within `timeout` ms, connecting included.
   */
  ask(node: Node, script: string, timeout: number): Promise<string>;
  /** The system's own ssh, interactive; returns its exit code. */
  shell(node: Node): Promise<number>;
  /** Closes every connection. */
  close(): void;
}

export interface WebAnswer {
  readonly status: number;
  readonly body: string;
}

/** Files of the person who gave the command; relative paths start at `cwd`. */
export interface Disk {
  readonly cwd: string;
  /** Undefined where there is no such file; throws with code 2 where it cannot be read. */
  readText(path: string): Promise<string | undefined>;
  /** Throws with code 2 where it cannot be written. */
  writeText(path: string, text: string): Promise<void>;
}

export interface World {
  readonly settings: Settings;
  readonly cloud: Cloud;
  readonly remote: Remote;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly files: Files;
  /** One GET; throws on no answer within `timeout` ms. */
  get(url: string, timeout: number): Promise<WebAnswer>;
  /** Aborted by Ctrl-C or TERM. */
  readonly signal: AbortSignal;
  /** Absent on a node. */
  readonly disk?: Disk;
  /** Standard input, to be read once; undefined where it is a terminal. Absent on a node. */
  readonly input?: () => AsyncIterable<Uint8Array> | undefined;
  /**
   * Reads the settings again: a world with the new ones, or undefined where nothing has changed. Throws, with code 2,
   * where they are wrong. Absent where settings do not change, as on a node.
   */
  readonly reread?: () => Promise<World | undefined>;
}

/** A program, gzipped, in pieces; `hash` is the sha256 of the program itself, hex. */
export interface PackedNode {
  readonly hash: string;
  readonly gzipped: readonly Uint8Array[];
}

/** The Node that this command runs on, to be given to a node that has none. */
export interface OwnNode {
  readonly version: string;
  builtFor(): BuiltFor;
  /** Takes a second or two at the first call. */
  packed(): Promise<PackedNode>;
  /** Is there an npm that works wherever its folder is put? */
  hasNpm(): boolean;
  /** That npm as a gzipped tar; undefined where there is none. Throws where it cannot be read. */
  npm(): Promise<Uint8Array | undefined>;
}

/** Is the app's folder only looked at, or also packed so that it can be sent? Either way it is read once. */
export type HowRead = 'named' | 'packed';

export interface AppFolder {
  readonly release: Release;
  /** Sentences on what does not travel. */
  readonly leftOut: readonly string[];
}

/** The program that maintains, and the one that claims. */
export type NodeProgram = 'poolparty' | 'claim';

/** Files of the machine that the command runs on. */
export interface Files {
  /** Text of a template: the user's `templates/` beside pool.yml first, then the built-in one. */
  template(name: string): Promise<string>;
  /** Reads the app's folder. Throws code 2 where something of it cannot be read. */
  release(app: App, how: HowRead): Promise<AppFolder>;
  /** The archive of a release that was packed before, a gzipped tar. */
  archive(release: Release): Promise<Bulk>;
  /** Throws with code 2, the reason and the mend, if nobody can log in with this private key; may ask for its passphrase. */
  checkPrivateKey(path: string): Promise<void>;
  /** Throws with code 2 if the host keys of this pool's nodes cannot be kept on this machine. */
  checkKnownHosts(pool: string): Promise<void>;
  /** Every form in which EC2 may show the key of this file; none of a node's own key. Throws as checkPrivateKey does. */
  keyFingerprints(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** The text of a program that runs on nodes. */
  program(name: NodeProgram): Promise<string>;
  ownNode(): OwnNode;
  /** 32 random bytes, hex. */
  secret(): string;
}
