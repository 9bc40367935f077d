// Looks at every running machine again and again, and forgets what has been over for long.
import pLimit from 'p-limit';
import type { Cloud } from '../cloud.ts';
import { interfaceOf, volumeOf } from '../model/ids.ts';
import type { Health, Instance } from '../model/state.ts';

const AT_ONCE = 8;
const DAY_MS = 86_400_000;

async function look(cloud: Cloud, instance: Instance, silent: Map<string, number>): Promise<void> {
  const pulse = await cloud.engine.pulse(instance.id);
  if (instance.state !== 'running') return;
  const misses = pulse === 'well' ? 0 : (silent.get(instance.id) ?? 0) + 1;
  silent.set(instance.id, misses);
  setHealth(cloud, instance, misses);
}

/** One silent look may be a busy machine; two in a row are a fact. */
function setHealth(cloud: Cloud, instance: Instance, misses: number): void {
  const health: Health | undefined = misses === 0 ? 'ok' : misses > 1 ? 'impaired' : undefined;
  if (health === undefined || health === instance.health) return;
  if (health === 'impaired' && instance.health === 'initializing' && misses < 30) return;
  instance.health = health;
  cloud.changed();
}

/** Removes terminated instances, old launches and expired credentials from the state. */
export function forget(cloud: Cloud): void {
  const { instances, launches, roleKeys, tags, volumes } = cloud.state;
  const now = cloud.now().getTime();
  const goneIds = Object.values(instances)
    .filter((one) => one.state === 'terminated')
    .filter((one) => now - Date.parse(one.transitionTime) > cloud.settings.terminatedVisible)
    .map((one) => one.id);
  const launchTokens = Object.keys(launches).filter(
    (t) => now - Date.parse(launches[t]?.time ?? '') > DAY_MS,
  );
  const keys = Object.keys(roleKeys).filter((k) => now > Date.parse(roleKeys[k]?.expires ?? ''));
  for (const id of goneIds) {
    delete instances[id];
    for (const own of [id, volumeOf(id), interfaceOf(id)]) if (volumes[own] === undefined) delete tags[own];
  }
  for (const token of launchTokens) delete launches[token];
  for (const key of keys) delete roleKeys[key];
  if (goneIds.length + launchTokens.length + keys.length > 0) cloud.changed();
}

/** Starts looking; the returned function ends it. */
export function watch(cloud: Cloud): () => void {
  const limit = pLimit(AT_ONCE);
  const silent = new Map<string, number>();
  let busy = false;
  const round = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    const running = Object.values(cloud.state.instances).filter((one) => one.state === 'running');
    await Promise.allSettled(running.map((one) => limit(() => look(cloud, one, silent))));
    forget(cloud);
    busy = false;
  };
  const timer = setInterval(() => cloud.behind('pulse', round()), cloud.settings.pulseEvery);
  return () => clearInterval(timer);
}
