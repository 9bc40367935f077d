// What the doctor asks beside the pool's own verbs: who we are, what we may, which limits there are, what time it is.
import { execFile } from 'node:child_process';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { promisify } from 'node:util';
import type { Verdict } from '../../plans/doctor/account.ts';
import type { Settings } from '../../pool/settings.ts';
import { connect } from '../ec2/client.ts';
import { agentFor } from '../ec2/proxy.ts';
import { type Identity, whoAmI } from './identity.ts';
import { addressesUsed, addressLimit } from './limits.ts';
import { mayCall } from './permissions.ts';
import type { Subject } from './subject.ts';

/** All but `endpoint` and `greet` throw PoolError in AWS's own words. */
export interface Probes {
  /** The URL at which EC2 is asked. */
  endpoint(): Promise<string>;
  /** The time that the server at a URL tells with its answer, whatever that is; rejects where none comes. */
  greet(url: string): Promise<Date | undefined>;
  whoAmI(): Promise<Identity>;
  /** Each call that the product makes, as a dry run: nothing is changed. */
  mayCall(subject: Subject): Promise<ReadonlyMap<string, Verdict>>;
  addressLimit(): Promise<number | undefined>;
  addressesUsed(): Promise<number>;
  /** What `ssh -V` says, undefined where there is no ssh. */
  sshVersion(): Promise<string | undefined>;
}

/** For one answer, ms. */
const LIMIT = 5_000;

const greet = async (url: string): Promise<Date | undefined> => {
  const agent = (await agentFor(url, process.env)) ?? false;
  return await new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    const request = get(url, { agent, signal: AbortSignal.timeout(LIMIT) }, (response) => {
      response.resume();
      if (response.statusCode === 407) reject(new Error('a proxy wants a name and a password: HTTP 407'));
      const told = new Date(response.headers.date ?? '');
      resolve(Number.isNaN(told.getTime()) ? undefined : told);
    });
    request.on('error', reject);
  });
};

/** OpenSSH says it on stderr, with its libraries after a comma. */
const sshVersion = (): Promise<string | undefined> =>
  promisify(execFile)('ssh', ['-V']).then(
    ({ stderr }) => stderr.split(',')[0]?.trim(),
    () => undefined,
  );

export function createProbes(settings: Settings, env: Readonly<Record<string, string | undefined>>): Probes {
  const ec2 = connect(settings.region, env, { profile: settings.aws_profile });
  return {
    endpoint: () => ec2.endpoint(),
    greet,
    whoAmI: () => whoAmI(settings, env),
    mayCall: (subject) => mayCall(ec2, subject),
    addressLimit: () => addressLimit(ec2),
    addressesUsed: () => addressesUsed(ec2),
    sshVersion,
  };
}
