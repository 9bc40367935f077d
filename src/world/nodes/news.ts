// What the person is told while a start goes on.
import type { Seen } from '../../plans/seen.ts';
import type { Node } from '../../pool/instance.ts';
import type { InstallNews, InstallStage } from '../install.ts';

/** How far a node has come. */
export type Stage = InstallStage | 'waiting for ssh' | 'configuring' | 'in rotation' | 'failed';

export interface StartNews extends InstallNews {
  launching(): void;
  looked(seen: Seen): void;
  stage(node: Node, stage: Stage): void;
  /** Paths that were written on a node, and `release`. */
  configured(node: Node, changed: readonly string[]): void;
  /** What went wrong on a node, and the last lines of what it said. */
  fell(node: Node, why: string, details: readonly string[]): void;
}
