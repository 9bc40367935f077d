// Which policies `pool simulate` compares: those of the settings files given, else the defaults; the reference last.
import { resolve } from 'node:path';
import { policyOf } from '../auto-scaling/policy.ts';
import { typesOf } from '../pool/afford.ts';
import { usageError } from '../pool/failure.ts';
import { hourlyUsd, howToPrice } from '../pool/prices.ts';
import { vcpusOf } from '../pool/vcpus.ts';
import type { Contestant } from '../simulation/simulate.ts';
import { type LoadedSettings, loadSettings } from '../world/load-settings.ts';
import type { Outside } from '../world/outside.ts';
import type { SettingsWords } from './word.ts';

/** A contestant and the instance type that it pays for. */
export interface Entrant extends Contestant {
  readonly type: string;
  /** Whose prices; AWS's own first one where nobody says. */
  readonly region: string;
  /** What its settings may not mean as they stand. */
  readonly notices: readonly string[];
}

/** Room enough for the policies to differ, where nobody says otherwise. */
const MAXIMUM = 20;

const REFERENCE = 'AWS target tracking';

function entrant(name: string, { settings, sources, notices }: LoadedSettings): Entrant {
  const maximum =
    sources.maximum_instances === 'default'
      ? Math.max(MAXIMUM, settings.minimum_instances)
      : settings.maximum_instances;
  const [type = ''] = typesOf(settings);
  const region = settings.region ?? 'us-east-1';
  const usd = hourlyUsd(type, { region, own: settings.prices });
  if (usd === undefined && settings.max_hourly_usd !== undefined)
    throw usageError(`${name}: max_hourly_usd needs the price of ${type} in ${region}; ${howToPrice(type)}`);
  return {
    name,
    machine: {
      cpus: vcpusOf(type),
      maxConnections: settings.max_connections,
      drainLimit: settings.drain_limit,
      usd,
    },
    minimum: settings.minimum_instances,
    maximum,
    policy: policyOf({ ...settings, maximum_instances: maximum }),
    type,
    region,
    notices,
  };
}

async function fromFile(outside: Outside, file: string, words: SettingsWords): Promise<Entrant> {
  if ((await outside.readText(resolve(outside.cwd, file))) === undefined)
    throw usageError(`${file}: there is no such file; --policy must name a pool.yml that can be read`);
  return entrant(file, await loadSettings(outside, { options: words.options, file, mustBeNamed: false }));
}

/** `files` are read as `-c` reads its own. The reference has the limits and the machines of the first policy. */
export async function entrants(
  outside: Outside,
  files: readonly string[],
  words: SettingsWords,
): Promise<readonly Entrant[]> {
  const request = { options: words.options, file: undefined, mustBeNamed: false, withoutFile: true };
  const policies =
    files.length === 0
      ? [entrant('default', await loadSettings(outside, request))]
      : await Promise.all(files.map((file) => fromFile(outside, file, words)));
  const [first] = policies;
  return first ? [...policies, { ...first, name: REFERENCE, policy: undefined, notices: [] }] : [];
}
