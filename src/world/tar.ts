// A tar in memory. No times and no owners go in, so that equal contents give equal bytes.
import { END, header, padding } from './folder/headers.ts';

export interface Entry {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** As it is to be unpacked; 0644 where nothing is said. */
  readonly mode?: number;
}

const blocks = ({ name, content, mode = 0o644 }: Entry): readonly Uint8Array[] => {
  const bytes = Buffer.from(content);
  const head = { name: Buffer.from(name), kind: 'file', mode, size: bytes.length, time: 0 } as const;
  return [header(head), bytes, padding(bytes.length)];
};

/** A tar without its end: more may follow. */
export const openTar = (entries: readonly Entry[]): Buffer => Buffer.concat(entries.flatMap(blocks));

export const tar = (entries: readonly Entry[]): Buffer => Buffer.concat([openTar(entries), END]);
