// Files as one tar in memory, for the standard input of a script.
import { pack as newPack } from 'tar-stream';

export interface Packed {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** The tar of the files; they are readable by root only until the script puts them in place. */
export async function pack(files: readonly Packed[]): Promise<Uint8Array> {
  const archive = newPack();
  for (const { name, content } of files) archive.entry({ name, mode: 0o600 }, Buffer.from(content));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
