// Keys in the order of S3: by the bytes of their UTF-8, which is the order of code points.

/** UTF-16 puts surrogates before U+E000 to U+FFFF; moved, its units compare as code points do. */
const rank = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;

/** Below 0 where `a` comes first. */
export function compareKeys(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at += 1) {
    const difference = a.charCodeAt(at) - b.charCodeAt(at);
    if (difference !== 0) return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
  }
  return a.length - b.length;
}

/** The place of the first of the sorted keys that `isBehind`; their number where none is. */
export function firstWhere(keys: readonly string[], isBehind: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(keys[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}
