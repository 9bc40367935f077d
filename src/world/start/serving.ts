// Does the pool answer a visitor? Asked through its address, as a visitor would.
import type { Pool } from '../../pool/pool.ts';
import { livenessUrl } from '../../pool/url.ts';
import type { World } from '../world.ts';

export interface Visit {
  readonly good: boolean;
  /** The answer in a few words, for the person who waits for a better one. */
  readonly text: string;
}

/** Where visitors come in: the pool's address, or its first node's own where it has none. */
export const entrance = ({ address, nodes }: Pool): string | undefined => address?.ip ?? nodes[0]?.publicIp;

export async function asksThroughAddress(world: World, pool: Pool): Promise<Visit> {
  const { app } = world.settings;
  const host = entrance(pool);
  if (host === undefined) return { good: false, text: 'the pool has no address' };
  const url = livenessUrl(host, world.settings);
  try {
    const { status } = await world.get(url, 2_000);
    return { good: app === undefined || (status >= 200 && status < 300), text: `${url} answered ${status}` };
  } catch (error) {
    return {
      good: app === undefined,
      text: `${url}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
