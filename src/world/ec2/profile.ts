// What is wrong with the profiles of ~/.aws where they give no credentials or no region.
import { PoolError, usageError } from '../../pool/failure.ts';
import { sourceOf } from './broken-profile.ts';
import { emptyProfile } from './empty-section.ts';
import { noneAtAll, saidBy } from './errors.ts';
import { profileNamed, profiles } from './profiles.ts';
import { credentialsFile, unreadableFile } from './shared-files.ts';

type Env = Readonly<Record<string, string | undefined>>;

async function absent(profile: string, env: Env): Promise<PoolError | undefined> {
  const there = Object.keys(await profiles());
  if (there.includes(profile)) return undefined;
  if (/\s/.test(profile))
    return usageError(
      `the name of an AWS profile may have no blanks here, and "${profile}" has; give it another in ~/.aws`,
    );
  const empty = emptyProfile(profile, env);
  if (empty)
    return usageError(
      `the AWS profile "${profile}": ${empty}; set it, or set aws_profile (or AWS_PROFILE) to another`,
    );
  const known = there.length > 0 ? `has ${there.join(', ')}` : 'has none';
  return usageError(
    `there is no AWS profile "${profile}": ~/.aws ${known}; set aws_profile (or AWS_PROFILE) to one that there is, or make it: aws configure --profile ${profile}`,
  );
}

/** A role is taken with the credentials of another profile. */
async function namesNone(profile: string, subject: string, env: Env): Promise<string> {
  const source = await sourceOf(profile);
  const empty = emptyProfile(source, env);
  if (empty) return empty;
  const kind = (await profileNamed(source))?.['credential_source'];
  const whose = source === profile ? subject : `its source_profile "${source}"`;
  return `${whose} ${kind ? `gives none by credential_source = ${kind}` : 'names none'}`;
}

async function useless(
  profile: string,
  error: unknown,
  why: string | undefined,
  env: Env,
): Promise<PoolError> {
  const isSso = /\bsso\b|TokenProvider/i.test(saidBy(error));
  const next = isSso ? `log in: aws sso login --profile ${profile}` : 'mend it in ~/.aws/config';
  return new PoolError(
    `the AWS profile "${profile}" gives no credentials: ${why ?? (await namesNone(profile, 'it', env))}; ${next}`,
    { cause: error },
  );
}

function halfSet(env: Env): string | undefined {
  const [id, secret] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  if (Boolean(env[id]) === Boolean(env[secret])) return undefined;
  return `${env[id] ? secret : id} is not set`;
}

/** Why nobody who names no profile has credentials; undefined where nothing is there that was meant to give some. */
async function whyNone(env: Env): Promise<string | undefined> {
  const trouble = halfSet(env) ?? unreadableFile(env);
  if (trouble) return trouble;
  const { default: own, ...others } = await profiles();
  const names = Object.keys(others);
  if (own?.['role_arn']) return await namesNone('default', 'the profile "default"', env);
  const lack = emptyProfile('default', env) ?? lackOf(own);
  if (own || lack) return lack;
  if (names.length > 0) return `~/.aws has no [default], but ${names.join(', ')}`;
  const path = credentialsFile(env);
  return path && `~/.aws has no profile that can be read: ${path} needs [default] and lines NAME = VALUE`;
}

function lackOf(own: Env | undefined): string | undefined {
  if (own === undefined) return undefined;
  const lack = ['aws_access_key_id', 'aws_secret_access_key'].find((name) => !own[name]);
  return lack && `[default] of ~/.aws has no ${lack}`;
}

/** What the SDK's chain failed with, in words; `why`: what it says itself, undefined where that is nothing. */
export async function withoutCredentials(
  error: unknown,
  why: string | undefined,
  profile: string | undefined,
  env: Env,
): Promise<PoolError> {
  if (profile) return (await absent(profile, env)) ?? (await useless(profile, error, why, env));
  return noneAtAll(error, why ?? (await whyNone(env)));
}

/** The trouble with the profile behind a region that is missing; undefined where the failure is about something else. */
export const profileTrouble = async (
  profile: string,
  error: unknown,
  env: Env,
): Promise<PoolError | undefined> =>
  /Region is missing/.test(saidBy(error)) ? await absent(profile, env) : undefined;
