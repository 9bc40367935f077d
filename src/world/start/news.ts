// What the person is told while a start goes on.
import type { Seen } from '../../plans/start.ts';
import type { Node } from '../../pool/instance.ts';

export interface StartNews {
  launching(): void;
  looked(seen: Seen): void;
  stage(node: Node, stage: 'waiting for ssh' | 'configuring' | 'in rotation' | 'failed'): void;
}
