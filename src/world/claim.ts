// Carries out a claim of the pool's address: look, decide, swap; after any doubt look again on fresh connections.
import type { ClaimDecision, ClaimSight, Heard, Taking } from '../pool/claim.ts';
import type { InstanceId, Node } from '../pool/instance.ts';
import type { Address, Pool } from '../pool/pool.ts';
import type { Clock } from './world.ts';

/** How many times doubt is answered by another look. */
const DOUBTS = 5;

/** Rest after a failure, ms, times the number of failures. */
const REST_MS = 200;

/** EC2 on connections of one try. Every method throws PoolError. */
export interface ClaimCloud {
  look(): Promise<Pool>;
  associate(address: Address, instance: InstanceId): Promise<void>;
  disassociate(association: string): Promise<void>;
  close(): void;
}

export interface Claimer {
  /** Whom the address is to go to. */
  readonly me: InstanceId;
  readonly byForce: boolean;
  /** src/fail-safety/mastership.ts's `claim`: nothing is decided here. */
  readonly decide: (seen: ClaimSight) => ClaimDecision;
  /** Fresh connections to EC2. */
  connect(): ClaimCloud;
  /**
   * What the holder of this address tells, on every way to it: at once where that is a sign of life, else after it was
   * asked again and again for as long as a claim needs. `node`: undefined where EC2 does not tell of the holder.
   */
  ask(ip: string, node: Node | undefined): Promise<readonly Heard[]>;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** One line for each decision. */
  tell(line: string): void;
}

/** `held`: the address is ours; `left`: it rightly is not; `unknown`: EC2 did not say. */
export type ClaimEnd = 'held' | 'left' | 'unknown';

interface Memory {
  before: Address | undefined;
  vacantSince: number | undefined;
}

/** The address is asked after the look, not beside it: a silence from before is none of a holder that just took it. */
async function lookAround({ me, byForce, ask, clock }: Claimer, cloud: ClaimCloud) {
  const pool = await cloud.look();
  const { address } = pool;
  const since = clock.monotonic();
  const { ip, holder } = address ?? {};
  if (ip === undefined || holder === undefined || holder === me || byForce) return { pool, heard: [], since };
  const node = pool.nodes.find(({ id }) => id === holder);
  const asks = node === undefined || node.state === 'running' || node.state === 'pending';
  return { pool, heard: asks ? await ask(ip, node) : [], since };
}

async function swap(cloud: ClaimCloud, me: InstanceId, taking: Taking): Promise<void> {
  if (taking.disassociate !== undefined) await cloud.disassociate(taking.disassociate);
  await cloud.associate(taking.address, me);
}

/** One look and what follows from it; undefined: look again. */
async function once(claimer: Claimer, cloud: ClaimCloud, memory: Memory): Promise<ClaimEnd | undefined> {
  const { me, byForce, clock } = claimer;
  const { since, ...seen } = await lookAround(claimer, cloud);
  const vacantFor = clock.monotonic() - (memory.vacantSince ?? since);
  const decision = claimer.decide({ me, byForce, ...seen, before: memory.before, vacantFor });
  memory.before ??= seen.pool.address;
  claimer.tell(`${decision.do}: ${decision.because}`);
  if (decision.do === 'hold') return 'held';
  if (decision.do === 'leave') return 'left';
  memory.vacantSince ??= since;
  if (decision.do === 'wait') {
    await clock.sleep(decision.ms);
    return undefined;
  }
  await swap(cloud, me, decision);
  claimer.tell(`hold: ${decision.address.ip} is here now`);
  return 'held';
}

/** Claims until it is known who holds the address, or until EC2 failed too often. Never throws for EC2's sake. */
export async function runClaim(claimer: Claimer): Promise<ClaimEnd> {
  const memory: Memory = { before: undefined, vacantSince: undefined };
  for (let doubts = 0; doubts < DOUBTS; ) {
    const cloud = claimer.connect();
    try {
      const end = await once(claimer, cloud, memory);
      if (end !== undefined) return end;
    } catch (error) {
      doubts += 1;
      claimer.tell(`look again: ${error instanceof Error ? error.message : String(error)}`);
      // The connections go first: what was not answered must not be answered later.
      cloud.close();
      await claimer.clock.sleep(REST_MS * doubts);
    } finally {
      cloud.close();
    }
  }
  claimer.tell('unknown: it could not be found out who holds the address; the watch asks again');
  return 'unknown';
}
