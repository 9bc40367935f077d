// The app's folder and how it is installed: one release, named by what the folder holds.
import { hashOf } from '../pool/files.ts';
import type { App } from '../pool/settings.ts';

/** Another content or another install line makes another id. The world keeps the archive that is sent. */
export interface Release {
  readonly id: string;
  readonly install: readonly string[];
}

/** `hash` is that of what the folder holds. */
export const releaseOf = ({ install }: App, hash: string): Release => ({
  id: hashOf(JSON.stringify([hash, install])).slice(0, 16),
  install,
});
