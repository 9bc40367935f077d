// Does the pool's address lead to a HAProxy that lives? Whether the app is well its checks have told by then.
import type { Pool } from '../../pool/pool.ts';
import { aliveUrl, isHaproxy } from '../../pool/url.ts';
import type { World } from '../world.ts';

export interface Visit {
  readonly good: boolean;
  /** The answer in a few words, for the person who waits for a better one. */
  readonly text: string;
}

/** Where visitors come in: the pool's address, or its first node's own where it has none. */
export const entrance = ({ address, nodes }: Pool): string | undefined => address?.ip ?? nodes[0]?.publicIp;

export async function asksThroughAddress(world: World, pool: Pool): Promise<Visit> {
  const host = entrance(pool);
  if (host === undefined) return { good: false, text: 'the pool has no address' };
  const url = aliveUrl(host, world.settings);
  try {
    const { status } = await world.get(url, 2_000);
    return { good: isHaproxy(status), text: `${url} answered ${status}` };
  } catch (error) {
    return { good: false, text: `${url}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
