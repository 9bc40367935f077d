// The steps of a start that concern one node: what goes wrong there is that node's failure, the others go on.

import { illness } from '../../plans/app-illness.ts';
import { UNTOUCHED } from '../../plans/node-state.ts';
import type { Step } from '../../plans/plan.ts';
import { isToServe, type Progress, type Seen } from '../../plans/seen.ts';
import { BrokenConnection, OwnTrouble, PoolError, Untouched } from '../../pool/failure.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import { hostKeyOf } from '../../pool/keys.ts';
import type { World } from '../world.ts';
import { configure, rotate } from './configuring.ts';
import { ALL_TRIES, type Memory } from './memory.ts';
import type { StartNews } from './news.ts';
import { probe } from './probing.ts';
import { awaitSsh } from './wait.ts';

/** A connection that breaks more often than this on one node is no accident. */
const MOST_BREAKS = 3;

/** An app that falls so often after it was changed ends and is started again and again. */
const MOST_FALLS = 2;

/** HAProxy checks each second: a healthy app that it does not find within this time, in ms, is cut off from it. */
const REACH_LIMIT = 60_000;

const ERRING =
  'its app answers most visitors with 5xx since it was changed, and those of the other nodes do not; its health page alone is well';

/** Between two looks at a rotation that still waits for its first checks, in ms. */
const CHECK_PAUSE = 250;

export type NodeStep = Extract<Step, { do: 'probe' | 'configure' | 'rotate' | 'tag' }>;

export const isNodeStep = (step: Step): step is NodeStep =>
  ['probe', 'configure', 'rotate', 'tag'].includes(step.do);

interface Fall {
  readonly details?: readonly string[];
  /** What was changed on it is to blame, as far as is known: others would fall by it, too. */
  readonly byChange?: boolean;
  /** For how many falls it counts. */
  readonly tries?: number;
}

/** What a HAProxy finds of a member that has not passed its last check. */
interface Finding {
  readonly wasUp: boolean;
  /** It sends requests there in good faith: no check has ended yet, or the last one had no answer in time. */
  readonly isUnchecked: boolean;
}

export class OnNode {
  readonly #world: World;
  readonly #memory: Memory;
  readonly #news: StartNews;
  readonly #breaks = new Map<InstanceId, number>();
  /** Since when a node's HAProxy has not found a ready member; the key names both. */
  readonly #waitingSince = new Map<string, number>();
  /** How often a member that was changed here was up and then was not. */
  readonly #falls = new Map<string, number>();
  readonly #changed = new Set<InstanceId>();

  constructor(world: World, memory: Memory, news: StartNews) {
    this.#world = world;
    this.#memory = memory;
    this.#news = news;
  }

  async apply(step: NodeStep, seen: Seen): Promise<void> {
    try {
      await this.#do(step, seen);
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      await this.#failed(step, error, seen);
    }
  }

