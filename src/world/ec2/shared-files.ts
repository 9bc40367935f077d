// The files in which the SDK looks for credentials: of a kind that can be read to an end, before it reads them.
import { accessSync, constants, readFileSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ownUsage } from '../../pool/failure.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Thousands of profiles fit in; in bytes. */
const MOST = 16 * 1024 * 1024;

const FILES = { AWS_SHARED_CREDENTIALS_FILE: 'credentials', AWS_CONFIG_FILE: 'config' } as const;
const TOKENS = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] as const;

type Variable = keyof typeof FILES;

/** Where the SDK looks: the variable, else below the home folder. */
function pathOf(variable: Variable, env: Env): string {
  const home = env['HOME'] || env['USERPROFILE'] || homedir();
  const named = env[variable];
  if (!named) return join(home, '.aws', FILES[variable]);
  return named.startsWith('~/') ? join(home, named.slice(2)) : named;
}

/** Undefined where there is none, or where nobody may know: the SDK passes over both. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** /dev/null is how one says that there is no such file. */
const isNull = (found: Stats): boolean => found.rdev === statOf('/dev/null')?.rdev;

/** Why a reader would wait for ever, or never come to the end. */
function endless(path: string): string | undefined {
  const found = statOf(path);
  if (found?.isFIFO()) return 'is a named pipe, whose reader may wait for ever';
  if (found?.isCharacterDevice() && !isNull(found)) return 'is a device, which has no end';
  if (found?.isBlockDevice()) return 'is a device, which is no file of credentials';
  if (found?.isFile() && found.size > MOST) return 'is too big for a file of credentials';
  return undefined;
}

function check(path: string, name: string, variable: string): void {
  const why = endless(path);
  if (why) throw ownUsage(`${name} ${why}; put a file there, or set ${variable} to another`);
}

const checkNamed = (variable: string, env: Env, path: string): void =>
  check(path, env[variable] ? `${path} (${variable})` : path, variable);

/** Throws OwnTrouble, with code 2, where reading ~/.aws or what stands for it would not end. */
export function checkSharedFiles(env: Env): void {
  for (const variable of Object.keys(FILES) as Variable[]) checkNamed(variable, env, pathOf(variable, env));
}

/** The same for the tokens that the environment, or a profile of this name and content, sends the SDK to. */
export function checkTokenFiles(env: Env, name: string, profile: Env | undefined): void {
  for (const variable of TOKENS) if (env[variable]) checkNamed(variable, env, env[variable]);
  const path = profile?.['web_identity_token_file'];
  if (path)
    check(path, `${path} (web_identity_token_file of the profile "${name}")`, 'web_identity_token_file');
}

function unreadable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    const found = statSync(path);
    if (found.isFile() || isNull(found)) return undefined;
    return `${path} is ${found.isDirectory() ? 'a folder' : 'no file'}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : `${path} cannot be read (${code})`;
  }
}

/** The SDK takes a file that it cannot read for one that is not there: which, and why, for the person who has one. */
export const unreadableFile = (env: Env): string | undefined =>
  (Object.keys(FILES) as Variable[]).map((variable) => unreadable(pathOf(variable, env))).find(Boolean);

/** What stands in both files, that of credentials first; a file that cannot be read is left out. */
export const sharedTexts = (env: Env): readonly { readonly path: string; readonly text: string }[] =>
  (Object.keys(FILES) as Variable[]).flatMap((variable) => {
    const path = pathOf(variable, env);
    try {
      return [{ path, text: readFileSync(path, 'utf8') }];
    } catch {
      return [];
    }
  });

/** The file of credentials, where it holds something. */
export function credentialsFile(env: Env): string | undefined {
  const path = pathOf('AWS_SHARED_CREDENTIALS_FILE', env);
  return statOf(path)?.size ? path : undefined;
}
