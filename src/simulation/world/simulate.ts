// One seed: a pool, visitors and faults in a simulated world, for so many ticks; and what became of the invariants.
import type { InstanceId } from '../../pool/instance.ts';
import { LEAVING_TAG } from '../../pool/instance.ts';
import { Account, type Real } from './account.ts';
import { Aftermath } from './aftermath.ts';
import type { Ec2Parts } from './cloud.ts';
import { calm, found, visit } from './course.ts';
import { Court, type Office } from './court.ts';
import { type Fault, faultsOf } from './faults.ts';
import { Luck } from './luck.ts';
import { Park } from './park.ts';
import { partyOf } from './party.ts';
import type { Program } from './program.ts';
import { Scripts } from './scripts.ts';
import { Services } from './services.ts';
import { strike } from './strike.ts';
import type { Struck } from './survivors.ts';
import { Telling } from './telling.ts';
import { Time } from './time.ts';
import { Weather } from './weather.ts';

/** The pool comes up before the first fault; ms. */
const FIRST_FAULT = 120_000;
/** The share of a run after which no more faults come. */
const CALM_FROM = 0.6;
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

class Simulation {
  readonly #run: Run;
  readonly #faults: readonly Fault[];
  readonly #on: Struck;
  readonly #services = new Map<InstanceId, Services>();
  readonly #telling: Telling;
  readonly #aftermath: Aftermath;
  #looks = 0;

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
    this.#telling = new Telling(time, run.tells === true);
    this.#aftermath = new Aftermath(time, court, calmAt, end);
    const tell = (line: string): void => this.#telling.tell(line);
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
        this.#telling.tell(`EC2 hears from ${id}: ${change} ${ids.join(' ')} ${about}`);
        court.hears(program, office, change, ids, about);
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
    this.#telling.tell(`${one.id} is ${one.state}`);
    machine.changedAt = time.ms;
    this.#services.get(one.id)?.end();
  }

  #bootTime(): number {
    const { boots, luck } = this.#on;
    const how = boots.shift();
    if (how === 'never') return Number.POSITIVE_INFINITY;
    return luck.longTailed(how === 'slowly' ? SLOW_BOOT : MEDIAN_BOOT);
  }

  #schedule(): void {
    const on = this.#on;
    for (const fault of this.#faults) on.time.after(fault.at, () => strike(on, fault));
    visit(on);
    on.time.after(on.calmAt, () => calm(on));
    this.#watch();
  }

  /** Between the calls. */
  #watch(): void {
    this.#on.time.after(CHECK_EVERY, () => {
      this.#check();
      this.#watch();
    });
  }

  #check(): void {
    const { court, park } = this.#on;
    park.share();
    court.checkSize();
    this.#aftermath.check(this.#maintainers());
  }

  #maintainers = (): readonly InstanceId[] =>
    [...this.#services.values()]
      .filter(({ maintaining }) => maintaining?.isAlive)
      .map(({ machine }) => machine.id);

  async run(): Promise<Outcome> {
    const { time, court, account } = this.#on;
    found(this.#on);
    this.#schedule();
    await time.run(this.#end, () => court.violation !== undefined);
    if (court.violation !== undefined) this.#telling.tell(`VIOLATION: ${court.violation}`);
    return {
      seed: this.#run.seed,
      violation: court.violation,
      faults: this.#faults,
      story: this.#telling.lines,
      fingerprint: this.#telling.fingerprint,
      looks: this.#looks,
      launched: account.instances.size,
    };
  }
}

export const simulate = (run: Run): Promise<Outcome> => new Simulation(run).run();
