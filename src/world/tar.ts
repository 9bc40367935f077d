// A tar in memory. No times and no owners go in, so that equal contents give equal bytes.
import { pack } from 'tar-stream';

export interface Entry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Target of a symbolic link; then there is no content. */
  readonly link?: string;
  /** As it is to be unpacked; 0644 where nothing is said. */
  readonly mode?: number;
}

export async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  const chunks: Buffer[] = [];
  archive.on('data', (chunk) => chunks.push(chunk as Buffer));
  const ended = new Promise<void>((resolve, reject) => {
    archive.on('end', () => resolve());
    archive.on('error', (error) => reject(error));
  });
  for (const { name, content = '', link, mode = 0o644 } of entries) {
    const header = { name, mtime: new Date(0), mode };
    if (link === undefined) archive.entry(header, Buffer.from(content));
    else archive.entry({ ...header, type: 'symlink', linkname: link });
  }
  archive.finalize();
  await ended;
  return Buffer.concat(chunks);
}
