// What is wrong with a profile of ~/.aws that gives no credentials or no region.
import { loadSharedConfigFiles } from '@smithy/core/config';
import { PoolError, usageError } from '../../pool/failure.ts';
import { codeOf } from './errors.ts';

/** Names of the profiles that there are. */
async function profiles(): Promise<readonly string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  // Sections of other kinds stand there as `KIND.NAME`.
  return [...names].filter((name) => !/^(sso-session|services)\./.test(name)).sort();
}

async function absent(profile: string): Promise<PoolError | undefined> {
  const there = await profiles();
  if (there.includes(profile)) return undefined;
  const known = there.length > 0 ? `has ${there.join(', ')}` : 'has none';
  return usageError(
    `there is no AWS profile "${profile}": ~/.aws ${known}; set aws_profile (or AWS_PROFILE) to one that there is, or make it: aws configure --profile ${profile}`,
  );
}

const PLAIN = /Could not load credentials from any providers/;

function useless(profile: string, error: unknown): PoolError {
  const said = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
  const why = PLAIN.test(said) ? 'it names none' : said;
  const isSso = /\bsso\b|TokenProvider/i.test(said);
  const next = isSso ? `log in: aws sso login --profile ${profile}` : 'mend it in ~/.aws/config';
  return new PoolError(`the AWS profile "${profile}" gives no credentials: ${why}; ${next}`, {
    cause: error,
  });
}

/** The trouble with the profile behind a failure; undefined where the failure is about something else. */
export async function profileTrouble(profile: string, error: unknown): Promise<PoolError | undefined> {
  const text = error instanceof Error ? error.message : String(error);
  const isRegion = /Region is missing/.test(text);
  const isCredentials = /CredentialsProviderError|TokenProviderError/.test(codeOf(error)) || PLAIN.test(text);
  if (!isRegion && !isCredentials) return undefined;
  return (await absent(profile)) ?? (isCredentials ? useless(profile, error) : undefined);
}
