// What the user said, with every value known: the shape that all deciders read.

/** The app that each node runs under systemd. */
export interface App {
  /** Folder with the app's files, absolute on the machine that reads the settings. */
  readonly source: string;
  readonly command: string;
  /** Path of the health check, starting with a slash. */
  readonly health: string;
  readonly env: Readonly<Record<string, string>>;
  /** Lines run by a shell, as root, in the release's folder, before the app starts. */
  readonly install: readonly string[];
}

/** Heartbeat's timings, all in milliseconds. */
export interface FailoverTimings {
  readonly keepalive: number;
  readonly warntime: number;
  readonly deadtime: number;
  readonly initdead: number;
}

/** Every key of contract.md's table. Durations are milliseconds. */
export interface Settings {
  readonly name: string;
  readonly minimum_instances: number;
  readonly maximum_instances: number;
  readonly polling_time: number;
  /** The rule as text; pool/rules.ts reads it. */
  readonly expand_when: string;
  readonly contract_when: string;
  readonly interval_wait_time: number;
  readonly warm_up: number;
  readonly max_connections: number;
  /** How long a node that leaves the rotation may finish its requests; at most an hour. */
  readonly drain_limit: number;
  readonly max_hourly_usd: number | undefined;
  /** US dollars an hour, by instance type; they count before the table that we ship. */
  readonly prices: Readonly<Record<string, number>>;
  readonly host_port: number;
  readonly client_port: number;
  readonly app: App | undefined;
  readonly ami: string;
  /** Instance types, the one wanted most first; the others where that is not to be had. */
  readonly size: readonly string[];
  /** Of the root volume, in GiB; undefined: the image's own. */
  readonly volume_size: number | undefined;
  /** Spot instances, and on demand where there are none. */
  readonly spot: boolean;
  /** Undefined: the AWS chain's own. */
  readonly region: string | undefined;
  /** Of the operator's AWS configuration; undefined: the AWS chain's own. */
  readonly aws_profile: string | undefined;
  readonly zones: readonly string[];
  readonly subnets: readonly string[];
  readonly keypair: string | undefined;
  readonly keypair_path: string | undefined;
  readonly username: string;
  /** 'auto', 'none' or an address of the user's own. */
  readonly public_ip: string;
  /** From where ssh is let in: 'auto' is wherever the caller is, 'none' nobody but the nodes; addresses or CIDRs. */
  readonly ssh_from: 'auto' | 'none' | readonly string[];
  readonly shared_bucket: string | undefined;
  readonly shared_path: string;
  readonly instance_profile: string | undefined;
  readonly failover: FailoverTimings;
  readonly services: readonly string[];
  readonly plugins: readonly string[];
  readonly user_data: string | undefined;
}

export type SettingKey = keyof Settings;

/** Where a value came from, as `pool config` prints it. */
export type SettingSource = 'command line' | 'environment' | 'file' | 'default';
