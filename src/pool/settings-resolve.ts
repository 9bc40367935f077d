// Command line, then environment, then file, then defaults: the settings, and where each value came from.
import { type DollarSigns, dollarSigns } from './dollar-signs.ts';
import { usageError } from './failure.ts';
import { usernameOf } from './image-aliases.ts';
import { didYouMean } from './nearest.ts';
import { shownName } from './secrets.ts';
import { keyNamed, SETTING_KEYS } from './setting-keys.ts';
import type { FailoverTimings, SettingKey, SettingSource, Settings } from './settings.ts';
import { checkTogether, noticesTogether } from './settings-checks.ts';
import { defaultsIn, timings } from './settings-defaults.ts';
import { SCHEMAS } from './settings-schema.ts';
import { shownWritten, Written } from './written.ts';

/** What one place says, by key; values as they were typed. */
export interface Layer {
  readonly source: Exclude<SettingSource, 'default'>;
  readonly values: ReadonlyMap<string, unknown>;
  /** Where a key (or a path below it) stands, as an error shows it: `pool.yml:7`, `POOL_NAME`, `--name`. */
  where(path: readonly PropertyKey[]): string;
}

export interface Resolution {
  readonly settings: Settings;
  /** What may not be meant as it stands and is no mistake: a line each, with its place. */
  readonly notices: readonly string[];
  readonly sources: Readonly<Record<SettingKey, SettingSource>>;
}

type Values = Partial<Record<SettingKey, unknown>>;

/** All problems of one layer are collected, so that one run shows them all. */
function readLayer(layer: Layer, problems: string[]): Values {
  const values: Values = {};
  for (const [name, value] of layer.values) {
    const key = keyNamed(name);
    if (key === undefined)
      problems.push(
        `${layer.where([name])}: unknown key "${shownName(name)}"${didYouMean(name, SETTING_KEYS)}`,
      );
    // An empty value in YAML is null: nothing was said.
    else if (value !== null && value !== undefined) values[key] = readValue(layer, key, value, problems);
  }
  return values;
}

interface Issue {
  readonly code: string;
  readonly path: PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  /** `placed`: the message already shows where inside the value the mistake is. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

function readValue(layer: Layer, key: SettingKey, value: unknown, problems: string[]): unknown {
  const read = SCHEMAS[key].safeParse(value);
  if (read.success) return read.data;
  for (const issue of read.error.issues) problems.push(...describe(layer, key, value, issue));
  return undefined;
}

const INNER: Partial<Record<SettingKey, readonly string[]>> = {
  app: Object.keys(SCHEMAS.app.shape),
  failover: Object.keys(SCHEMAS.failover.shape),
};

const shown = (path: readonly PropertyKey[]): string => path.map((name) => shownName(String(name))).join('.');

/** A text where a map was due may hold the app's environment, secrets and all. */
const isPrivate = (path: readonly PropertyKey[]): boolean => ['app', 'app.env'].includes(path.join('.'));

function describe(layer: Layer, key: SettingKey, value: unknown, issue: Issue): readonly string[] {
  const path = [key, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map(
      (name) =>
        `${layer.where([...path, name])}: unknown key "${shown([...path, name])}"${didYouMean(name, INNER[key] ?? [])}`,
    );
  const wrong = issue.path.reduce<unknown>(
    (inside, step) => (inside as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
  if (wrong === undefined) return [`${layer.where([key])}: ${shown(path)} is missing`];
  const told =
    issue.code === 'invalid_key' ||
    issue.params?.['placed'] === true ||
    (typeof wrong === 'object' && !(wrong instanceof Written)) ||
    isPrivate(path);
  return [
    `${layer.where(path)}: ${shown(path)} ${issue.message}${told ? '' : `, not ${shownWritten(wrong)}`}`,
  ];
}

/** The first layer that says something wins; the layers stand in order of precedence. */
function merge(
  layers: readonly Layer[],
  read: readonly Values[],
  defaults: Settings,
): Omit<Resolution, 'notices'> {
  const settings: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  for (const key of SETTING_KEYS) {
    const at = read.findIndex((values) => values[key] !== undefined);
    settings[key] = at < 0 ? defaults[key] : read[at]?.[key];
    sources[key] = layers[at]?.source ?? 'default';
  }
  if (sources['username'] === 'default') settings['username'] = usernameOf(String(settings['ami']));
  settings['failover'] = timings(settings['failover'] as Partial<FailoverTimings>);
  // Every key of SETTING_KEYS was just filled in, with what its schema let through.
  return { settings: settings as unknown as Settings, sources: sources as Record<SettingKey, SettingSource> };
}

/** Elsewhere than in the file a shell has filled in what it should. */
const dollarsIn = (layer: Layer): DollarSigns =>
  layer.source === 'file'
    ? dollarSigns(layer.values.get('app'), (path) => layer.where(path))
    : { problems: [], notices: [] };

/**
 * The settings from the layers, in order of precedence (command line, environment, file).
 * `folder` gives the pool its name where nobody does. Throws with code 2 and one line for each problem.
 */
export function resolve(layers: readonly Layer[], folder: string): Resolution {
  const problems: string[] = [];
  const read = layers.map((layer) => readLayer(layer, problems));
  const signs = layers.map(dollarsIn);
  problems.push(...signs.flatMap((one) => one.problems));
  const { settings, sources } = merge(layers, read, defaultsIn(folder));
  const where = (key: SettingKey, ...inside: readonly string[]) =>
    layers.find((layer) => layer.source === sources[key])?.where([key, ...inside]) ?? 'default';
  if (problems.length === 0) problems.push(...checkTogether(settings, where));
  const [first, ...others] = problems;
  if (first !== undefined) throw usageError(first, others);
  return {
    settings,
    sources,
    notices: [...signs.flatMap((one) => one.notices), ...noticesTogether(settings, where)],
  };
}
