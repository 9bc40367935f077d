// What the cloud's API asks of the machines below it: the one line between records and real things.

/** A machine as the engine is asked to make it. Memory is in MiB, `vcpus` may be a fraction. */
export interface MachineSpec {
  readonly id: string;
  readonly image: string;
  readonly hostname: string;
  readonly privateIp: string;
  readonly vcpus: number;
  readonly memory: number;
  /** Its boot never ends: no sshd will answer, and `create` waits for none. */
  readonly hangs?: boolean;
}

/** What a look at a machine shows: its process is gone, it answers on ssh, or it hangs. */
export type Pulse = 'dead' | 'well' | 'silent';

/** Why a machine's process ended: `reboot` was asked for from inside, `poweroff` likewise, or it was killed. */
export type Death = 'reboot' | 'poweroff' | 'killed';

/** One thing that is let in: `peers` are addresses or ranges in CIDR form; a missing port range is every port. */
export interface Opening {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'all';
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly peers: readonly string[];
}

/** Everything that the network enforces, as a whole: the engine makes it so in one atomic step. */
export interface NetworkState {
  /** Public address (automatic or elastic) to private address. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Private address to what is let in there. A machine without an entry is let in to by nobody. */
  readonly openings: ReadonlyMap<string, readonly Opening[]>;
  /** Private addresses whose every packet is dropped. */
  readonly silenced?: readonly string[];
  /** Private addresses whose sshd is refused, but to the cloud itself. */
  readonly refused?: readonly string[];
  /** Machines by private address that may send as nobody else (EC2: SourceDestCheck). */
  readonly checked?: ReadonlyMap<string, string>;
}

export interface Engine {
  /** Makes bridges, the cloud's own address, nftables, lxcfs. Idempotent. */
  up(): Promise<void>;
  /** Removes every machine, network, address, table and mount of this cloud, and nothing else. Idempotent. */
  down(): Promise<void>;
  /** Makes and boots a machine; resolves when its sshd answers. On failure nothing of it is left. */
  create(spec: MachineSpec, signal?: AbortSignal): Promise<void>;
  /** Boots a stopped machine again; resolves when its sshd answers. */
  start(id: string): Promise<void>;
  /** Shuts a machine down in order (SIGTERM to its init, then by force after a limit); its disk stays. */
  stop(id: string, force?: boolean): Promise<void>;
  /** Boots a running machine anew, its disk kept. */
  reboot(id: string): Promise<void>;
  /** Ends a machine and its disk. No error if it is gone. */
  destroy(id: string): Promise<void>;
  /** The ids of the machines that exist now, started or not, by this cloud's label. */
  machines(): Promise<readonly string[]>;
  /** Looks at a machine by reading its ssh banner past every firewall. */
  pulse(id: string): Promise<Pulse>;
  /** Calls `heard` within 1 s after a machine's process ended without `stop`, `reboot` or `destroy`. */
  onDeath(heard: (id: string, death: Death) => void): void;
  /** The console as EC2 shows it: boot log, with the host keys' fingerprints and public keys between their markers. */
  console(id: string): Promise<string>;
  /** Makes the network so, in one step. Connections of public addresses that moved or went are cut. */
  network(state: NetworkState): Promise<void>;
}
