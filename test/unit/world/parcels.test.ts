// The archive of a node: what goes in as it is, and what goes gzipped.
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import type { Parcel } from '../../../src/plans/configure.ts';
import { archiveOf } from '../../../src/world/parcels.ts';

const long = 'a long program\n'.repeat(10_000);

/** Name, mode and content of everything in the archive. */
async function opened(parcels: readonly Parcel[]) {
  const found: { name: string; mode: number | undefined; content: Buffer }[] = [];
  const archive = extract();
  archive.end(await archiveOf(parcels));
  for await (const entry of archive) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    found.push({ name: entry.header.name, mode: entry.header.mode, content: Buffer.concat(chunks) });
  }
  return found;
}

test('a short text and bytes go as they are, with the mode that is asked for', async () => {
  const bytes = new Uint8Array(100_000);
  const found = await opened([
    { name: 'files/etc/x', content: 'short', mode: 0o600 },
    { name: 'release.tar.gz', content: bytes },
  ]);
  expect(found).toEqual([
    { name: 'files/etc/x', mode: 0o600, content: Buffer.from('short') },
    { name: 'release.tar.gz', mode: 0o644, content: Buffer.from(bytes) },
  ]);
});

test('a long text goes gzipped, and the next node gets the same bytes', async () => {
  const parcels = [{ name: 'files/opt/x.js', content: long, mode: 0o644 }];
  const [first] = await opened(parcels);
  expect(first).toMatchObject({ name: 'files/opt/x.js.gz', mode: 0o644 });
  expect(gunzipSync(first?.content ?? '').toString()).toBe(long);
  expect(await archiveOf(parcels)).toEqual(await archiveOf(parcels));
  expect((await archiveOf(parcels)).length).toBeLessThan(10_000);
});
