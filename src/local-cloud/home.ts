// The state folder of a cloud: which file is where, and the key that the cloud accepts.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { OwnKey } from './cloud.ts';
import { accessKeyId, secretKey } from './metadata/credentials.ts';

export interface Home {
  readonly folder: string;
  readonly state: string;
  readonly credentials: string;
  readonly daemon: string;
  readonly log: string;
  readonly objects: string;
}

/** Where a cloud lives unless it is told otherwise. */
export const defaultHome = (): string => path.join(homedir(), '.poolparty', 'local');

/** Names the files of a state folder; makes nothing. */
export function homeAt(folder: string): Home {
  const at = (name: string): string => path.join(path.resolve(folder), name);
  return {
    folder: path.resolve(folder),
    state: at('state.json'),
    credentials: at('credentials.json'),
    daemon: at('daemon.json'),
    log: at('daemon.log'),
    objects: at('s3'),
  };
}

/** The text of a JSON file, or undefined where there is none that can be read. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** The cloud's own key; made once, for its owner's eyes only. */
export async function ownKey(home: Home): Promise<OwnKey> {
  const known = await readJson<OwnKey>(home.credentials);
  if (known !== undefined) return known;
  const key = { accessKeyId: accessKeyId('AKIA'), secretAccessKey: secretKey() };
  await mkdir(home.folder, { recursive: true, mode: 0o700 });
  await writeFile(home.credentials, JSON.stringify(key), { mode: 0o600 });
  return key;
}
