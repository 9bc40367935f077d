// Calls of this machine's system, with words for what was in the way.
import { lstatSync, type Stats } from 'node:fs';
import { OwnTrouble } from '../../pool/failure.ts';
import { reasonOf, shownName } from '../folder/name.ts';

/** The error of a call of this machine's; no node is to blame for it. */
export const ownFailure = (path: Uint8Array | string, error: unknown): OwnTrouble =>
  error instanceof OwnTrouble
    ? error
    : new OwnTrouble(
        `cannot write ${shownName(Buffer.from(path as string))} here: ${reasonOf(error)}; mend that or choose another dest=, and copy again`,
        { cause: error },
      );

/** Runs a call about `path`. */
export function here<T>(path: Uint8Array | string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw ownFailure(path, error);
  }
}

export const look = (path: Buffer): Stats | undefined =>
  here(path, () => lstatSync(path, { throwIfNoEntry: false }));

export const isFolder = (path: Buffer): boolean => look(path)?.isDirectory() ?? false;
