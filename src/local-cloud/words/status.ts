// `status`: is the cloud up, where is it, and which key does it take.

import { type Home, ownKey, readJson } from '../home.ts';
import { DEFAULT_REGION } from '../model/zones.ts';
import { API_PORT, endpoints } from '../ports.ts';

interface Health {
  readonly home: string;
  readonly pid: number;
  readonly machines: number;
}

export interface Status {
  readonly up: boolean;
  readonly home: string;
  readonly address: string | null;
  readonly endpoints: ReturnType<typeof endpoints> | null;
  readonly access_key_id: string | null;
  readonly secret_access_key: string | null;
  readonly region: string;
  readonly pid: number | null;
  readonly machines: number;
}

const ANSWER_MS = 2_000;

/** Asks the daemon of this home; undefined when none answers. */
async function askHealth(home: Home, address: string): Promise<Health | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(`http://${address}:${API_PORT}/health`, { signal });
    const health = (await response.json()) as Health;
    return health.home === home.folder ? health : undefined;
  } catch {
    return undefined;
  }
}

/** What `status --json` prints. */
export async function statusOf(home: Home): Promise<Status> {
  const daemon = await readJson<{ address: string }>(home.daemon);
  const health = daemon && (await askHealth(home, daemon.address));
  const region = DEFAULT_REGION;
  if (daemon === undefined || health === undefined) {
    const nothing = {
      address: null,
      endpoints: null,
      access_key_id: null,
      secret_access_key: null,
      pid: null,
    };
    return { up: false, home: home.folder, ...nothing, region, machines: 0 };
  }
  const key = await ownKey(home);
  return {
    up: true,
    home: home.folder,
    address: daemon.address,
    endpoints: endpoints(daemon.address),
    access_key_id: key.accessKeyId,
    secret_access_key: key.secretAccessKey,
    region,
    pid: health.pid,
    machines: health.machines,
  };
}

/** The status in a sentence, without the secret. */
export const sentence = (status: Status): string =>
  status.up
    ? `The local cloud is up at ${status.address} (EC2 ${status.endpoints?.ec2}, S3 ${status.endpoints?.s3}), machines: ${status.machines}`
    : `The local cloud of ${status.home} is down. Start it: pool local up`;
