// All simulated machines: who reaches whom, what each HAProxy finds of the others, and how the demand is shared.
import type { InstanceId } from '../../pool/instance.ts';
import type { Account, Real } from './account.ts';
import { CPUS, Machine } from './machine.ts';
import type { Time } from './time.ts';

/** HAProxy checks each second: one good check brings a server back, two bad ones, the second sooner, take it out. */
const RISES_AFTER = 1_000;
const FALLS_AFTER = 1_600;

/** What a machine's sshd does with somebody who knocks. */
export type Door = 'answers' | 'refuses' | 'is silent';

export class Park {
  readonly machines = new Map<InstanceId, Machine>();
  /** What visitors want, in units of what one instance can do. */
  demand = 1;
  readonly #account: Account;
  readonly #time: Time;

  constructor(account: Account, time: Time) {
    this.#account = account;
    this.#time = time;
  }

  machine(id: InstanceId): Machine {
    const known = this.machines.get(id);
    if (known !== undefined) return known;
    const machine = new Machine(id);
    this.machines.set(id, machine);
    return machine;
  }

  runs = (id: InstanceId): boolean => this.#account.instances.get(id)?.state === 'running';

  /** Does anything on it move? */
  moves = (one: Machine): boolean => this.runs(one.id) && one.frozenUntil <= this.#time.ms;

  reaches = (from: Machine, to: Machine): boolean =>
    from === to || (from.island === to.island && this.moves(from) && this.moves(to));

  door(from: Machine, to: Machine): Door {
    if (!this.reaches(from, to) || to.sshHungUntil > this.#time.ms) return 'is silent';
    return to.sshdAt <= this.#time.ms ? 'answers' : 'refuses';
  }

  /** Is the app there, and does it answer its health check? */
  serves = (one: Machine): boolean =>
    one.manifest !== undefined && one.appIllUntil <= this.#time.ms && this.moves(one);

  /** Does the HAProxy of one machine send visitors to that server? */
  isUp(at: Machine, server: Machine): boolean {
    const since = at.servers.get(server.id);
    if (since === undefined) return false;
    const isGood = this.reaches(at, server) && this.serves(server);
    const age = this.#time.ms - Math.max(since, server.changedAt);
    if (isGood) return age >= RISES_AFTER;
    return age < FALLS_AFTER && server.changedAt > since && server.manifest !== undefined;
  }

  /** The machine that visitors come to. */
  get holder(): Machine | undefined {
    const { holder } = this.#account.address;
    return holder === undefined ? undefined : this.machine(holder);
  }

  /** Instances in the rotation that visitors come through. */
  rotation(): readonly Real[] {
    const { holder } = this;
    if (holder === undefined || !this.moves(holder)) return [];
    return this.#account.alive().filter(({ id }) => this.isUp(holder, this.machine(id)));
  }

  /** Shares the demand over those in rotation: what is more than a machine can do waits on it, too. */
  share(): void {
    const serving = this.rotation();
    const each = serving.length === 0 ? 0 : (this.demand / serving.length) * CPUS;
    for (const { id } of this.#account.alive()) {
      this.machine(id).works(this.#time.ms, serving.some((one) => one.id === id) ? each : 0);
    }
  }

  /** Requests that wait in HAProxy: none until every machine is busy. */
  waiting(one: Machine): number {
    if (one !== this.holder) return 0;
    const serving = this.rotation().length;
    return serving === 0 ? 0 : Math.max(0, Math.ceil((this.demand - serving) * 64));
  }
}