  async #do(step: NodeStep, seen: Seen): Promise<void> {
    if (step.do === 'probe') await this.#probe(step.node);
    if (step.do === 'configure') await this.#configure(step.node, step.members, seen);
    if (step.do === 'rotate') await this.#rotate(step, seen);
    if (step.do === 'tag') await this.#world.cloud.tag([step.node.id], step.tags);
  }

  async #failed(step: NodeStep, error: PoolError, seen: Seen): Promise<void> {
    // The step was left, not refused: the next run looks at the node afresh.
    if (this.#world.signal.aborted) return;
    // The other nodes would meet with the same, and no waiting mends it.
    if (error instanceof OwnTrouble) throw error;
    const isOfTheWay = error instanceof BrokenConnection || (await this.#hasMoved(step.node, seen));
    if (isOfTheWay && this.#tryAgain(step.node)) return;
    if (step.do === 'rotate') this.#countOut(step.node);
    // What went wrong first was said already, and may be why this does, too.
    if (step.do === 'rotate' && this.#hasFailed(step.node)) return;
    // A disk that is full only after the change was brought is full by it.
    const isUntouched = error instanceof Untouched && !this.#changed.has(step.node.id);
    const byChange = (step.do === 'configure' || step.do === 'rotate') && !isUntouched;
    this.#fail(step.node, error.message, { details: error.details, byChange });
  }

  /** Was it asked at an address that is no longer its own? The pool's goes to another when the master dies. */
  async #hasMoved(node: Node, { pool }: Seen): Promise<boolean> {
    const { cloud, settings, signal } = this.#world;
    if (this.#memory.latest(node).publicIp !== node.publicIp) return true;
    if (signal.aborted || node.publicIp === undefined || node.publicIp !== pool.address?.ip) return false;
    const now = await cloud.look(settings.name).catch(() => undefined);
    return now?.nodes.some(({ id, publicIp }) => id === node.id && publicIp !== node.publicIp) ?? false;
  }

  /** Each script may be run again; the node is looked at afresh, for nobody knows how far the broken one came. */
  #tryAgain(node: Node): boolean {
    const breaks = (this.#breaks.get(node.id) ?? 0) + 1;
    this.#breaks.set(node.id, breaks);
    if (breaks > MOST_BREAKS) return false;
    this.#memory.progress.delete(node.id);
    this.#memory.mine.delete(node.id);
    return true;
  }

  #fail(node: Node, why: string, { details = [], byChange = false, tries }: Fall): void {
    const known = this.#memory.progress.get(node.id) ?? {
      ...{ members: [], up: [], state: UNTOUCHED },
      blind: hostKeyOf(node) !== undefined,
    };
    this.#memory.fail({ node, why, details }, 'failed', { ...known, stage: 'failed', byChange }, tries);
    this.#news.fell(node, why, details);
    this.#news.stage(node, 'failed');
  }

  async #probe(node: Node): Promise<void> {
    this.#news.stage(node, 'waiting for ssh');
    const latest = (one: Node) => this.#memory.latest(one);
    const [broke, isNew] = [this.#breaks.has(node.id), this.#memory.mine.has(node.id)];
    const why = await awaitSsh(this.#world, node, { broke, isNew, latest });
    if (why !== undefined && this.#world.signal.aborted) return;
    // Whoever has told its host key was up before: its silence is not that of a boot, and needs a second witness.
    const tries = hostKeyOf(node) === undefined ? ALL_TRIES : 0;
    if (why !== undefined) return this.#fail(node, why, { tries, byChange: broke });
    // What this run has launched is empty: there is nothing to ask it.
    const nothing = { members: [], up: [], state: UNTOUCHED };
    const has = this.#memory.mine.has(node.id)
      ? nothing
      : await probe(this.#world, this.#memory.kit, latest(node));
    this.#memory.progress.set(node.id, { stage: 'probed', ...has });
    if (node.role === 'master' && !this.#memory.lastsLong)
      this.#memory.servers = Math.max(this.#memory.servers, has.members.length);
  }

  async #configure(node: Node, members: readonly Node[], seen: Seen): Promise<void> {
    this.#news.stage(node, 'configuring');
    const { report, state, isRisky } = await configure(this.#world, seen, node, members, this.#news);
    const up = seen.progress.get(node.id)?.up ?? [];
    const has = members.filter((member) => member.privateIp !== undefined);
    const known: Progress = { stage: 'configured', members: has.map((member) => member.id), up, state };
    this.#news.configured(node, report.changed);
    this.#changed.add(node.id);
    if (isRisky) this.#memory.changed.set(node.id, this.#world.clock.monotonic());
    if (report.healthy) this.#memory.progress.set(node.id, known);
    else {
      const why = illness(report);
      this.#memory.fail({ node, why, details: report.log }, 'unhealthy', known);
      this.#news.fell(node, why, report.log);
      this.#news.stage(node, 'failed');
    }
  }

  async #rotate(step: Extract<Step, { do: 'rotate' }>, seen: Seen): Promise<void> {
    const { node, members } = step;
    const has = await rotate(this.#world, seen, step);
    const before = this.#memory.progress.get(node.id)?.up ?? [];
    const { stage = 'configured' } = this.#memory.progress.get(node.id) ?? {};
    this.#memory.progress.set(node.id, { stage, ...has });
    for (const member of members) if (has.up.includes(member.id)) this.#news.stage(member, 'in rotation');
    if (node.role === 'master') this.judge(members);
    const isUnchecked = ({ id }: Node) => has.unchecked?.includes(id) === true;
    const down = members.filter(
      (member) => !has.up.includes(member.id) && (this.#isToServe(member, seen) || isUnchecked(member)),
    );
    for (const member of down)
      this.#giveUpOnMember(node, member, {
        wasUp: before.includes(member.id),
        isUnchecked: isUnchecked(member),
      });
    const isWaiting = before.length === has.up.length && before.every((id) => has.up.includes(id));
    if (down.length > 0 || isWaiting) await this.#world.clock.sleep(CHECK_PAUSE, this.#world.signal);
  }

  /** Whoever was changed here, and then fails the visitors where the others do not, keeps the others from the change. */
  judge(members: readonly Node[]): void {
    const master = members.find(({ role }) => role === 'master');
    const { erring = [] } = (master && this.#memory.progress.get(master.id)) ?? {};
    for (const member of members)
      if (erring.includes(member.id) && this.#changed.has(member.id) && !this.#hasFailed(member))
        this.#fail(member, ERRING, { byChange: true });
  }

  #hasFailed = ({ id }: Node): boolean => this.#memory.progress.get(id)?.stage === 'failed';

  /** Its former app does not go on either, or nobody can tell: nothing more is tried there, nor elsewhere where it `holds`. */
  #countOut(node: Node, holds = false): void {
    const known = this.#memory.progress.get(node.id);
    if (known === undefined) return;
    const { state, byChange = false } = known;
    const out = { state: { ...state, healthy: false }, byChange: byChange || holds };
    this.#memory.progress.set(node.id, { ...known, ...out });
  }

  #isToServe = (node: Node, seen: Seen): boolean =>
    isToServe({ ...seen, progress: this.#memory.progress }, node);

  /** The app answers on its own node but not here: that is named, not waited for without end. */
  #giveUpOnMember(node: Node, member: Node, { wasUp, isUnchecked }: Finding): void {
    const now = this.#world.clock.monotonic();
    const key = `${node.id} ${member.id}`;
    if (wasUp && this.#changed.has(member.id)) {
      const falls = (this.#falls.get(key) ?? 0) + 1;
      this.#falls.set(key, falls);
      if (falls >= MOST_FALLS) {
        const why = `the HAProxy of ${node.name} finds its app well and ill by turns; does it end soon after its start?`;
        this.#fail(member, why, { byChange: true });
        return;
      }
    }
    const since = this.#waitingSince.get(key) ?? now;
    this.#waitingSince.set(key, since);
    if (now - since <= REACH_LIMIT || this.#world.settings.app === undefined) return;
    // What went wrong there first was said already.
    if (this.#hasFailed(member)) {
      this.#countOut(member, isUnchecked);
      return;
    }
    const where = `${member.privateIp}:${this.#world.settings.client_port}`;
    const why = isUnchecked
      ? `the HAProxy of ${node.name} gets no answer in time from its app at ${where}, so nobody is changed; run the command again when it has less to do`
      : `the HAProxy of ${node.name} does not find its app well at ${where}; does it listen there, and answer its health path?`;
    this.#fail(member, why, { byChange: true });
  }
}
