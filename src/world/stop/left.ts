// What a stop leaves although nobody refused it: volumes that somebody chose to keep. One call, at the very end.
import { left } from '../../plans/stop.ts';
import { PoolError } from '../../pool/failure.ts';
import type { InstanceId } from '../../pool/instance.ts';
import type { Volume } from '../../pool/volume.ts';
import type { World } from '../world.ts';

export interface LeftNews {
  left(volumes: readonly Volume[]): void;
  /** `why`: EC2's refusal, say by an older policy, in one line. */
  notLooked(why: string): void;
}

/** `ended`: the instances that this stop has seen the end of. A look that fails fails no stop: what it was to remove is gone. */
export async function tellOfLeft(
  { cloud, settings }: World,
  ended: ReadonlySet<InstanceId>,
  news: LeftNews,
): Promise<void> {
  try {
    news.left(left(await cloud.volumesOf(settings.name), ended));
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    news.notLooked(error.message);
  }
}
