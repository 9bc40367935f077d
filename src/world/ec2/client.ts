// The SDK's client, made once a process, and one way to send through it.
import { EC2Client } from '@aws-sdk/client-ec2';
import type { AwsCredentialIdentity, Logger } from '@smithy/types';
import { checkEndpoints, ENDPOINTS, endpointOf, endpointOption, targetOf } from '../../pool/endpoints.ts';
import { onlyAnswersOf } from './answers.ts';
import { explain } from './errors.ts';
import { handlerOptions, type Limits, PATIENT } from './limits.ts';
import { isOnEc2 } from './on-ec2.ts';
import { ownCredentials } from './own-credentials.ts';
import { profileTrouble } from './profile.ts';
import { credentialsThroughProxy, placeOf, throughProxy } from './proxy.ts';
import { checkSharedFiles } from './shared-files.ts';

/**
 * The SDK prepares every answer for its logger's `info`, even where that does nothing, and takes as long for it as
 * for the answer itself. A logger without the method spares that.
 */
const silent = { debug() {}, warn() {}, error() {} } as unknown as Logger;

type Outside = Readonly<Record<string, string | undefined>>;

export interface Ec2 {
  readonly client: EC2Client;
  /** The same, for calls whose refusal is an answer that we act on at once: nothing is repeated behind our back. */
  readonly failFast: EC2Client;
  /** Runs one call; every failure comes back as a PoolError that names the call. */
  call<T>(name: string, send: () => Promise<T>): Promise<T>;
  /** The settings' region, else that of the AWS chain. Throws code 2 where there is none. */
  region(): Promise<string>;
  /** The URL at which EC2 is asked. */
  endpoint(): Promise<string>;
}

export interface Ec2Options {
  /** Of ~/.aws, for the SDK's own chain; undefined: AWS_PROFILE, or none. */
  readonly profile?: string | undefined;
  /** Undefined: the SDK's own chain. */
  readonly credentials?: () => Promise<AwsCredentialIdentity>;
  readonly limits?: Limits;
}

/** The last link of the SDK's chain asks 169.254.169.254, which on a laptop is nobody, or somebody else. */
function askMetadataOnlyOnEc2(env: Outside, { credentials }: Ec2Options): void {
  if (credentials || env['AWS_EC2_METADATA_DISABLED'] || isOnEc2()) return;
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
}

/** Both have one set of connections and credentials. */
function clientsOf(
  region: string | undefined,
  env: Outside,
  options: Ec2Options,
): Pick<Ec2, 'client' | 'failFast'> {
  const own = options.credentials ? undefined : ownCredentials(options.profile, env);
  const logger = own?.logger ?? silent;
  const limits = options.limits ?? PATIENT;
  const { maxAttempts } = limits;
  const place = endpointOption('EC2', env);
  const client = new EC2Client({
    logger,
    ...place,
    ...(region ? { region } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    ...(options.profile ? { profile: options.profile } : {}),
    maxAttempts,
    // Once EC2 has called us too fast, the SDK itself slows down; a step on a node has no time for that.
    retryMode: maxAttempts > 1 ? 'adaptive' : 'standard',
    requestHandler: throughProxy(targetOf('EC2', region, env), env, handlerOptions(limits)),
    ...(options.credentials ? {} : credentialsThroughProxy(env, handlerOptions(limits))),
  });
  const { credentials, region: resolved, requestHandler } = client.config;
  const failFast = new EC2Client({
    logger,
    ...place,
    credentials,
    region: resolved,
    requestHandler,
    maxAttempts: 1,
  });
  for (const one of [client, failFast]) {
    own?.guard(one);
    onlyAnswersOf('EC2', one, limits);
  }
  return { client, failFast };
}

export function connect(region: string | undefined, env: Outside, options: Ec2Options = {}): Ec2 {
  // The SDK warns on every start under Node 20, which we support on purpose; this is its own switch.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  askMetadataOnlyOnEc2(env, options);
  checkEndpoints(env);
  checkSharedFiles(env);
  const { client, failFast } = clientsOf(region, env, options);
  const profile = options.credentials ? undefined : options.profile || env['AWS_PROFILE'];
  const endpoint = endpointOf('EC2', env);
  const call = async <T>(name: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      const trouble = profile ? await profileTrouble(profile, error, env) : undefined;
      const { proxy } = await placeOf('EC2', region, env);
      throw trouble ?? explain(name, error, endpoint, undefined, proxy);
    }
  };
  const regionNow = () => call('its region', () => client.config.region());
  const ownEndpoint = async (): Promise<string> =>
    client.config.endpointProvider({ Region: await regionNow() }).url.href;
  return {
    client,
    failFast,
    call,
    region: regionNow,
    endpoint: async () => endpoint ?? (await ownEndpoint()),
  };
}

/** Variables that a node needs to speak to the same cloud in the same region; credentials are its own. */
export async function environment(ec2: Ec2, env: Outside): Promise<Readonly<Record<string, string>>> {
  const region = await ec2.region();
  const endpoints = ENDPOINTS.map((name) => [name, env[name]] as const).filter(([, url]) => url);
  return { AWS_REGION: region, ...Object.fromEntries(endpoints) };
}
