// A secret that nobody can guess.
import { randomBytes } from 'node:crypto';

/** 32 random bytes, hex. */
export const newSecret = (): string => randomBytes(32).toString('hex');
