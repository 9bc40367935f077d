// Paths as bytes, for names need not be UTF-8; and the folders of a path.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const SLASH = Buffer.from('/');

/** `folder/name`; where one of them is empty, the other. */
export function below(folder: Buffer, name: Uint8Array): Buffer {
  if (folder.length === 0) return Buffer.from(name);
  return name.length === 0 ? folder : Buffer.concat([folder, SLASH, name]);
}

const isThere = (folder: string): boolean => statSync(folder, { throwIfNoEntry: false }) !== undefined;

/**
 * Makes a folder and those above it; returns the uppermost that was made. Throws the system's own errors. Node's own way
 * to do so never ends below /proc.
 */
export function makeFolder(folder: string, mode = 0o777): string | undefined {
  if (isThere(folder)) return undefined;
  const above = makeFolder(dirname(folder), mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another command was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isThere(folder)) throw error;
  }
  return above ?? folder;
}
