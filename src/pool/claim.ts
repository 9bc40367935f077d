// A claim of the pool's address: what the claimer knows, and what it does next.
import type { InstanceId } from './instance.ts';
import type { Address, Pool } from './pool.ts';

/** What one way to the holder of the address has told. */
export interface Heard {
  /** Who was asked there. */
  readonly of: 'haproxy' | 'sshd';
  /** `takes`: a connection was made, and nothing said. */
  readonly sign: 'answers' | 'takes' | 'silent';
}

/** What a claimer knows when it decides. */
export interface ClaimSight {
  readonly me: InstanceId;
  readonly pool: Pool;
  /** What the holder told, on each way that it was asked by; empty where nobody was asked. */
  readonly heard: readonly Heard[];
  /** `pool failover` and `--take-over`, and nothing else. */
  readonly byForce: boolean;
  /** The address as this claimer saw it first; undefined at the first look. */
  readonly before: Address | undefined;
  /** For how long this claimer has seen the address free, or heard nothing of its holder, ms on a clock that never runs backwards. */
  readonly vacantFor: number;
}

/** The address is to be taken: what stands in the way goes first. */
export interface Taking {
  readonly do: 'claim';
  readonly address: Address;
  /** The association that was seen, to be taken away. */
  readonly disassociate: string | undefined;
  readonly because: string;
}

/** What a claimer does next; `because` is for the journal. */
export type ClaimDecision =
  | { readonly do: 'hold'; readonly because: string }
  | { readonly do: 'leave'; readonly because: string }
  | { readonly do: 'wait'; readonly ms: number; readonly because: string }
  | Taking;
