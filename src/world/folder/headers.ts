// Headers of a tar, as GNU tar writes and reads them: names are bytes of any length, sizes of any size.

const BLOCK = 512;
/** Names up to this length stand in the header itself, in bytes. */
const SHORT = 100;
/** What eleven octal digits can say. */
const MOST_OCTAL = 8 ** 11;

export interface Head {
  readonly name: Uint8Array;
  readonly kind: 'file' | 'folder' | 'link';
  readonly mode: number;
  /** Bytes that follow. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** Of a link. */
  readonly target?: Uint8Array;
}

const FLAGS = { file: '0', link: '2', folder: '5' } as const;
/** GNU's own entries: the name, or the target of a link, of the entry that follows. */
const LONG = { name: 'L', target: 'K' } as const;

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

/** Octal, or (GNU) a sign and a binary number where that is too short. */
function writeNumber(block: Buffer, value: number, at: number): void {
  if (value >= 0 && value < MOST_OCTAL) {
    block.write(octal(value, 11), at, 'latin1');
    return;
  }
  block.fill(value < 0 ? 0xff : 0, at, at + 12);
  block[at] = value < 0 ? 0xff : 0x80;
  block.writeBigInt64BE(BigInt(value), at + 4);
}

interface Fields extends Omit<Head, 'kind'> {
  readonly flag: string;
}

function block({ name, mode, size, time, target, flag }: Fields): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  bytes.set(name.subarray(0, SHORT), 0);
  bytes.write(octal(mode, 7), 100, 'latin1');
  bytes.write(octal(0, 7), 108, 'latin1');
  bytes.write(octal(0, 7), 116, 'latin1');
  writeNumber(bytes, size, 124);
  writeNumber(bytes, time, 136);
  bytes.write('        ', 148, 'latin1');
  bytes.write(flag, 156, 'latin1');
  if (target) bytes.set(target.subarray(0, SHORT), 157);
  bytes.write('ustar  \0', 257, 'latin1');
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${octal(sum, 6)} `, 148, 'latin1');
  return bytes;
}

/** Zeros up to the next whole block. */
export const padding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

function long(bytes: Uint8Array, flag: string): readonly Buffer[] {
  if (bytes.length < SHORT) return [];
  const size = bytes.length + 1;
  const head = block({ name: Buffer.from('././@LongLink'), mode: 0o644, size, time: 0, flag });
  return [head, Buffer.from(bytes), Buffer.alloc(1), padding(size)];
}

const SLASH = Buffer.from('/');

/** The header of one entry; its bytes and `padding` follow. */
export function header({ kind, ...head }: Head): Buffer {
  const name = kind === 'folder' ? Buffer.concat([head.name, SLASH]) : head.name;
  return Buffer.concat([
    ...long(head.target ?? Buffer.alloc(0), LONG.target),
    ...long(name, LONG.name),
    block({ ...head, name, flag: FLAGS[kind] }),
  ]);
}

/** What a tar ends with. */
export const END = Buffer.alloc(2 * BLOCK);
