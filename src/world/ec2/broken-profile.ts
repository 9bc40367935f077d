// Profiles of ~/.aws that lead nowhere: to a profile or a section that there is not, or to no credentials at all.
import { loadSsoSessionData } from '@smithy/core/config';
import { type PoolError, usageError } from '../../pool/failure.ts';
import { emptyProfile, emptySection } from './empty-section.ts';
import { profiles } from './profiles.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Profiles = Awaited<ReturnType<typeof profiles>>;

/** The profiles from one to the source of its credentials, that one first; the last may be none that there is. */
function chain(all: Profiles, name: string, before: readonly string[] = []): readonly string[] {
  const names = [...before, name];
  const source = all[name]?.['source_profile'];
  return source === undefined || names.includes(source) ? names : chain(all, source, names);
}

/** The profile that the credentials of this one come from. */
export async function sourceOf(profile: string): Promise<string> {
  return chain(await profiles(), profile).at(-1) ?? profile;
}

async function lackOfSession(own: Env, env: Env): Promise<string | undefined> {
  const session = own['sso_session'];
  if (!session || Object.hasOwn(await loadSsoSessionData(), session)) return undefined;
  const empty = emptySection([`[sso-session ${session}]`], env);
  if (empty) return `has sso_session = ${session}: ${empty}; set it`;
  return `has sso_session = ${session}, and ~/.aws/config has no [sso-session ${session}]; make it: aws configure sso-session`;
}

/** By which a profile with a role has credentials all the same. */
const OTHER_WAYS = ['web_identity_token_file', 'aws_access_key_id', 'credential_process', 'sso_account_id'];

function lackOfRole(own: Env): string | undefined {
  const { role_arn: role, source_profile: source, credential_source: kind } = own;
  if (!role || OTHER_WAYS.some((way) => own[way])) return undefined;
  if (source && kind) return 'has both source_profile and credential_source; leave one out';
  return source || kind
    ? undefined
    : 'has role_arn, and neither source_profile nor credential_source; set one';
}

function lackOfSource(all: Profiles, own: Env, env: Env): string | undefined {
  const source = own['source_profile'];
  if (!source || all[source]) return undefined;
  const empty = emptyProfile(source, env);
  if (empty) return `has source_profile = ${source}: ${empty}; set it`;
  return `has source_profile = ${source}, and there is no such profile (~/.aws has ${Object.keys(all).join(', ')}); set it to one that there is, or make it: aws configure --profile ${source}`;
}

async function lackOf(all: Profiles, name: string, env: Env): Promise<string | undefined> {
  const own = all[name];
  if (own === undefined) return undefined;
  return lackOfSource(all, own, env) ?? lackOfRole(own) ?? (await lackOfSession(own, env));
}

/** What is missing on the way from a profile to its credentials, as code 2; undefined where nothing is. */
export async function brokenProfile(name: string, env: Env): Promise<PoolError | undefined> {
  const all = await profiles();
  for (const one of chain(all, name)) {
    const lack = await lackOf(all, one, env);
    if (lack) return usageError(`the AWS profile "${one}" ${lack}`);
  }
  return undefined;
}
