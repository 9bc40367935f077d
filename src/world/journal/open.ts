// The journal of a maintainer: each tick is told to it, and what is worth it is kept.
import { hostname } from 'node:os';
import { type Noted, recordOf, type Written, worth, writtenBy } from '../../plans/journal.ts';
import { hadNone, keepScript, tellScript } from '../../plans/journal-script.ts';
import { PoolError } from '../../pool/failure.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import { journalLine, lastWordOf } from '../../pool/journal.ts';
import type { Output, World } from '../world.ts';
import { BucketJournal } from './bucket.ts';
import { runHere } from './here.ts';
import { type Keep, Place } from './place.ts';

/** Costs a tick nothing: it never waits and never throws. */
export interface Journal {
  /** Told of every tick, also of those in which nothing happens. */
  note(tick: Noted): void;
  /** What is still to be written is written, or given up. */
  end(): Promise<void>;
}

interface Manner {
  /** The node that maintains; undefined for a maintainer in a terminal. */
  readonly me: InstanceId | undefined;
  /** Runs a script on this machine; another only in tests. */
  readonly here?: (script: string, stdin: Uint8Array, timeout: number) => Promise<Output>;
}

/** For one append, in ms; a node that is silent keeps nobody but its own records waiting. */
const LIMIT = 15_000;

/** For all of them together, when we are told to end; in ms. */
const PARTING = 3_000;
/** A clock that was set back by more than this is believed; in ms. */
const SLACK = 1_000;
const DAY = 24 * 3_600_000;

const NOTHING = new Uint8Array();

const whoIs = (me: InstanceId | undefined): string => me ?? `terminal on ${hostname()}`;

/** A tick of a maintainer in this terminal as the journal would have it, whether it stands there or not. */
export const tickLine = ({ clock }: World, tick: Noted): string =>
  journalLine(recordOf(tick, clock.now(), whoIs(undefined), 'tick'));

class NodesJournal implements Journal {
  readonly #world: World;
  readonly #me: InstanceId | undefined;
  readonly #who: string;
  readonly #here: NonNullable<Manner['here']>;
  readonly #master: Place;
  readonly #standby: Place;
  readonly #bucket: BucketJournal | undefined;
  #former: Node | undefined;
  #last: Written | undefined;
  #at = 0;

  constructor(world: World, { me, here = runHere }: Manner) {
    this.#world = world;
    this.#me = me;
    this.#who = whoIs(me);
    this.#here = here;
    const keep: Keep = (node, word, records) => this.#keep(node, word, records);
    const tell = (text: string) => world.terminal.warn(text);
    this.#master = new Place(keep, tell);
    this.#standby = new Place(keep, tell);
    const { shared_bucket: bucket, name } = world.settings;
    this.#bucket = bucket === undefined ? undefined : new BucketJournal(world, bucket, name, this.#who);
  }

  /** Of a pool that stops nothing is decided. */
  note(tick: Noted): void {
    if (tick.pool.address?.stopping) return;
    const now = this.#time();
    const kind = worth(tick, now.getTime(), this.#last);
    const record = recordOf(tick, now, this.#who, kind ?? 'tick');
    const lines = kind === undefined ? [] : [journalLine(record)];
    if (kind !== undefined) this.#last = writtenBy(tick, now.getTime(), this.#last);
    const [master, standby] = offices(tick, this.#me);
    this.#former = master;
    const word = journalLine(lastWordOf(record, tick.after));
    this.#master.note(master, word, lines);
    // The standby is who maintains next, and takes up what was remembered.
    this.#standby.note(standby, word, lines);
    this.#bucket?.note(lines);
  }

  /** No two ticks of ours have the same time: by it one record is known from another. */
  #time(): Date {
    const now = this.#world.clock.now().getTime();
    this.#at = now <= this.#at && now > this.#at - SLACK ? this.#at + 1 : now;
    return new Date(this.#at);
  }

  async end(): Promise<void> {
    const all = Promise.all([this.#master.end(), this.#standby.end(), this.#bucket?.end()]);
    await Promise.race([all, this.#world.clock.sleep(PARTING)]);
  }

  /** Throws where the node does not take it. */
  async #keep(node: Node, word: string, records: readonly string[]): Promise<void> {
    const { files, settings } = this.#world;
    const template = await files.template('journal.sh');
    const { script, stdin } = keepScript(template, settings.name, word, records);
    if (hadNone(await this.#run(node, script, stdin)))
      await this.#hand(template, node).catch(() => undefined);
  }

  /** A node that is new in its office gets what the master has kept in the last day, as far as it can be had. */
  async #hand(template: string, node: Node): Promise<void> {
    const { clock, settings } = this.#world;
    const master = this.#former;
    if (master === undefined || master.id === node.id) return;
    const since = clock.now().getTime() - DAY;
    const former = await this.#run(master, tellScript(template, settings.name, since), NOTHING);
    const { script, stdin } = keepScript(template, settings.name, '', [former.trimEnd()]);
    if (former !== '') await this.#run(node, script, stdin);
  }

  async #run(node: Node, script: string, stdin: Uint8Array): Promise<string> {
    const { code, stdout, stderr } =
      node.id === this.#me
        ? await this.#here(script, stdin, LIMIT)
        : await this.#world.remote.run(node, script, { stdin, timeout: LIMIT });
    if (code === 0) return stdout;
    throw new PoolError(stderr.trim().split('\n').at(-1) || `ended with code ${code}`);
  }
}

/** Where the journal is kept: the node that maintains (else node 0), and the first other that is known to serve. */
function offices({ pool, sight }: Noted, me: InstanceId | undefined): readonly (Node | undefined)[] {
  const running = pool.nodes.filter(({ state }) => state === 'running');
  const master = running.find(({ id }) => id === me) ?? running[0];
  const served = new Set(sight.nodes.flatMap((node) => (node.served ? [node.id] : [])));
  return [master, running.find(({ id }) => id !== master?.id && served.has(id))];
}

/** The journal of whoever maintains this pool. */
export const openJournal = (world: World, manner: Manner): Journal => new NodesJournal(world, manner);
