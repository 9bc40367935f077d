// The simulated EC2 as one program calls it: late, now and then lost, refusing, and with descriptions that lag.
import { PoolError } from '../../pool/failure.ts';
import { type Instance, type InstanceId, LEAVING_TAG } from '../../pool/instance.ts';
import type { Image, Subnet, TypeOffer } from '../../pool/offers.ts';
import { type Address, type Pool, poolOf, STOPPING_TAG } from '../../pool/pool.ts';
import { explain } from '../../world/ec2/errors.ts';
import type { BucketSight, Cloud, InstanceStatus, LaunchRequest } from '../../world/world.ts';
import { type Account, isOurs, POOL, type Real, Refusal, SUBNETS } from './account.ts';
import type { Luck } from './luck.ts';
import type { Park } from './park.ts';
import type { Program } from './program.ts';
import type { Weather } from './weather.ts';

/** A call on a node is given up after this time (STEP_LIMITS of src/world/ec2/limits.ts); ms. */
const LIMIT = 5_000;
/** EC2's own checks find a machine impaired only after some minutes; ms. */
const CHECKS_TAKE = 120_000;

/** What changes something. */
export type Change = 'launch' | 'terminate' | 'tag' | 'untag' | 'associate' | 'disassociate';

export interface Ec2Parts {
  readonly program: Program;
  readonly account: Account;
  readonly park: Park;
  readonly weather: Weather;
  readonly luck: Luck;
  /** EC2 hears a call that changes something, before it obeys. `issued`: when it was made. */
  hears(change: Change, ids: readonly string[], issued: number, about: string): void;
  /** EC2 has obeyed. */
  obeyed(): void;
  /** A look has come back; `from` is when it began. */
  looked(pool: Pool, from: number): void;
}

const IMAGE: Image = {
  id: 'ami-1',
  name: 'debian-12',
  architecture: 'x86_64',
  created: '2008-05-31T00:00:00.000Z',
  rootDevice: '/dev/xvda',
  rootSize: 8,
};

const seenAs = (one: Real): Instance => one as Instance;

export class SimulatedCloud implements Cloud {
  readonly #parts: Ec2Parts;
  #described: readonly [(readonly Real[])?, Address?] = [];
  #pool: Pool | undefined;

  constructor(parts: Ec2Parts) {
    this.#parts = parts;
  }

  /** There, and back again: either way may be cut, and each of them takes its time. */
  async #call<T>(name: string, work: () => T): Promise<T> {
    const { program, weather, luck } = this.#parts;
    const began = program.clock.monotonic();
    const way = weather.latency(luck);
    await program.flight(Math.min(way, LIMIT));
    if (this.#isCut() || way > LIMIT) return await this.#unanswered(name, began);
    const answer = this.#obey(work);
    const back = weather.latency(luck);
    await program.pause(Math.min(back, LIMIT - way));
    if (this.#isCut() || way + back > LIMIT) return await this.#unanswered(name, began);
    if ('error' in answer) throw explain(name, answer.error, undefined);
    return answer.value;
  }

  #obey<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
    const { weather, luck } = this.#parts;
    try {
      if (weather.throttles(luck)) throw new Refusal('RequestLimitExceeded', 'Request limit exceeded.');
      return { value: work() };
    } catch (error) {
      if (error instanceof Refusal) return { error };
      throw error;
    }
  }

  #isCut = (): boolean => this.#parts.program.machine.cutFromEc2Until > this.#parts.program.clock.monotonic();

