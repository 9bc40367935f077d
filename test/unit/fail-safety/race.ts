// The address as EC2 keeps it, and claimers whose every call may be delayed, lost after it was heard, or their last.
import type { Scheduler } from 'fast-check';
import { isAlive, SILENCE_MS } from '../../../src/fail-safety/life.ts';
import { claim } from '../../../src/fail-safety/mastership.ts';
import type { Heard } from '../../../src/pool/claim.ts';
import type { InstanceId } from '../../../src/pool/instance.ts';
import { type Address, poolOf } from '../../../src/pool/pool.ts';
import { type ClaimCloud, type ClaimEnd, type Claimer, runClaim } from '../../../src/world/claim.ts';
import { instance } from '../built-in.ts';

/** What becomes of one call: answered, heard too late and unanswered, unanswered and never heard, or the caller dies. */
export type Fate = 'answered' | 'late' | 'lost' | 'dies';

export const idOf = (number: number): InstanceId => instance(number).id;

export class Race {
  readonly ends = new Map<number, ClaimEnd>();
  /** Every association that there ever was, with its holder. */
  readonly history: string[] = [];
  /** Holders that lost the address while they answered. */
  readonly robbed: InstanceId[] = [];
  #made = 0;
  #signs = 0;
  #association: { readonly id: string; readonly holder: InstanceId } | undefined;
  readonly #silent = new Set<InstanceId>();
  readonly #gone = new Set<InstanceId>();
  readonly #scheduler: Scheduler;
  readonly #nodes: number;

  constructor(scheduler: Scheduler, nodes: number) {
    this.#scheduler = scheduler;
    this.#nodes = nodes;
  }

  get holder(): InstanceId | undefined {
    return this.#association?.holder;
  }

  give(number: number): void {
    this.#associate(idOf(number));
  }

  die(id: InstanceId): void {
    this.#silent.add(id);
  }

  /** The node is dead, and EC2 knows. */
  end(id: InstanceId): void {
    this.die(id);
    this.#gone.add(id);
  }

  #instance = (number: number) =>
    instance(number, { state: this.#gone.has(idOf(number)) ? 'stopped' : 'running' });

  #associate(holder: InstanceId): void {
    if (this.holder === holder) return;
    if (this.holder !== undefined) throw new Error('Resource.AlreadyAssociated');
    this.#association = { id: `eipassoc-${this.#made++}`, holder };
    this.history.push(`${this.#association.id} ${holder}`);
  }

  #disassociate(id: string): void {
    if (this.#association?.id !== id) return;
    if (!this.#silent.has(this.#association.holder)) this.robbed.push(this.#association.holder);
    this.#association = undefined;
  }

  #address = (): Address => ({
    ip: '192.0.2.10',
    allocationId: 'eipalloc-1',
    associationId: this.#association?.id,
    holder: this.holder,
    ours: true,
    stopping: false,
  });

  /** Nodes stay `running` for EC2, as a machine does that only hangs, until they are ended. */
  #pool = () =>
    poolOf({
      name: 'party',
      instances: Array.from({ length: this.#nodes }, (_, number) => this.#instance(number)),
      address: this.#address(),
    });

  /** A living holder gives one sign of life, on one of its ways; which one may change. */
  #heard(): readonly Heard[] {
    const lives = this.holder !== undefined && !this.#silent.has(this.holder);
    const way = lives ? this.#signs++ % 3 : -1;
    return [
      { of: 'haproxy', sign: way === 0 ? 'answers' : way === 2 ? 'takes' : 'silent' },
      { of: 'haproxy', sign: way === 1 ? 'answers' : 'silent' },
      { of: 'sshd', sign: way === 2 ? 'answers' : 'silent' },
    ];
  }

  /** A claim by one node; `fates` are those of its calls, one after another. */
  async claim(number: number, fates: readonly Fate[], byForce = false): Promise<void> {
    const me = idOf(number);
    const left = [...fates];
    let ms = 0;
    const scheduler = this.#scheduler;
    const call = async <T>(name: string, work: () => T): Promise<T> => {
      const fate = left.shift() ?? 'answered';
      const heard = async () => {
        await scheduler.schedule(Promise.resolve(), `${me} ${name}`);
        return work();
      };
      if (fate === 'answered') return await heard();
      // Whoever hears too late that it failed tells nobody.
      if (fate === 'late') void heard().catch(() => undefined);
      if (fate === 'dies') {
        this.die(me);
        return await new Promise<never>(() => undefined);
      }
      await scheduler.schedule(Promise.resolve(), `${me} gives ${name} up`);
      throw new Error(`${name} timed out`);
    };
    const cloud: ClaimCloud = {
      look: () => call('look', this.#pool),
      disassociate: (id) => call('disassociate', () => this.#disassociate(id)),
      associate: (_, holder) => call('associate', () => this.#associate(holder)),
      close: () => undefined,
    };
    const claimer: Claimer = {
      me,
      byForce,
      decide: claim,
      connect: () => cloud,
      ask: async () => {
        for (let waited = 0; waited < SILENCE_MS; waited += SILENCE_MS / 2) {
          await scheduler.schedule(Promise.resolve(), `${me} asks the holder`);
          if (isAlive(this.#heard())) break;
          ms += SILENCE_MS / 2;
        }
        return this.#heard();
      },
      clock: {
        monotonic: () => ms,
        sleep: async (for_) => {
          await scheduler.schedule(Promise.resolve(), `${me} sleeps`);
          ms += for_;
        },
      },
      tell: () => undefined,
    };
    this.ends.set(number, await runClaim(claimer));
  }
}
