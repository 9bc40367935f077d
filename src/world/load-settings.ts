// The settings of this run: which file, which layers, and paths made absolute.
import { basename, dirname, join, resolve as resolvePath } from 'node:path';
import { usageError } from '../pool/failure.ts';
import type { SettingKey } from '../pool/settings.ts';
import { type Layer, type Resolution, resolve } from '../pool/settings-resolve.ts';
import { readSettingsFile } from './settings-file.ts';
import { commandLineLayer, type Env, environmentLayer } from './settings-words.ts';

/** Where settings can come from. */
export interface SettingsPlaces {
  readonly env: Env;
  readonly cwd: string;
  readonly homedir: string;
  /** The text of a file, undefined where there is none. */
  readText(path: string): Promise<string | undefined>;
}

/** What the command line said about settings. */
export interface SettingsRequest {
  readonly options: ReadonlyMap<SettingKey, string>;
  /** The file of `-c`. */
  readonly file: string | undefined;
  /** The word acts on a pool, so a folder's name alone is no way to say which. */
  readonly mustBeNamed: boolean;
  /** Neither pool.yml nor CONFIG_FILE counts. */
  readonly withoutFile?: boolean;
}

export interface LoadedSettings extends Resolution {
  /** The file that was read, as it was named. */
  readonly file: string | undefined;
  /** Relative paths and the user's templates start here. */
  readonly folder: string;
}

async function readFileLayer(
  places: SettingsPlaces,
  asked: string | undefined,
): Promise<{ label?: string; layer?: Layer }> {
  const label = asked ?? (places.env['CONFIG_FILE'] || undefined);
  const text = await places.readText(resolvePath(places.cwd, label ?? 'pool.yml'));
  if (text !== undefined)
    return { label: label ?? 'pool.yml', layer: readSettingsFile(text, label ?? 'pool.yml') };
  if (label === undefined) return {};
  throw usageError(
    `${label}: there is no such file; ${asked ? '-c' : 'CONFIG_FILE'} must name a pool.yml that can be read`,
  );
}

const absolute = (places: SettingsPlaces, from: string, path: string): string =>
  /^~(\/|$)/.test(path) ? join(places.homedir, path.slice(1)) : resolvePath(from, path);

/** The key pair's private key stands in $EC2_HOME under the pair's name, unless something else was said. */
function withKeyPath(resolution: Resolution, places: SettingsPlaces, folder: string): Resolution {
  const { settings, sources } = resolution;
  const home = places.env['EC2_HOME'];
  if (settings.keypair_path !== undefined) {
    const from = sources.keypair_path === 'file' ? folder : places.cwd;
    return {
      ...resolution,
      settings: { ...settings, keypair_path: absolute(places, from, settings.keypair_path) },
    };
  }
  if (!home || settings.keypair === undefined) return resolution;
  const path = absolute(places, places.cwd, join(home, basename(settings.keypair)));
  return {
    ...resolution,
    settings: { ...settings, keypair_path: path },
    sources: { ...sources, keypair_path: 'environment' },
  };
}

function withAppSource(resolution: Resolution, places: SettingsPlaces, folder: string): Resolution {
  const { app } = resolution.settings;
  if (app === undefined) return resolution;
  const source = absolute(places, folder, app.source);
  return { ...resolution, settings: { ...resolution.settings, app: { ...app, source } } };
}

/** Reads, merges and checks all settings. Throws with code 2 and one line for each problem. */
export async function loadSettings(
  places: SettingsPlaces,
  request: SettingsRequest,
): Promise<LoadedSettings> {
  const { label, layer } = request.withoutFile ? {} : await readFileLayer(places, request.file);
  const folder = label === undefined ? places.cwd : dirname(resolvePath(places.cwd, label));
  const layers = [commandLineLayer(request.options), environmentLayer(places.env), ...(layer ? [layer] : [])];
  const resolution = resolve(layers, folder);
  if (request.mustBeNamed && layer === undefined && resolution.sources.name === 'default')
    throw usageError(
      'there is no pool.yml here; go to its folder, name it with -c FILE, or name the pool with --name',
    );
  return { ...withAppSource(withKeyPath(resolution, places, folder), places, folder), file: label, folder };
}