  async #unanswered(name: string, began: number): Promise<never> {
    const { program } = this.#parts;
    await program.pause(LIMIT - (program.clock.monotonic() - began));
    throw explain(name, Object.assign(new Error('timed out'), { name: 'TimeoutError' }), undefined);
  }

  async #change<T>(change: Change, ids: readonly string[], about: string, work: () => T): Promise<T> {
    const { program, hears, obeyed } = this.#parts;
    const issued = program.clock.monotonic();
    if (program.doom === 'before') program.kill();
    return await this.#call(change, () => {
      if (!program.isAlive && program.doom === 'before') throw new Refusal('Lost', 'who called was killed');
      hears(change, ids, issued, about);
      const done = work();
      obeyed();
      if (program.doom === 'after') program.kill();
      return done;
    });
  }

  async look(pool: string): Promise<Pool> {
    const { account, program, looked, weather, luck } = this.#parts;
    const from = program.clock.monotonic();
    const [instances, address] = await Promise.all([
      this.#call('DescribeInstances', () => weather.described(account, luck)),
      this.#call('DescribeAddresses', () => account.address),
    ]);
    const seen = this.#poolFrom(pool, instances, address);
    looked(seen, from);
    return seen;
  }

  /** Nearly all descriptions are of what the one before described. */
  #poolFrom(name: string, instances: readonly Real[], address: Address): Pool {
    const [before, at] = this.#described;
    if (this.#pool === undefined || before !== instances || at !== address)
      this.#pool = poolOf({ name, instances: instances.filter(isOurs).map(seenAs), address });
    this.#described = [instances, address];
    return this.#pool;
  }

  async launch(request: LaunchRequest): Promise<readonly Instance[]> {
    const about = `${request.count} in ${request.subnetId}`;
    const made = await this.#change('launch', [], about, () => this.#parts.account.launch(request));
    return made.map(seenAs);
  }

  async ends(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, string>> {
    const { account } = this.#parts;
    return await this.#call('DescribeInstances', () => {
      const known = ids.flatMap((id) => account.instances.get(id) ?? []);
      const ended = known.filter(({ state }) => state === 'terminated' || state === 'shutting-down');
      return new Map(ended.map(({ id, reason }) => [id, reason]));
    });
  }

  async status(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, InstanceStatus>> {
    return await this.#call(
      'DescribeInstanceStatus',
      () => new Map(ids.map((id) => [id, { health: this.#health(id), notice: 'none' }])),
    );
  }

  #health(id: InstanceId): InstanceStatus['health'] {
    const { park, program } = this.#parts;
    const machine = park.machine(id);
    if (!park.runs(id)) return 'unknown';
    const isLong = program.clock.monotonic() - machine.changedAt > CHECKS_TAKE;
    return !park.moves(machine) && isLong ? 'impaired' : 'ok';
  }

  async terminate(ids: readonly InstanceId[]): Promise<void> {
    await this.#change('terminate', ids, '', () => {
      for (const id of ids) this.#parts.account.end(id, 'Client.UserInitiatedShutdown');
    });
  }

  async associate(_address: Address, instance: InstanceId): Promise<void> {
    await this.#change('associate', [instance], '', () => this.#parts.account.associate(instance));
  }

  async disassociate(association: string): Promise<void> {
    await this.#change('disassociate', [], association, () => this.#parts.account.disassociate(association));
  }

  async tag(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void> {
    const { account } = this.#parts;
    const why = tags[LEAVING_TAG] === undefined ? Object.keys(tags).join(' ') : LEAVING_TAG;
    await this.#change('tag', ids, why, () => {
      for (const id of ids) account.alter(id, { tags: { ...account.instances.get(id)?.tags, ...tags } });
    });
  }

  async untag(ids: readonly string[], keys: readonly string[]): Promise<void> {
    const { account } = this.#parts;
    await this.#change('untag', ids, keys.join(' '), () => {
      for (const id of ids) {
        const left = Object.entries(account.instances.get(id)?.tags ?? {});
        account.alter(id, { tags: Object.fromEntries(left.filter(([key]) => !keys.includes(key))) });
      }
      if (keys.includes(STOPPING_TAG)) account.address = { ...account.address, stopping: false };
    });
  }

  images = (): Promise<readonly Image[]> => this.#call('DescribeImages', () => [IMAGE]);
  subnets = (): Promise<readonly Subnet[]> => this.#call('DescribeSubnets', () => SUBNETS);
  types = (names: readonly string[]): Promise<readonly TypeOffer[]> =>
    this.#call('DescribeInstanceTypes', () =>
      names.map((type) => ({ type, architectures: ['x86_64'], zones: SUBNETS.map(({ zone }) => zone) })),
    );
  keypairFingerprint = (): Promise<string> => this.#call('DescribeKeyPairs', () => '');
  rehearse = (): Promise<void> => this.#call('RunInstances', () => undefined);
  findGroup = (): Promise<string | undefined> => this.#call('DescribeSecurityGroups', () => `sg-${POOL}`);
  hostKeys = async (): Promise<readonly string[]> => [];
  environment = async (): Promise<Readonly<Record<string, string>>> => ({ AWS_REGION: 'us-east-1' });
  lookForBucket = async (): Promise<BucketSight> => 'absent';

  // A maintainer makes and removes none of these: start and stop do.
  openGroup = (): Promise<string> => this.#never();
  changeGroup = (): Promise<void> => this.#never();
  groupsNamed = (): Promise<never> => this.#never();
  caller = (): Promise<never> => this.#never();
  deleteGroup = (): Promise<void> => this.#never();
  usersOf = (): Promise<readonly string[]> => this.#never();
  volumesOf = (): Promise<never> => this.#never();
  allocateAddress = (): Promise<Address> => this.#never();
  release = (): Promise<void> => this.#never();
  makeBucket = (): Promise<void> => this.#never();
  /** The simulated pool has no bucket. */
  putObject = (): Promise<void> => this.#never();
  objects = (): Promise<never> => this.#never();
  account = (): Promise<never> => this.#never();
  regions = (): Promise<never> => this.#never();
  object = (): Promise<never> => this.#never();
  deleteObject = (): Promise<never> => this.#never();
  #never = (): Promise<never> => Promise.reject(new PoolError('a maintainer has no business with this'));
}
