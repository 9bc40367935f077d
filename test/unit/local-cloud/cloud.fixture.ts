// A cloud over the fake engine with its API on a port of the loopback, and a client that speaks to it.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Record } from '../../../src/local-cloud/api/record.ts';
import { createApi } from '../../../src/local-cloud/api/server.ts';
import { createCloud } from '../../../src/local-cloud/cloud.ts';
import { onDeath } from '../../../src/local-cloud/life/death.ts';
import type { State } from '../../../src/local-cloud/model/state.ts';
import { freshState } from '../../../src/local-cloud/model/store.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/local-cloud/settings.ts';
import { FakeEngine } from './fake-engine.ts';

const plan = {
  cloud: '127.0.0.1',
  vpc: '10.1.0.0/16',
  subnets: { a: '10.1.0.0/24', b: '10.1.1.0/24', c: '10.1.2.0/24' },
  publicRange: '198.51.100.0/24',
};
const key = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

/** A cloud without machines; `close` ends its server. */
export function fakeCloud(settings: Partial<Settings> = {}, state: State = freshState()) {
  const engine = new FakeEngine();
  const saved: string[] = [];
  const save = async (now: State): Promise<void> => void saved.push(JSON.stringify(now));
  const all = { ...DEFAULT_SETTINGS, publicAddressDelay: 300, ...settings };
  const cloud = createCloud({ state, engine, plan, settings: all, key, save, log: () => {} });
  engine.onDeath((id, death) => onDeath(cloud, id, death));
  return { cloud, engine, saved };
}

/** The same with the API served, and clients of it; `close` ends both. */
export async function servedCloud(settings: Partial<Settings> = {}, record?: Record) {
  const parts = fakeCloud(settings);
  const server = createApi(parts.cloud, () => ({}), record).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientOf = (credentials = key, region = 'us-east-1') =>
    new EC2Client({ endpoint, region, credentials, maxAttempts: 1 });
  const ec2 = clientOf();
  const close = (): void => {
    ec2.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { ...parts, endpoint, clientOf, ec2, close };
}
