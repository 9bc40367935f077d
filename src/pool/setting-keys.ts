// Every key of the settings with its meaning in a few words: help, completion and the schema read it here.
import type { SettingKey } from './settings.ts';

/** In the order in which they are shown. */
export const MEANINGS: Readonly<Record<SettingKey, string>> = {
  name: "the pool's name; tags mark what belongs to it (default: the folder's name)",
  minimum_instances: 'never fewer instances than this',
  maximum_instances: 'never more instances than this',
  polling_time: 'one tick of maintain',
  expand_when: 'the rule that adds a node',
  contract_when: 'the rule that takes a node away',
  interval_wait_time: 'rest after a change before the next contraction',
  warm_up: "how long a new node's figures do not count",
  max_connections: 'requests one node takes at once; more wait in the queue',
  drain_limit: 'how long a node that leaves may finish its requests, at most 1h',
  max_hourly_usd: 'no launch lets the instances cost more than this, in US dollars an hour',
  prices: 'US dollars an hour by instance type, before those of the table that is shipped',
  host_port: "the pool's public port",
  client_port: "the app's port on each node",
  app: 'what runs on each node: source, command, health, env, install',
  ami: 'the machine image: an id or an alias',
  size: 'the instance type, or a list of them: the next where one is not to be had',
  volume_size: "the root volume in GiB (default: the image's own)",
  spot: 'true: spot instances, and on demand where there are none',
  region: "the region (default: the AWS chain's)",
  aws_profile: "the profile of ~/.aws to use (default: the AWS chain's)",
  zones: 'availability zones to launch in',
  subnets: 'subnets to launch in',
  keypair: 'the EC2 key pair',
  keypair_path: 'its private key',
  username: 'the user that ssh logs in as',
  public_ip: "the pool's Elastic IP: auto, none, or an address of your own",
  ssh_from: "who may come in by ssh: auto (the caller's present address), none, or addresses and CIDRs",
  shared_bucket: 'the S3 bucket that every node mounts; it needs an instance_profile',
  shared_path: 'where it is mounted',
  instance_profile: 'the IAM role of the nodes',
  failover: "Heartbeat's timings: keepalive, warntime, deadtime, initdead",
  services: 'further systemd services that a node runs',
  plugins: 'plugin modules; not built yet: none may be named',
  user_data: "added to the node's cloud-init",
};

const isKey = (text: string): text is SettingKey => Object.hasOwn(MEANINGS, text);

export const SETTING_KEYS: readonly SettingKey[] = Object.keys(MEANINGS).filter(isKey);

/** The key that a name stands for, if it is one. */
export const keyNamed = (name: string): SettingKey | undefined => (isKey(name) ? name : undefined);

/** `minimum_instances` → `minimum-instances`, as the command line writes it. */
export const optionName = (key: string): string => key.replaceAll('_', '-');

/** `minimum_instances` → `POOL_MINIMUM_INSTANCES`. */
export const variableName = (key: string): string => `POOL_${key.toUpperCase()}`;
