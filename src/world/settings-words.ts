// Settings from texts: options of the command line and POOL_… variables.
import { usageError } from '../pool/failure.ts';
import { nearest } from '../pool/nearest.ts';
import { optionName, SETTING_KEYS, variableName } from '../pool/setting-keys.ts';
import type { SettingKey } from '../pool/settings.ts';
import type { Layer } from '../pool/settings-resolve.ts';
import { readYaml } from './yaml.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** Keys that hold no plain text: their texts are read as YAML, the rest is taken as it stands. */
const STRUCTURED: ReadonlySet<SettingKey> = new Set<SettingKey>([
  ...([
    'minimum_instances',
    'maximum_instances',
    'max_connections',
    'max_hourly_usd',
    'host_port',
    'client_port',
    'volume_size',
    'spot',
  ] as const),
  ...(['app', 'prices', 'failover', 'zones', 'subnets', 'ssh_from', 'services', 'plugins', 'size'] as const),
]);

function readText(key: SettingKey, text: string, where: string): unknown {
  if (!STRUCTURED.has(key)) return text;
  const { value, mistakes } = readYaml(text);
  if (mistakes[0] !== undefined) throw usageError(`${where}: ${key} is no YAML: ${mistakes[0].text}`);
  return value;
}

/** Options of the command line, by key. */
export function commandLineLayer(options: ReadonlyMap<SettingKey, string>): Layer {
  const where = (path: readonly PropertyKey[]) => `--${optionName(String(path[0]))}`;
  const values = new Map([...options].map(([key, text]) => [key, readText(key, text, where([key]))]));
  return { source: 'command line', values, where };
}

/** Names that mean a key without being POOL_ and the key; the first that is set counts. */
const ALIASES: Partial<Record<SettingKey, readonly string[]>> = {
  keypair: ['KEYPAIR_NAME'],
  region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
};

const variablesOf = (key: SettingKey): readonly string[] => [variableName(key), ...(ALIASES[key] ?? [])];

/** A near miss of a key is a mistake that would go unnoticed; other tools may use the prefix for names of their own. */
function refuseMisspelt(env: Env): void {
  const known = SETTING_KEYS.map(variableName);
  const misspelt = Object.keys(env).flatMap((name) => {
    if (!name.startsWith('POOL_') || env[name] === '' || known.includes(name)) return [];
    const key = nearest(name.slice('POOL_'.length), SETTING_KEYS, (length) => (length < 6 ? 1 : 2));
    return key === undefined ? [] : [`${name}: no such setting; did you mean ${variableName(key)}?`];
  });
  if (misspelt[0] !== undefined) throw usageError(misspelt[0], misspelt.slice(1));
}

/** The environment's settings; an empty variable says nothing. Throws with code 2 on a misspelt POOL_ variable. */
export function environmentLayer(env: Env): Layer {
  refuseMisspelt(env);
  const names = new Map<string, string>();
  const values = new Map<string, unknown>();
  for (const key of SETTING_KEYS) {
    const name = variablesOf(key).find((one) => env[one] !== undefined && env[one] !== '');
    if (name === undefined) continue;
    names.set(key, name);
    values.set(key, readText(key, env[name] ?? '', name));
  }
  return { source: 'environment', values, where: ([key]) => names.get(String(key)) ?? 'environment' };
}
