// pool resume: after ten failed bootstraps in a row nothing is launched until somebody has looked and says this.
import { PROTECTED_TAG } from '../../pool/instance.ts';
import { poolThere } from '../resizing.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { cloud, terminal } = world;
  const { nodes } = await poolThere(world);
  const tagged = nodes.filter(({ tags }) => tags[PROTECTED_TAG] !== undefined);
  if (tagged.length === 0) {
    terminal.say('Launching was not stopped; nothing to resume');
    return 0;
  }
  if (request.dryRun) {
    for (const { name } of tagged) terminal.print(`permit ${name}: pool resume`);
    return 0;
  }
  await cloud.untag(
    tagged.map(({ id }) => id),
    [PROTECTED_TAG],
  );
  terminal.say('Launching goes on at the next tick');
  return 0;
};
