// Finds out where the pool's machines see this machine come from.
import { lookup } from 'node:dns/promises';
import type { Agent } from 'node:http';
import { get as httpsGet } from 'node:https';
import { hostname, userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { addressTold, isBeside, unknownCaller } from '../../plans/caller.ts';
import type { Caller } from '../../plans/openings.ts';
import { PoolError } from '../../pool/failure.ts';
import { addressIn, rangeOf } from '../../pool/ipv4.ts';
import { sourceTowards } from '../source-towards.ts';
import type { WebAnswer } from '../world.ts';
import type { Ec2 } from './client.ts';
import { agentFor } from './proxy.ts';

/** Amazon's own answer to "what is my address": one line of text. */
const CHECK_IP = 'https://checkip.amazonaws.com';
const TRIES = 2;
/** For each try, ms. */
const LIMIT = 3_000;

/** What the caller's machine is asked; tests hand in their own. */
export interface Ways {
  /** IPv4 addresses of a host name. */
  addresses(host: string): Promise<readonly string[]>;
  /** Our own address on the way to another. */
  sourceTowards(address: string): Promise<string>;
  ask(url: string): Promise<WebAnswer>;
  /** USER@HOST. */
  who(): string;
}

const asked = (url: string, agent: Agent | false): Promise<WebAnswer> =>
  new Promise((resolve, reject) => {
    const request = httpsGet(url, { agent, signal: AbortSignal.timeout(LIMIT) }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.on('error', reject);
  });

/** Straight first, as ssh goes; the proxy's own address is the next best where nothing else comes out. */
async function ask(url: string): Promise<WebAnswer> {
  const agent = await agentFor(url, process.env);
  if (agent === undefined) return await asked(url, false);
  return await asked(url, false).catch(() => asked(url, agent));
}

export const realWays: Ways = {
  addresses: async (host) =>
    (await lookup(host, { all: true, family: 4 }).catch(() => [])).map(({ address }) => address),
  sourceTowards,
  ask,
  who: () => `${userInfo().username}@${hostname()}`,
};

async function told(ways: Ways): Promise<string> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return addressTold(await ways.ask(CHECK_IP));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (left === 1) throw unknownCaller(`${CHECK_IP} does not tell it (${why})`);
    }
  }
}

/** An address of the network that no machine has: EC2 keeps the first four of each subnet. */
async function someAddress(ec2: Ec2, vpcId: string): Promise<string> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { Subnets } = await ec2.call('DescribeSubnets', () =>
    ec2.client.send(new DescribeSubnetsCommand({ Filters })),
  );
  const range = Subnets?.[0]?.CidrBlock;
  if (range === undefined) throw new PoolError(`${vpcId} has no subnet`);
  return addressIn(range, 2);
}

/** Who calls, and from where as the machines of that network see it. Throws where that cannot be found out. */
export async function caller(ec2: Ec2, vpcId: string, ways: Ways = realWays): Promise<Caller> {
  const { hostname: host } = new URL(await ec2.endpoint());
  if (!isBeside(await ways.addresses(host))) return { who: ways.who(), range: await told(ways) };
  const towards = await someAddress(ec2, vpcId);
  const source = await ways.sourceTowards(towards).catch((error: Error) => {
    throw unknownCaller(`there is no way to ${towards} (${error.message})`);
  });
  return { who: ways.who(), range: rangeOf(source) };
}
