// What both ways of copying between this machine and a node need.
import { homedir } from 'node:os';
import type { Node } from '../../pool/instance.ts';
import type { Remote } from '../world.ts';

/** Called with the bytes that went over so far; a tar's own headers count. */
type OnProgress = (bytes: number) => void;

export interface Transfer {
  readonly remote: Remote;
  readonly node: Node;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Is told of each file that is left out, and why. */
  readonly onLeftOut: (name: Uint8Array, why: string) => void;
}

/** `~` at the beginning is the home here, also where no shell has read it. */
export const pathHere = (path: string): string => path.replace(/^~(?=\/|$)/, homedir());
