// pool clouds: every pool of the account, and the instances of nobody, in the settings' region or in all.
import { priceListOf } from '../../pool/afford.ts';
import { type CloudRow, cloudRows } from '../../pool/clouds.ts';
import type { Settings } from '../../pool/settings.ts';
import { loadSettings } from '../../world/load-settings.ts';
import type { Outside } from '../../world/outside.ts';
import { cloudsLines } from '../clouds-lines.ts';
import type { RunOutside } from '../word.ts';
import { tellNotices } from '../world-of.ts';

async function rowsIn(outside: Outside, settings: Settings): Promise<readonly CloudRow[]> {
  const cloud = await outside.cloud(settings);
  const [sight, environment] = await Promise.all([cloud.account(), cloud.environment()]);
  return cloudRows(sight, priceListOf(settings, environment));
}

/** Regions are asked side by side; an empty one is not told of. */
async function rowsOf(
  outside: Outside,
  settings: Settings,
  everywhere: boolean,
): Promise<readonly CloudRow[]> {
  if (!everywhere) return await rowsIn(outside, settings);
  const names = await (await outside.cloud(settings)).regions();
  return (await Promise.all(names.map((region) => rowsIn(outside, { ...settings, region })))).flat();
}

export const run: RunOutside = async (outside, terminal, request, words) => {
  const loaded = await loadSettings(outside, { ...words, mustBeNamed: false });
  tellNotices(terminal, loaded);
  const { settings } = loaded;
  const rows = await rowsOf(outside, settings, request.values['all-regions'] === 'yes');
  const now = outside.clock.now();
  if (request.json) terminal.print(JSON.stringify({ clouds: rows }, null, 2));
  else if (rows.length === 0) terminal.print('No cloud is running');
  else if (terminal.isTerminal && !request.plain) {
    const { cloudsTable } = await import('../clouds-table.ts');
    terminal.print(cloudsTable(rows, now, terminal.paint));
  } else for (const line of cloudsLines(rows, now)) terminal.print(line);
  return 0;
};
