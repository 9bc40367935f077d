// What holds where nobody said anything.
import type { FailoverTimings, Settings } from './settings.ts';

/** A folder's name made into a pool's name: `My App (2)` → `my-app-2`. */
export function nameFromFolder(folder: string): string {
  const last = folder.split('/').findLast((part) => part !== '') ?? '';
  const plain = last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '');
  return plain.slice(0, 40).replace(/-+$/, '') || 'pool';
}

/**
 * Heartbeat's timings in ms, those not given derived from `deadtime`: it warns at half of it, and at boot
 * waits twice as long, since Heartbeat's manual wants initdead at least twice deadtime.
 */
export function timings(said: Partial<FailoverTimings>): FailoverTimings {
  const deadtime = said.deadtime ?? 5_000;
  return {
    keepalive: said.keepalive ?? 1_000,
    warntime: said.warntime ?? deadtime / 2,
    deadtime,
    initdead: said.initdead ?? deadtime * 2,
  };
}

/** The defaults of contract.md for a pool whose settings stand in `folder`. Durations in ms. */
export const defaultsIn = (folder: string): Settings => ({
  name: nameFromFolder(folder),
  minimum_instances: 2,
  maximum_instances: 4,
  polling_time: 5_000,
  expand_when: 'load > 0.8 for 30s or queue > 0 for 10s',
  contract_when: 'load < 0.3 for 5m and queue == 0 for 5m',
  interval_wait_time: 300_000,
  warm_up: 90_000,
  max_connections: 64,
  drain_limit: 60_000,
  max_hourly_usd: undefined,
  prices: {},
  host_port: 80,
  client_port: 8001,
  app: undefined,
  ami: 'debian-12',
  size: ['t3.small'],
  volume_size: undefined,
  spot: false,
  region: undefined,
  aws_profile: undefined,
  zones: [],
  subnets: [],
  keypair: undefined,
  keypair_path: undefined,
  username: 'admin',
  public_ip: 'auto',
  ssh_from: 'auto',
  shared_bucket: undefined,
  shared_path: '/data',
  instance_profile: undefined,
  failover: timings({}),
  services: [],
  plugins: [],
  user_data: undefined,
});
