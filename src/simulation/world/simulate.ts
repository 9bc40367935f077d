// One seed: a pool, visitors and faults in a simulated world, for so many ticks; and what became of the invariants.
import type { InstanceId } from '../../pool/instance.ts';
import { LEAVING_TAG, PROTECTED_TAG } from '../../pool/instance.ts';
import { POOL_TAG } from '../../pool/pool.ts';
import { Account, POOL, type Real } from './account.ts';
import type { Ec2Parts } from './cloud.ts';
import { Court, type Office } from './court.ts';
import { type Fault, faultsOf } from './faults.ts';
import { Luck } from './luck.ts';
import { Park } from './park.ts';
import { partyOf } from './party.ts';
import type { Program } from './program.ts';
import { Scripts } from './scripts.ts';
import { Services } from './services.ts';
import { type Struck, strike } from './strike.ts';
import { Time } from './time.ts';
import { Weather } from './weather.ts';

/** The pool comes up before the first fault; ms. */
const FIRST_FAULT = 120_000;
/** The share of a run after which no more faults come. */
const CALM_FROM = 0.6;
/** A pool is well so long after the last fault, and then nothing changes for so long before the end; ms. */
const WELL_WITHIN = 20 * 60_000;
const SETTLED_FOR = 5 * 60_000;
const CHECK_EVERY = 5_000;
/** Half of all machines answer on ssh so long after they run; ms. */
const MEDIAN_BOOT = 15_000;
const SLOW_BOOT = 240_000;

export interface Run {
  readonly seed: number;
  readonly ticks: number;
  /** Others than those of the seed. */
  readonly faults?: readonly Fault[];
  /** Is the whole story wanted? */
  readonly tells?: boolean;
}

export interface Outcome {
  readonly seed: number;
  readonly violation: string | undefined;
  readonly faults: readonly Fault[];
  /** What happened, each line with its moment; empty unless it was asked for. */
  readonly story: readonly string[];
  /** Equal for equal courses of events. */
  readonly fingerprint: number;
  readonly looks: number;
  readonly launched: number;
}

/** FNV-1a, 32 bits: what happened, in a number. */
function mixed(hash: number, text: string): number {
  let now = hash;
  for (let at = 0; at < text.length; at += 1) now = Math.imul(now ^ text.charCodeAt(at), 0x01000193);
  return now >>> 0;
}

class Simulation {
  readonly #run: Run;
  readonly #faults: readonly Fault[];
  readonly #on: Struck;
  readonly #services = new Map<InstanceId, Services>();
  readonly #story: string[] = [];
  #fingerprint = 0x811c9dc5;
  #looks = 0;
  #wellAt: number | undefined;

