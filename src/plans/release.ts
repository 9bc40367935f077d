// The app's folder, packed, and how it is installed: one release, named by its contents.
import { hashOf } from '../pool/files.ts';
import type { App } from '../pool/settings.ts';

/** Another archive or another install line makes another id. */
export interface Release {
  readonly id: string;
  /** A gzipped tar of the folder. */
  readonly archive: Uint8Array;
  readonly install: readonly string[];
}

/** Make it once and hand it to every node's configuration: hashing a big archive takes time. */
export const releaseOf = (app: App, archive: Uint8Array): Release => ({
  id: hashOf(JSON.stringify([hashOf(archive), app.install])).slice(0, 16),
  archive,
  install: app.install,
});
