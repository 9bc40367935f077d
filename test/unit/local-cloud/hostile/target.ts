// The servers of a local cloud over the fake engine, in a process of their own that an attack may end or block.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from '../../../../src/local-cloud/api/server.ts';
import { createMetadata } from '../../../../src/local-cloud/metadata/server.ts';
import type { State } from '../../../../src/local-cloud/model/state.ts';
import { createS3 } from '../../../../src/local-cloud/s3/server.ts';
import { fakeCloud } from '../cloud.fixture.ts';

/**
 * What the parent hears: where the servers are, what they hold, and for how long it worked at most since the last
 * question without looking up (ms of processor time, so that other work on the machine does not count).
 */
export interface Said {
  readonly ports?: { readonly api: number; readonly s3: number; readonly metadata: number };
  readonly state?: State;
  readonly stoodStill?: number;
}

/** What the parent may ask for. */
export type Question = 'what is there?' | 'how long?' | { readonly askerIs: string };

async function listen(server: Server): Promise<number> {
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const { cloud } = fakeCloud();
let stoodStill = 0;
let before = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  stoodStill = Math.max(stoodStill, (user + system) / 1000);
}, 10);
const say = (said: Said): void => void process.send?.(said);

process.on('message', (question: Question) => {
  if (question === 'how long?') {
    say({ stoodStill });
    stoodStill = 0;
    return;
  }
  // Metadata knows a machine by its address, and here everybody asks from the same one.
  if (question !== 'what is there?')
    Object.assign(cloud.state.instances[question.askerIs] ?? {}, { privateIp: '127.0.0.1' });
  say({ state: cloud.state });
});
process.on('disconnect', () => process.exit());
const ports = {
  api: await listen(createApi(cloud, () => ({}))),
  s3: await listen(createS3(cloud, process.argv[2] ?? '')),
  metadata: await listen(createMetadata(cloud)),
};
say({ ports });
