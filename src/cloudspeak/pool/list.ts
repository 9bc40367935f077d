// pool list: the instances, as the slide shows them, as a table, or as a document.

import { OwnTrouble } from '../../pool/failure.ts';
import { listDocument, plainList, type Sights } from '../../pool/listing.ts';
import type { Pool } from '../../pool/pool.ts';
import { sights } from '../../world/sights.ts';
import type { World } from '../../world/world.ts';
import type { Run } from '../word.ts';

const nothing: Sights = { vitals: new Map(), up: undefined };

/** Asking the nodes themselves costs seconds at worst; the deck's form shows nothing that they know. */
const asked = (world: World, pool: Pool): Promise<Sights> =>
  sights(world, pool).catch((error: unknown) => {
    if (error instanceof OwnTrouble) world.terminal.warn(`pool: the nodes were not asked: ${error.message}`);
    return nothing;
  });

export const run: Run = async (world, request) => {
  const { terminal, settings } = world;
  const pool = await world.cloud.look(settings.name);
  if (request.json) terminal.print(JSON.stringify(listDocument(pool, await asked(world, pool)), null, 2));
  else if (request.plain || !terminal.isTerminal || pool.nodes.length === 0) terminal.print(plainList(pool));
  else {
    const { listTable } = await import('../list-table.ts');
    terminal.print(listTable(listDocument(pool, await asked(world, pool)), terminal.paint));
  }
  return 0;
};
