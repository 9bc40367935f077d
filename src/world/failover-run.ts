// Moves the master on purpose: the lock on the old one, two calls of EC2's, and the service on the new one.

import type { Move, StandbySeen } from '../plans/failover.ts';
import { maintainScript, parseMaintain } from '../plans/maintain-service.ts';
import type { Plan, Step } from '../plans/plan.ts';
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import { parseProbe, probeScript } from '../pool/probe.ts';
import type { Templates } from '../pool/templates.ts';
import { aliveUrl } from '../pool/url.ts';
import { type Claimer, runClaim } from './claim.ts';
import { type Held, holdLock } from './lock.ts';
import { answerOf } from './nodes/answer.ts';
import { Visitors } from './visitors.ts';
import type { World } from './world.ts';

/** A node that does not answer for so long is silent; in ms. */
const REACH = 5_000;
/** So many visitors in a row are served before, and after: one second of them. */
const STEADY = 20;
const BEFORE_LIMIT = 5_000;
const AFTER_LIMIT = 60_000;
/** The old master's address has moved, and with it perhaps the connection that holds its lock; in ms. */
const RELEASE_LIMIT = 1_000;

export interface FailoverNews {
  begins(step: Step): void;
  note(text: string): void;
}

/** What was decided; `decide`: src/fail-safety/mastership.ts's `claim`. */
export interface Failover {
  readonly move: Move;
  readonly plan: Plan;
  readonly decide: Claimer['decide'];
}

/** What the standby's own HAProxy would serve. */
export async function lookAtStandby({ remote }: World, node: Node): Promise<StandbySeen> {
  const reach = await remote.reach(node, REACH);
  if (!reach.answers) return reach;
  const { stdout } = await remote.run(node, probeScript, { timeout: REACH });
  return { answers: true, servers: parseProbe(stdout).servers };
}

/** A master that is silent holds no lock. */
async function lockOn(world: World, templates: Templates, node: Node): Promise<Held | undefined> {
  const { answers } = await world.remote.reach(node, REACH);
  return answers ? await holdLock(world, templates, node, 'pool failover', 'take') : undefined;
}

/** A claim for the standby with our own credentials: only of the association that was planned for. */
async function moveAddress({ cloud, clock, settings }: World, { move, decide }: Failover): Promise<void> {
  const { to, address } = move;
  let last = '';
  const end = await runClaim({
    me: to.id,
    byForce: true,
    decide: (seen) => decide({ ...seen, before: seen.before ?? address }),
    connect: () => ({
      look: () => cloud.look(settings.name),
      associate: (free, instance) => cloud.associate(free, instance),
      disassociate: (association) => cloud.disassociate(association),
      close: () => undefined,
    }),
    // By force nobody asks for an answer.
    ask: async () => [],
    clock,
    tell: (line) => {
      last = line;
    },
  });
  if (end !== 'held')
    throw new PoolError(`the address did not move to ${to.name} (${to.id}): ${last.replace(/^\w+: /, '')}`);
}

/** On the new master, which is reached at the pool's address now. The watch there makes up for what fails here. */
async function startMaintain(world: World, templates: Templates, to: Node, news: FailoverNews) {
  try {
    const { nodes } = await world.cloud.look(world.settings.name);
    const node = nodes.find(({ id }) => id === to.id) ?? to;
    const output = await world.remote.run(node, maintainScript(templates, 'go_on'));
    const told = answerOf(node, 'made to maintain', output, parseMaintain);
    if (told.off) news.note(`${to.id} does not maintain: it was stopped there; instance start_maintain`);
    else if (!told.runs) news.note(`${to.id} does not maintain yet; its watch starts it in some seconds`);
  } catch (error) {
    news.note(`${error instanceof Error ? error.message : error}; its watch starts maintain there`);
  }
}

const urlOf = ({ settings }: World, { address }: Move): string => aliveUrl(address.ip, settings);

/** The steps in their order; returns what was held, to be released when visitors were served again. */
class FailoverRun {
  lock: Held | undefined;
  readonly #world: World;
  readonly #templates: Templates;
  readonly #failover: Failover;
  readonly #news: FailoverNews;

  constructor(world: World, templates: Templates, failover: Failover, news: FailoverNews) {
    this.#world = world;
    this.#templates = templates;
    this.#failover = failover;
    this.#news = news;
  }

  async take(step: Step): Promise<void> {
    // Once the address has moved the rest is done, too.
    if (this.#world.signal.aborted && step.do !== 'start-maintain') throw new PoolError('interrupted');
    this.#news.begins(step);
    if (step.do === 'hold-lock') this.lock = await lockOn(this.#world, this.#templates, step.node);
    if (step.do === 'move-address') await moveAddress(this.#world, this.#failover);
    if (step.do === 'start-maintain')
      await startMaintain(this.#world, this.#templates, step.node, this.#news);
  }
}

/** Seconds without a good answer, seen from here. Throws where the address stayed, or nobody answers there. */
export async function runFailover(
  world: World,
  templates: Templates,
  failover: Failover,
  news: FailoverNews,
): Promise<number> {
  const { move, plan } = failover;
  const url = urlOf(world, move);
  const visitors = new Visitors(world, url);
  const run = new FailoverRun(world, templates, failover, news);
  try {
    if (!(await visitors.served(STEADY, BEFORE_LIMIT)))
      news.note(`${url} gives no good answer already; what is measured is more than the move`);
    for (const step of plan) await run.take(step);
    if (await visitors.served(STEADY, AFTER_LIMIT)) return visitors.outage / 1_000;
    throw new PoolError(`the address is on ${move.to.id} now, but ${url} gives no good answer there`);
  } finally {
    visitors.end();
    await Promise.race([run.lock?.release(), world.clock.sleep(RELEASE_LIMIT)]);
  }
}
