// The token that makes a launch idempotent: whoever sees the same pool asks EC2 for the same instances.
import { hashOf } from '../pool/files.ts';
import { type Instance, isAlive } from '../pool/instance.ts';
import type { Market } from '../pool/offers.ts';

export interface Launch {
  readonly pool: string;
  /** New with each start of the pool, so that a token is never one of an earlier life. */
  readonly groupId: string;
  readonly zone: string;
  readonly type: string;
  readonly market: Market;
  readonly count: number;
}

/**
 * EC2's ClientToken, 64 hex digits (its limit is 64 characters). `attempt` counts up past tokens whose instances
 * have ended, which EC2 remembers for a day.
 */
export function launchToken(launch: Launch, seen: readonly Instance[], attempt: number): string {
  const { pool, groupId, zone, type, market, count } = launch;
  const alive = seen.filter(isAlive).map((instance) => instance.id);
  const spot = market === 'spot' ? [market] : [];
  return hashOf(JSON.stringify([pool, groupId, alive.sort(), zone, type, count, attempt, ...spot]));
}