  constructor(run: Run) {
    this.#run = run;
    const settings = partyOf(new Luck(run.seed));
    const [time, luck] = [new Time(), new Luck(run.seed + 1_000_003)];
    const account = new Account(time, luck);
    const park = new Park(account, time);
    const court = new Court(account, park, time, settings);
    const end = run.ticks * settings.polling_time;
    const calmAt = end * CALM_FROM;
    this.#faults = run.faults ?? faultsOf(new Luck(run.seed + 2_000_003), FIRST_FAULT, calmAt);
    const scripts = new Scripts(park, account, time, luck);
    const tell = (line: string): void => this.#tell(line);
    const ec2For = (program: Program, office: Office): Ec2Parts => this.#ec2For(program, office);
    const weather = new Weather();
    const services = this.#services;
    this.#on = {
      settings,
      time,
      luck,
      account,
      park,
      weather,
      scripts,
      court,
      tell,
      ec2For,
      services,
      calmAt,
      boots: [],
    };
    account.changed = (one) => this.#changed(one);
  }

  get #end(): number {
    return this.#run.ticks * this.#on.settings.polling_time;
  }

  #tell(line: string): void {
    const told = `${(this.#on.time.ms / 1_000).toFixed(2)} s  ${line}`;
    this.#fingerprint = mixed(this.#fingerprint, told);
    if (this.#run.tells) this.#story.push(told);
  }

  #ec2For(program: Program, office: Office): Ec2Parts {
    const { account, park, weather, luck, court } = this.#on;
    const { id } = program.machine;
    return {
      program,
      account,
      park,
      weather,
      luck,
      hears: (change, ids, _issued, about) => {
        this.#tell(`EC2 hears from ${id}: ${change} ${ids.join(' ')} ${about}`);
        court.hears(program, office, change, ids);
        if (office === 'maintainer' && (change === 'terminate' || about === LEAVING_TAG))
          court.takesAway(ids, change === 'tag' ? 'the leave' : 'the end');
      },
      obeyed: () => court.checkSize(),
      looked: (pool, from) => {
        this.#looks += 1;
        if (office === 'maintainer') court.looked(program, pool, from);
      },
    };
  }

  /** A machine boots when it runs, and everything on it ends with it. */
  #changed(one: Real): void {
    const { park, time } = this.#on;
    const machine = park.machine(one.id);
    if (one.state === 'running' && !this.#services.has(one.id)) {
      machine.sshdAt = time.ms + this.#bootTime();
      machine.changedAt = time.ms;
      const services = new Services(this.#on, machine);
      this.#services.set(one.id, services);
      services.begin();
    }
    if (one.state === 'pending' || one.state === 'running') return;
    this.#tell(`${one.id} is ${one.state}`);
    machine.changedAt = time.ms;
    this.#services.get(one.id)?.end();
  }

  #bootTime(): number {
    const { boots, luck } = this.#on;
    const how = this.#run.ticks > 0 ? boots.shift() : undefined;
    if (how === 'never') return Number.POSITIVE_INFINITY;
    return luck.longTailed(how === 'slowly' ? SLOW_BOOT : MEDIAN_BOOT);
  }

  /** As `pool start` leaves it: nodes that run, the first with the address; its maintainer configures them all. */
  #begin(): void {
    const { account, settings, time } = this.#on;
    const tags = { [POOL_TAG]: POOL };
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
    account.make({ [POOL_TAG]: 'others' }, 'us-east-1a');
    account.make({}, 'us-east-1b');
    const made = Array.from({ length: settings.minimum_instances }, (_, at) =>
      account.make(tags, zones[at % 3] ?? ''),
    );
    const [first] = made;
    if (first === undefined) return;
    account.alter(first.id, { state: 'running' });
    account.associate(first.id);
    time.after(20_000, () => this.#services.get(first.id)?.maintain());
  }

  #schedule(): void {
    const { time, account, calmAt } = this.#on;
    for (const fault of this.#faults) time.after(fault.at, () => strike(this.#on, fault));
    this.#demands();
    time.after(calmAt, () => {
      this.#tell('CALM: no more faults');
      this.#on.boots.length = 0;
      // `pool resume`
      for (const { id, tags } of account.instances.values()) {
        const { [PROTECTED_TAG]: _, ...others } = tags;
        if (_ !== undefined) account.alter(id, { tags: others });
      }
    });
    this.#watch();
  }

  #demands(): void {
    const { time, luck, park, settings, calmAt } = this.#on;
    const next = (): void => {
      park.share();
      park.demand = luck.between(0.1, settings.maximum_instances * 0.75);
      this.#tell(`visitors want ${park.demand.toFixed(2)} instances`);
      const later = luck.longTailed(400_000);
      if (time.ms + later < calmAt) time.after(later, next);
    };
    next();
  }

  /** Between the calls. */
  #watch(): void {
    this.#on.time.after(CHECK_EVERY, () => {
      this.#check();
      this.#watch();
    });
  }

  #check(): void {
    const { time, court, calmAt, park } = this.#on;
    park.share();
    court.checkSize();
    if (time.ms < calmAt) return;
    const ill = court.illness(this.#maintainers());
    if (ill === undefined) this.#wellAt ??= time.ms;
    else if (this.#wellAt === undefined && time.ms > calmAt + WELL_WITHIN)
      court.breaks(`${WELL_WITHIN / 60_000} minutes after the last fault: ${ill}`);
    if (time.ms < this.#end - SETTLED_FOR + CHECK_EVERY) return;
    if (ill !== undefined) court.breaks(`near the end: ${ill}`);
    if (court.changedAt > this.#end - SETTLED_FOR)
      court.breaks('the pool does not settle: it changes near the end');
  }

  #maintainers = (): readonly InstanceId[] =>
    [...this.#services.values()]
      .filter(({ maintaining }) => maintaining?.isAlive)
      .map(({ machine }) => machine.id);

  async run(): Promise<Outcome> {
    const { time, court, account } = this.#on;
    this.#begin();
    this.#schedule();
    await time.run(this.#end, () => court.violation !== undefined);
    if (court.violation !== undefined) this.#tell(`VIOLATION: ${court.violation}`);
    return {
      seed: this.#run.seed,
      violation: court.violation,
      faults: this.#faults,
      story: this.#story,
      fingerprint: this.#fingerprint,
      looks: this.#looks,
      launched: account.instances.size,
    };
  }
}

export const simulate = (run: Run): Promise<Outcome> => new Simulation(run).run();
