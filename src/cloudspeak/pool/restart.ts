// pool restart: stop, then start, once the termination is visible.
import type { Run } from '../word.ts';
import { run as start } from './start.ts';
import { run as stop } from './stop.ts';

export const run: Run = async (world, request) => {
  const code = await stop(world, request);
  return code ? code : await start(world, request);
};
