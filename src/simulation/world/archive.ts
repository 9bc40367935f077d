// Reading the archives that go to nodes: a plain tar, as src/world/tar.ts writes it.
const BLOCK = 512;
/** Fields of a header: name, size in octal, each ended by a zero or a space (POSIX, pax interchange format). */
const NAME = 100;
const SIZE_AT = 124;

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();

function nameAt(archive: Uint8Array, at: number): string {
  const field = archive.subarray(at, at + NAME);
  const end = field.indexOf(0);
  return text(end < 0 ? field : field.subarray(0, end));
}

/** The files of an archive by their names; a file's text is read when it is asked for. */
export function entriesOf(archive: Uint8Array): ReadonlyMap<string, () => string> {
  const found = new Map<string, () => string>();
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(archive.subarray(at + SIZE_AT, at + SIZE_AT + 12)), 8);
    const begin = at + BLOCK;
    found.set(nameAt(archive, at), () => text(archive.subarray(begin, begin + size)));
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return found;
}
