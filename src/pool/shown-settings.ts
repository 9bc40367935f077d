// The settings as they may be shown to anyone who looks over the shoulder, written as pool.yml would have them.
import { printDuration } from './duration.ts';
import { masked } from './secrets.ts';
import type { SettingKey, Settings } from './settings.ts';

const DURATIONS: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'polling_time',
  'interval_wait_time',
  'warm_up',
  'drain_limit',
]);

const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));

/** One value: durations as text, secrets masked, user_data by its size, what is unset as null. */
export function shownValue(settings: Settings, key: SettingKey): unknown {
  const value = settings[key];
  if (DURATIONS.has(key) && typeof value === 'number') return printDuration(value);
  if (key === 'failover') return mapValues({ ...settings.failover }, printDuration);
  if (key === 'user_data' && settings.user_data !== undefined)
    return `(${new TextEncoder().encode(settings.user_data).length} bytes)`;
  if (key === 'app' && settings.app !== undefined)
    return { ...settings.app, env: mapValues(settings.app.env, (text, name) => masked(name, text)) };
  return value ?? null;
}
