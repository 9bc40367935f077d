// The journal of a maintainer: each tick is told to it, and what is worth it is kept on the master and the standby.
import { hostname } from 'node:os';
import { type Noted, recordOf, type Written, worth } from '../../plans/journal.ts';
import { hadNone, keepScript, tellScript } from '../../plans/journal-script.ts';
import { PoolError } from '../../pool/failure.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import { journalLine, lastWordOf } from '../../pool/journal.ts';
import type { Output, World } from '../world.ts';
import { runHere } from './here.ts';
import { Place } from './place.ts';

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
  readonly #places = new Map<InstanceId, Place>();
  #nodes: readonly Node[] = [];
  #last: Written | undefined;

  constructor(world: World, { me, here = runHere }: Manner) {
    this.#world = world;
    this.#me = me;
    this.#who = whoIs(me);
    this.#here = here;
  }

  note(tick: Noted): void {
    const now = this.#world.clock.now();
    const kind = worth(tick, now.getTime(), this.#last);
    const record = recordOf(tick, now, this.#who, kind ?? 'tick');
    const lines = kind === undefined ? [] : [journalLine(record)];
    if (kind !== undefined) this.#last = { at: now.getTime(), because: tick.because };
    const [master, standby] = this.#homes(tick);
    if (master) this.#place(master).note(journalLine(lastWordOf(record)), lines);
    if (standby && lines.length > 0) this.#place(standby).note('', lines);
  }

  async end(): Promise<void> {
    const all = Promise.all([...this.#places.values()].map((place) => place.end()));
    await Promise.race([all, this.#world.clock.sleep(LIMIT)]);
  }

  /** Where the journal is kept: the node that maintains (else node 0), and the first other that has ever served. */
  #homes({ pool, sight }: Noted): readonly Node[] {
    const served = new Set(sight.nodes.flatMap((node) => (node.served ? [node.id] : [])));
    const able = pool.nodes.filter(
      ({ id, state }) => state === 'running' && (served.has(id) || id === this.#me),
    );
    const master = able.find(({ id }) => id === this.#me) ?? able[0];
    this.#nodes = [master, able.find(({ id }) => id !== master?.id)].filter((node) => node !== undefined);
    const ids = new Set(this.#nodes.map(({ id }) => id));
    for (const id of this.#places.keys()) if (!ids.has(id)) this.#places.delete(id);
    return this.#nodes;
  }

  #place(node: Node): Place {
    const known = this.#places.get(node.id);
    const fresh =
      known ??
      new Place(
        (word, records) => this.#keep(node.id, word, records),
        (text) => this.#world.terminal.warn(`journal on ${node.name} (${node.id}): ${text}`),
      );
    this.#places.set(node.id, fresh);
    return fresh;
  }

  /** Throws where the node does not take it. */
  async #keep(id: InstanceId, word: string, records: readonly string[]): Promise<void> {
    const { files, settings } = this.#world;
    const template = await files.template('journal.sh');
    const { script, stdin } = keepScript(template, settings.name, word, records);
    if (hadNone(await this.#run(id, script, stdin))) await this.#hand(template, id).catch(() => undefined);
  }

  /** A node that is new in its office gets what the master has kept in the last day, as far as it can be had. */
  async #hand(template: string, id: InstanceId): Promise<void> {
    const { clock, settings } = this.#world;
    const [master] = this.#nodes;
    if (master === undefined || master.id === id) return;
    const since = clock.now().getTime() - DAY;
    const former = await this.#run(master.id, tellScript(template, settings.name, since), NOTHING);
    const { script, stdin } = keepScript(template, settings.name, '', [former.trimEnd()]);
    if (former !== '') await this.#run(id, script, stdin);
  }

  async #run(id: InstanceId, script: string, stdin: Uint8Array): Promise<string> {
    const node = this.#nodes.find((one) => one.id === id);
    if (id !== this.#me && node === undefined) return '';
    const { code, stdout, stderr } =
      id === this.#me || node === undefined
        ? await this.#here(script, stdin, LIMIT)
        : await this.#world.remote.run(node, script, { stdin, timeout: LIMIT });
    if (code === 0) return stdout;
    throw new PoolError(stderr.trim().split('\n').at(-1) || `ended with code ${code}`);
  }
}

/** The journal of whoever maintains this pool. */
export const openJournal = (world: World, manner: Manner): Journal => new NodesJournal(world, manner);
