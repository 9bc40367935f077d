// The journal in the shared bucket: an object for each writer and quarter of an hour, named so that names sort by time.

/** Where all pools' journals are in their buckets; an app that lists its files sees one hidden folder. */
const FOLDER = '.poolparty/journal';

/** So long one object is written to, in ms. */
export const QUARTER = 15 * 60_000;

/** `2026-11-23T02-00-05-123Z`: colons would be in the way of whoever copies the files elsewhere. */
const stamp = (at: number): string => new Date(at).toISOString().replace(/[:.]/g, '-');

export const objectPrefix = (pool: string): string => `${FOLDER}/${pool}/`;

/** The object that `who` begins at `at` (ms since 1970). */
export const objectKey = (pool: string, at: number, who: string): string =>
  `${objectPrefix(pool)}${stamp(at)}-${who.replace(/[^A-Za-z0-9.-]+/g, '-')}.jsonl`;

/** Objects with names up to this hold nothing that is as young as `since`. */
export const objectBefore = (pool: string, since: number): string =>
  objectPrefix(pool) + (since > QUARTER ? stamp(since - QUARTER) : '');
