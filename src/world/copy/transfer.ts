// What both ways of copying between this machine and a node need.
import { homedir } from 'node:os';
import { type PoolError, usageError } from '../../pool/failure.ts';
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
export const pathHere = (path: string): string => path.replace(/^~(?=\/|$)/, () => homedir());

/** Throws code 2: the root of a disk cannot be put into a folder under its own name. */
export const noName = (path: string): PoolError =>
  usageError(`${path} is a whole machine, and has no name of its own; copy the folders in it`);
