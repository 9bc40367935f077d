// A volume that carries the pool's tag, whoever made it.
import type { InstanceId } from './instance.ts';

export interface Volume {
  readonly id: string;
  /** GiB. */
  readonly size: number;
  readonly zone: string;
  /** The instances that it is attached to. */
  readonly holders: readonly InstanceId[];
  /** It ends with its instance (EC2: DeleteOnTermination). */
  readonly goesAlong: boolean;
}
