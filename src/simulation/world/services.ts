// What runs on a simulated node as systemd runs it there: the watch of the address, the claim, the maintain service.
import { isAlive, SILENCE_MS } from '../../fail-safety/life.ts';
import { claim } from '../../fail-safety/mastership.ts';
import { type Noted, recordOf } from '../../plans/journal.ts';
import { takenUp } from '../../plans/take-up.ts';
import type { Heard } from '../../pool/claim.ts';
import { PoolError } from '../../pool/failure.ts';
import { lastWordOf } from '../../pool/journal.ts';
import { type ClaimCloud, type ClaimEnd, runClaim } from '../../world/claim.ts';
import { MaintainRun } from '../../world/maintain/run.ts';
import { preflight } from '../../world/preflight.ts';
import type { World } from '../../world/world.ts';
import { SimulatedCloud } from './cloud.ts';
import { type Ground, simulatedWorld } from './ground.ts';
import type { Machine } from './machine.ts';
import { newsTo } from './news.ts';
import { Program } from './program.ts';

/** OnUnitActiveSec of poolparty-watch.timer, and RestartSec of poolparty-maintain.service; ms. */
const WATCH_EVERY = 3_000;
const RESTART_AFTER = 2_000;
/** As templates/watch.sh has them. */
const MISSES_BEFORE_A_CLAIM = 2;
const MISSES_WHILE_NOTHING_WAS_SEEN = 100;
export class Services {
  readonly #ground: Ground;
  readonly machine: Machine;
  maintaining: Program | undefined;
  #claiming: Program | undefined;
  readonly #system: Program;

  constructor(ground: Ground, machine: Machine) {
    this.#ground = ground;
    this.machine = machine;
    this.#system = new Program(machine, ground.time);
    machine.takesOver = () => this.claim(true);
  }

  /** From the machine's boot on. */
  begin(): void {
    this.#system.after(this.#ground.luck.between(1_000, WATCH_EVERY), () => this.#watch());
  }

  /** The machine has ended, and everything on it. */
  end(): void {
    for (const one of [this.#system, this.maintaining, this.#claiming]) one?.kill();
  }

  #watch(): void {
    this.#system.after(WATCH_EVERY, () => this.#watch());
    if (this.machine.manifest === undefined) return;
    if (this.#ground.account.address.holder === this.machine.id) {
      this.machine.watchSeen = true;
      this.machine.watchMisses = 0;
      this.maintain();
    } else this.#watchAddress();
  }

  /** What the holder of the address tells of itself, as heard here: visitors may fill HAProxy's way in by the address. */
  #heard(): readonly Heard[] {
    const { park, time } = this.#ground;
    const { holder } = park;
    const lives = holder?.manifest !== undefined && park.reaches(this.machine, holder);
    const isFlooded = holder !== undefined && holder.floodedUntil > time.ms;
    const sign = lives ? 'answers' : 'silent';
    return [
      { of: 'haproxy', sign: lives && isFlooded ? 'takes' : sign },
      { of: 'haproxy', sign },
      { of: 'sshd', sign: holder && park.door(this.machine, holder) === 'answers' ? 'answers' : 'silent' },
    ];
  }

  /** As src/world/node/answers.ts asks: again and again, until there is a sign of life. */
  async #ask(program: Program): Promise<readonly Heard[]> {
    const until = this.#ground.time.ms + SILENCE_MS;
    await program.pause(this.#ground.luck.longTailed(20));
    while (!isAlive(this.#heard()) && this.#ground.time.ms < until) await program.pause(400);
    return this.#heard();
  }

  #watchAddress(): void {
    const { machine } = this;
    // By the address alone, as templates/watch.sh does.
    if (this.#heard()[0]?.sign === 'answers') {
      machine.watchMisses = 0;
      machine.watchSeen = true;
      return;
    }
    machine.watchMisses += 1;
    const limit = machine.watchSeen ? MISSES_BEFORE_A_CLAIM : MISSES_WHILE_NOTHING_WAS_SEEN;
    if (machine.watchMisses >= limit) this.claim(false);
  }

  /** Starts a claim where none is under way; `byForce` is `pool failover`. */
  claim(byForce: boolean): void {
    if (this.#claiming?.isAlive) return;
    const program = new Program(this.machine, this.#ground.time);
    this.#claiming = program;
    void this.#claim(program, byForce).then((end) => {
      program.kill();
      if (end === 'held') this.maintain();
    });
  }

  #claim(program: Program, byForce: boolean): Promise<ClaimEnd> {
    const { tell } = this.#ground;
    const me = this.machine.id;
    return runClaim({
      me,
      byForce,
      decide: claim,
      connect: () => this.#claimCloud(program),
      ask: () => this.#ask(program),
      clock: program.clock,
      tell: (line) => tell(`${me} claims: ${line}`),
    });
  }

  #claimCloud(program: Program): ClaimCloud {
    const cloud = new SimulatedCloud(this.#ground.ec2For(program, 'claimer'));
    return {
      look: () => cloud.look(this.#ground.settings.name),
      associate: (address, instance) => cloud.associate(address, instance),
      disassociate: (association) => cloud.disassociate(association),
      close: () => undefined,
    };
  }

  /** To start a service that runs already changes nothing. */
  maintain(): void {
    if (this.maintaining?.isAlive) return;
    const program = new Program(this.machine, this.#ground.time);
    this.maintaining = program;
    this.#ground.tell(`${this.machine.id} starts to maintain`);
    void this.#maintain(program).then(
      (end) => this.#ended(program, end),
      (error: unknown) => this.#failed(program, error),
    );
  }

  /** As src/cloudspeak/node/maintain.ts does it. */
  async #maintain(program: Program): Promise<string> {
    const ground = this.#ground;
    const me = this.machine.id;
    const world: World = simulatedWorld(ground, program);
    const pool = await world.cloud.look(world.settings.name);
    if (pool.address?.holder !== me) return 'elsewhere';
    const prepared = await preflight(world);
    const news = {
      ...newsTo((line) => ground.tell(`${me}: ${line}`), ground.court),
      ticked: (tick: Noted) => this.#leaveWord(tick, program),
    };
    const { word } = this.machine;
    const now = { wall: program.clock.now().getTime(), monotonic: program.clock.monotonic() };
    const remembered = word && takenUp(word, ground.settings, now);
    return await new MaintainRun(world, prepared, news, {
      me,
      remembered,
      before: async () => undefined,
    }).run();
  }

  /** As the journal leaves it on the master and the standby. */
  #leaveWord(tick: Noted, { clock }: Program): void {
    const { park } = this.#ground;
    const word = lastWordOf(recordOf(tick, clock.now(), this.machine.id, 'tick'), tick.after);
    const standby = tick.pool.nodes.find(({ id, state }) => id !== this.machine.id && state === 'running');
    for (const id of [this.machine.id, standby?.id]) {
      if (id !== undefined && park.door(this.machine, park.machine(id)) === 'answers')
        park.machine(id).word = word;
    }
  }

  #ended(program: Program, end: string): void {
    this.#ground.tell(`${this.machine.id} maintains no more: ${end}`);
    program.kill();
  }

  #failed(program: Program, error: unknown): void {
    this.#ground.tell(
      `${this.machine.id} cannot maintain: ${error instanceof Error ? error.message : error}`,
    );
    program.kill();
    if (!(error instanceof PoolError)) this.#ground.court.breaks(`the program itself fails: ${error}`);
    this.#system.after(RESTART_AFTER, () => this.maintain());
  }
}
