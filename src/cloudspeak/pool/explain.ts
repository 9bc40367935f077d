// pool explain: why the pool has the size it has, and what changed it last.
import {
  type Explanation,
  explain,
  explained,
  explainScript,
  parseExplained,
  type Sources,
} from '../../plans/explain.ts';
import { plainList } from '../../pool/listing.ts';
import type { Pool } from '../../pool/pool.ts';
import { askInTurn } from '../../world/journal/read.ts';
import type { World } from '../../world/world.ts';
import type { Run } from '../word.ts';

const saysAnything = (sources: Sources): Sources | undefined =>
  sources.word === undefined && sources.last === undefined ? undefined : sources;

async function ask(world: World, pool: Pool): Promise<Explanation | undefined> {
  const template = await world.files.template('journal.sh');
  const script = explainScript(template, pool.name);
  const { found, silent } = await askInTurn(world, pool, script, (text) =>
    saysAnything(parseExplained(text)),
  );
  for (const { name, id } of silent) world.terminal.warn(`pool: ${name} (${id}) does not answer on ssh`);
  return found && explain(found.told, pool, world.settings, world.clock.now());
}

export const run: Run = async (world, { json }) => {
  const { cloud, settings, terminal } = world;
  const pool = await cloud.look(settings.name);
  const explanation = pool.nodes.length === 0 ? undefined : await ask(world, pool);
  if (json) {
    const nothing = { pool: pool.name, maintained: false, acts: [], because: null, last_change: null };
    terminal.print(JSON.stringify(explanation ?? nothing, null, 2));
  } else if (pool.nodes.length === 0) terminal.print(plainList(pool));
  else if (explanation === undefined)
    terminal.print('nobody has maintained this pool yet; pool maintain does');
  else for (const line of explained(explanation, settings)) terminal.print(line);
  return 0;
};
