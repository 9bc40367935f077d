// The world of a command: its settings, and everything outside that they lead to.
import { basename, join } from 'node:path';
import { usageError } from '../pool/failure.ts';
import type { LoadedSettings } from '../world/load-settings.ts';
import type { Outside } from '../world/outside.ts';
import type { Terminal, World } from '../world/world.ts';

/** Reads the settings, and where the pool's files start. */
export type Load = () => Promise<Pick<LoadedSettings, 'settings' | 'notices' | 'folder' | 'file'>>;

/** What the settings may not mean as they stand goes to stderr. */
export function tellNotices(terminal: Terminal, { notices }: Pick<LoadedSettings, 'notices'>): void {
  for (const notice of notices) terminal.warn(`pool: ${notice}`);
}

async function made(
  { settings, folder, file }: Awaited<ReturnType<Load>>,
  load: Load,
  outside: Outside,
  terminal: Terminal,
): Promise<World> {
  const cloud = await outside.cloud(settings);
  const operators = { settings: file && join(folder, basename(file)), key: settings.keypair_path };
  const [remote, files] = await Promise.all([
    outside.remote(settings, cloud),
    outside.files(folder, operators),
  ]);
  const { clock, signal, get } = outside;
  const input = () => outside.input();
  const world: World = {
    ...{ settings, cloud, remote, clock, terminal, files, get, signal, input, disk: outside },
    reread: () => again(load, outside, terminal, world),
  };
  return world;
}

/** The world of the settings as they are now; undefined where nothing has changed. */
async function again(
  load: Load,
  outside: Outside,
  terminal: Terminal,
  before: World,
): Promise<World | undefined> {
  const loaded = await load();
  const { settings } = loaded;
  if (JSON.stringify(settings) === JSON.stringify(before.settings)) return undefined;
  tellNotices(terminal, loaded);
  if (settings.name !== before.settings.name)
    throw usageError(`the pool's name was ${before.settings.name}; start the command anew for another pool`);
  return await made(loaded, load, outside, terminal);
}

/** It can be read again, since whoever maintains a pool may run for months. */
export async function worldOf(load: Load, outside: Outside, terminal: Terminal): Promise<World> {
  const loaded = await load();
  tellNotices(terminal, loaded);
  return await made(loaded, load, outside, terminal);
}
