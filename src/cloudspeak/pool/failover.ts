// pool failover: moves the master to the standby on purpose, and tells what visitors noticed of it.
import { claim } from '../../fail-safety/mastership.ts';
import { failover, type Move, whoMoves } from '../../plans/failover.ts';
import { describeStep } from '../../plans/plan.ts';
import { readTemplates } from '../../pool/templates.ts';
import { type FailoverNews, lookAtStandby, runFailover } from '../../world/failover-run.ts';
import type { Terminal, World } from '../../world/world.ts';
import type { Request, Run } from '../word.ts';

const newsFor = (terminal: Terminal): FailoverNews => ({
  begins: (step) => terminal.say(describeStep(step)),
  note: (text) => terminal.warn(`pool: ${text}`),
});

const nodeOf = ({ from, to }: Move, which: 'from' | 'to') => {
  const { name, id } = which === 'from' ? from : to;
  return { name, id };
};

/** Names as they were before the move: with the address the numbers change. */
function print({ terminal, settings }: World, move: Move, seconds: number, { json }: Request): void {
  const { ip } = move.address;
  const outage = Number(seconds.toFixed(3));
  const document = { pool: settings.name, address: ip, from: nodeOf(move, 'from'), to: nodeOf(move, 'to') };
  terminal.print(
    json
      ? JSON.stringify({ ...document, outage_seconds: outage }, null, 2)
      : `${ip} moved to ${move.to.id}, which is node0 now; outage ${seconds.toFixed(2)} s`,
  );
}

export const run: Run = async (world, request) => {
  const { terminal, settings, cloud, files } = world;
  const move = whoMoves(await cloud.look(settings.name), settings);
  const plan = failover(move, await lookAtStandby(world, move.to), settings);
  if (request.dryRun) {
    for (const step of plan) terminal.print(describeStep(step));
    return 0;
  }
  const templates = await readTemplates((name) => files.template(name));
  const seconds = await runFailover(world, templates, { move, plan, decide: claim }, newsFor(terminal));
  print(world, move, seconds, request);
  if (!plan.some((step) => step.do === 'start-maintain'))
    terminal.say('No node maintains by itself; pool configure tells all nodes their new numbers');
  return 0;
};
