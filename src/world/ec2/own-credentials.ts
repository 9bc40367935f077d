// The person's own credentials, fetched before a request and apart from it: what is wrong with them is wrong on this machine.
import { setTimeout } from 'node:timers/promises';
import type { AwsCredentialIdentity, Logger } from '@smithy/types';
import { unlikeKey } from '../../pool/aws-key.ts';
import { ownUsage, PoolError } from '../../pool/failure.ts';
import { brokenProfile } from './broken-profile.ts';
import { isWithoutCredentials, saidBy } from './errors.ts';
import { withoutCredentials } from './profile.ts';
import { profileNamed } from './profiles.ts';
import { checkTokenFiles } from './shared-files.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The part of an SDK's client that this is about. */
interface Client {
  readonly config: { credentials(): Promise<AwsCredentialIdentity>; region(): Promise<string> };
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each client's own types of requests and answers
    add(middleware: (next: any) => any, options: { step: 'initialize'; name: string }): void;
  };
}

export interface OwnCredentials {
  /** To be the client's: there the SDK says why a way to credentials came to nothing. */
  readonly logger: Logger;
  /** The same client, each of whose calls now fetches and checks its credentials first. */
  guard<C extends Client>(client: C): C;
}

/** A person may have to touch a key or answer a question; ms. */
const LIMIT = 30_000;
const LONGEST = 300;

/** How the SDK's chain begins the line of a way that came to nothing. */
const WAY = /^@smithy\/property-provider (?:->|\(!\)) /;

/** Said of ways that nobody has asked for. */
const NOTHING =
  /^(AWS_PROFILE is set|Not found in |Skipping SSO|Unable to find environment|Could not resolve credentials using profile|Profile .* could not be found|Profile .* did not contain|Web identity configuration not|EC2 Instance Metadata Service|Could not load credentials)/;

/** Keeps the last way that came to nothing; the SDK prepares every answer for a logger's `info`, so there is none. */
class Listener {
  heard: string | undefined;
  readonly logger = {
    debug: (line: unknown) => {
      const said = String(line).replace(WAY, '');
      if (WAY.test(String(line)) && !NOTHING.test(said)) this.heard = said;
    },
    warn() {},
    error() {},
  } as unknown as Logger;
}

const PARTS = [
  ['accessKeyId', 'AWS_ACCESS_KEY_ID'],
  ['secretAccessKey', 'AWS_SECRET_ACCESS_KEY'],
  ['sessionToken', 'AWS_SESSION_TOKEN'],
] as const;

/** Refuses, with code 2, what no request can carry, or what AWS would only call wrong. */
function checkParts(found: AwsCredentialIdentity, profile: string, env: Env): void {
  for (const [part, variable] of PARTS) {
    const why = part === 'sessionToken' && found[part] === undefined ? undefined : unlikeKey(found[part]);
    if (!why) continue;
    const isOfEnv = env[variable] === found[part];
    const name = isOfEnv ? variable : `${variable.toLowerCase()} of the profile "${profile}"`;
    const next = isOfEnv ? 'source ~/.pool_keys again' : 'mend it in ~/.aws, or what it is fetched from';
    throw ownUsage(`${name} ${why}; ${next}`);
  }
}

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};

/** Nothing else of what the SDK reads can be that. */
const NULL = 'its credential_process printed null';

/** What the SDK itself says of why it has none. */
function reasonOf(error: unknown, heard: string | undefined): string | undefined {
  const own = saidBy(error);
  const reason = NOTHING.test(own) ? heard : own;
  return reason === undefined
    ? undefined
    : oneLine(reason.replace(/^Cannot read properties of null .*/s, NULL));
}

/** `profile`: the one that was named; `heard`: what the SDK said last. */
async function told(
  error: unknown,
  heard: string | undefined,
  profile: string | undefined,
  env: Env,
): Promise<PoolError> {
  if (error instanceof PoolError) return error;
  const broken = await brokenProfile(profile ?? 'default', env);
  if (broken) return broken;
  if (isWithoutCredentials(error))
    return await withoutCredentials(error, reasonOf(error, heard), profile, env);
  return new PoolError(
    `the AWS credentials could not be fetched: ${oneLine(saidBy(error))}; look at ~/.aws/config and the network`,
    { cause: error },
  );
}

/** `asked`: of the settings; undefined or empty for AWS_PROFILE, or none. `limit`: for all of the chain, ms. */
export function ownCredentials(asked: string | undefined, env: Env, limit = LIMIT): OwnCredentials {
  const profile = asked || env['AWS_PROFILE'] || undefined;
  const name = profile ?? 'default';
  const listener = new Listener();

  /** Throws where they have not come within the limit. */
  const inTime = async (fetched: Promise<AwsCredentialIdentity>): Promise<AwsCredentialIdentity> => {
    const clock = new AbortController();
    const late = setTimeout(limit, undefined, { signal: clock.signal }).then(async () => {
      const way = (await profileNamed(name))?.['credential_process']
        ? 'its credential_process'
        : 'what gives them';
      throw await withoutCredentials(
        undefined,
        `${way} has not ended within ${limit / 1000} s`,
        profile,
        env,
      );
    });
    return await Promise.race([fetched, late]).finally(() => clock.abort());
  };

  const fetch = async (client: Client): Promise<void> => {
    if (profile || !env['AWS_ACCESS_KEY_ID'] || !env['AWS_SECRET_ACCESS_KEY'])
      checkTokenFiles(env, name, await profileNamed(name));
    const found = await inTime(client.config.credentials());
    listener.heard = undefined;
    checkParts(found, name, env);
  };

  const guard = <C extends Client>(client: C): C => {
    client.middlewareStack.add(
      (next) => async (request: unknown) => {
        // Whoever lacks both is told of the region first, which is a setting.
        await client.config.region();
        await fetch(client).catch(async (error: unknown) => {
          throw await told(error, listener.heard, profile, env);
        });
        return await next(request);
      },
      { step: 'initialize', name: 'ownCredentials' },
    );
    return client;
  };
  return { logger: listener.logger, guard };
}
