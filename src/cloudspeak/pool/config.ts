// `pool config`: the settings as they came out, with the source of each, secrets masked.
import { SETTING_KEYS } from '../../pool/setting-keys.ts';
import { shownValue } from '../../pool/shown-settings.ts';
import { type LoadedSettings, loadSettings } from '../../world/load-settings.ts';
import type { Terminal } from '../../world/world.ts';
import type { RunOutside } from '../word.ts';
import { tellNotices } from '../world-of.ts';

/** Plain lines are YAML, so that they can be read back. */
const inline = (value: unknown): string =>
  typeof value === 'string' && /^[a-z0-9./-]+$/i.test(value) && Number.isNaN(Number(value))
    ? value
    : JSON.stringify(value);

/** For eyes alone: no quotes around a text, nothing for nothing. */
const readable = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);

const rows = ({ settings, sources }: LoadedSettings) =>
  SETTING_KEYS.map((key) => ({ key, value: shownValue(settings, key), source: sources[key] }));

async function table(loaded: LoadedSettings, terminal: Terminal): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const cells = new Table({
    head: ['key', 'value', 'source'],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [20, Math.max(20, terminal.columns - 40), 14],
  });
  for (const { key, value, source } of rows(loaded)) {
    const dim = source === 'default' ? terminal.paint.dim : (text: string) => text;
    cells.push([key, dim(readable(value)), dim(source)]);
  }
  return cells.toString();
}

function document(loaded: LoadedSettings): string {
  const settings = rows(loaded).map(({ key, value, source }) => [key, { value, source }]);
  return JSON.stringify({ file: loaded.file ?? null, settings: Object.fromEntries(settings) }, null, 2);
}

const plain = (loaded: LoadedSettings): string =>
  rows(loaded)
    .map(({ key, value, source }) => `${key}: ${inline(value)}  # ${source}`)
    .join('\n');

export const run: RunOutside = async (outside, terminal, { json, plain: asPlain }, words) => {
  const loaded = await loadSettings(outside, { ...words, mustBeNamed: false });
  tellNotices(terminal, loaded);
  if (json) terminal.print(document(loaded));
  else if (terminal.isTerminal && !asPlain) terminal.print(await table(loaded, terminal));
  else terminal.print(plain(loaded));
  return 0;
};
