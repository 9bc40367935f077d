// pool explain: why the pool has the size it has, and what changed it last.
import {
  type Explanation,
  explain,
  explained,
  explainScript,
  parseExplained,
  type Sources,
  sourcesIn,
} from '../../plans/explain.ts';
import { readJournal } from '../../pool/journal-reader.ts';
import { plainList } from '../../pool/listing.ts';
import type { Pool } from '../../pool/pool.ts';
import { tellBucket } from '../../world/journal/bucket.ts';
import { askInTurn } from '../../world/journal/read.ts';
import type { World } from '../../world/world.ts';
import type { Run } from '../word.ts';

const DAY = 24 * 3_600_000;

const saysAnything = (sources: Sources): Sources | undefined =>
  sources.word === undefined && sources.last === undefined ? undefined : sources;

/** For a pool of which no node answers: what the last day says. */
async function inBucket({ cloud, clock, settings }: World, pool: Pool): Promise<Sources | undefined> {
  const { shared_bucket: bucket } = settings;
  if (bucket === undefined) return undefined;
  const text = await tellBucket(cloud, bucket, pool.name, clock.now().getTime() - DAY);
  const { records } = readJournal(text ?? '');
  const inOrder = [...records].sort((one, other) => (one.time < other.time ? -1 : 1));
  return inOrder.length > 0 ? sourcesIn(inOrder) : undefined;
}

async function ask(world: World, pool: Pool): Promise<Explanation | undefined> {
  const template = await world.files.template('journal.sh');
  const script = explainScript(template, pool.name);
  const { found, silent } = await askInTurn(world, pool, script, (text) =>
    saysAnything(parseExplained(text)),
  );
  for (const { name, id } of silent) world.terminal.warn(`pool: ${name} (${id}) does not answer on ssh`);
  const sources = found?.told ?? (await inBucket(world, pool));
  return sources && explain(sources, pool, world.settings, world.clock.now());
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
