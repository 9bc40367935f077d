// The resolved settings as they stand on a node: plain JSON, keys without a value left out.
import { PoolError } from './failure.ts';
import { NODE } from './node-paths.ts';
import { SETTING_KEYS } from './setting-keys.ts';
import type { Settings } from './settings.ts';

/**
 * The text of settings.json: the same from the same settings, whoever holds them. The key that opens the nodes from
 * outside, the AWS profile and the app's folder there are the operator's own affair.
 */
export function settingsText({ keypair_path: _, aws_profile: __, app, ...rest }: Settings): string {
  const shared: Readonly<Record<string, unknown>> = { ...rest, app: app && { ...app, source: NODE.current } };
  const entries = SETTING_KEYS.map((key) => [key, shared[key]] as const);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** The settings as this pool's configure wrote them; a node opens the others with a key of its own. */
export function settingsFrom(text: string): Settings {
  const broken = (why: string) =>
    new PoolError(`${NODE.settings} is not what PoolParty wrote (${why}); write it again: pool configure`);
  let settings: Settings;
  try {
    settings = JSON.parse(text) as Settings;
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
  if (typeof settings?.name !== 'string' || typeof settings.public_ip !== 'string')
    throw broken('it names no pool');
  return { ...settings, keypair_path: NODE.privateKey };
}
