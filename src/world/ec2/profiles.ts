// The profiles that ~/.aws has.
import { loadSharedConfigFiles } from '@smithy/core/config';

type Env = Readonly<Record<string, string | undefined>>;

/** All profiles that there are, the file of credentials before the other, as the SDK has it. */
export async function profiles(): Promise<Readonly<Record<string, Env>>> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  // Sections of other kinds stand there as `KIND.NAME`.
  const own = [...names].filter((name) => !/^(sso-session|services)\./.test(name)).sort();
  const found = own.map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]);
  // A profile may be asked for by a name that every object has a member of.
  return Object.assign(Object.create(null), Object.fromEntries(found));
}

/** The content of a profile, undefined where there is none. */
export const profileNamed = async (name: string): Promise<Env | undefined> => (await profiles())[name];
