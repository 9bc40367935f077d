// How long each running node takes to start a shell.
import { type Finding, ill, skipped } from '../../plans/doctor/finding.ts';
import { judgeShell, parseShellCost, shellCostScript } from '../../plans/doctor/shell-cost.ts';
import type { Node } from '../../pool/instance.ts';
import type { Pool } from '../../pool/pool.ts';
import type { World } from '../world.ts';

async function shellOf({ remote, settings }: World, node: Node): Promise<Finding> {
  const who = `${node.name} (${node.id})`;
  const reach = await remote.reach(node);
  if (!reach.answers)
    return ill('shell', `${who} does not answer on ssh: ${reach.why}`, 'pool list shows its state');
  const { stdout, stderr } = await remote.run(node, shellCostScript(settings.username), { timeout: 30_000 });
  const ms = parseShellCost(stdout);
  return ms === undefined ? skipped('shell', `${who} does not tell: ${stderr.trim()}`) : judgeShell(node, ms);
}

export async function shells(world: World, { nodes }: Pool): Promise<readonly Finding[]> {
  const running = nodes.filter(({ state }) => state === 'running');
  if (running.length === 0) return [skipped('shell', 'no node is running')];
  return await Promise.all(running.map((node) => shellOf(world, node)));
}
