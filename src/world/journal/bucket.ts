// The journal in the shared bucket, which outlives every node: written again and again for a quarter of an hour each.
import pLimit from 'p-limit';
import { objectBefore, objectKey, objectPrefix, QUARTER } from '../../plans/journal-objects.ts';
import type { Clock, Cloud, Terminal } from '../world.ts';

/** An object is written at most so often, in ms: S3 counts our calls, and takes no less than the whole of it. */
const PAUSE = 10_000;
/** An object that grew to so many characters is followed by another. */
const LARGE = 1_000_000;
/** So many are kept for a bucket that does not answer; then the oldest is given up. */
const MOST = 8;
/** So many objects of a pool stay, the newest: ten days in which little happens, and a gigabyte at the most. */
const MOST_OBJECTS = 1_000;
/** Objects that are read side by side. */
const TOGETHER = 8;

interface Part {
  readonly key: string;
  readonly begunAt: number;
  text: string;
  writtenAt: number;
  isWritten: boolean;
}

interface Ground {
  readonly cloud: Pick<Cloud, 'putObject' | 'objects' | 'deleteObject'>;
  readonly clock: Clock;
  readonly terminal: Pick<Terminal, 'warn'>;
}

export class BucketJournal {
  readonly #ground: Ground;
  readonly #bucket: string;
  readonly #pool: string;
  readonly #who: string;
  #parts: Part[] = [];
  #underWay: Promise<void> | undefined;
  #failures = 0;
  /** Another object was begun since old ones were looked for. */
  #mayBeTooMany = false;

  constructor(ground: Ground, bucket: string, pool: string, who: string) {
    this.#ground = ground;
    this.#bucket = bucket;
    this.#pool = pool;
    this.#who = who;
  }

  /** Never waits and never throws; called at every tick, so that what waits goes out in time. */
  note(lines: readonly string[]): void {
    const now = this.#ground.clock.now().getTime();
    if (lines.length > 0) {
      const part = this.#partAt(now);
      part.text += lines.map((line) => `${line}\n`).join('');
      part.isWritten = false;
    }
    const last = this.#parts.at(-1);
    const due = this.#parts.filter(
      (part) => !part.isWritten && (part !== last || now - part.writtenAt >= PAUSE),
    );
    if (due.length > 0) this.#underWay ??= this.#write(due, now);
  }

  async end(): Promise<void> {
    await this.#underWay;
    await this.#write(
      this.#parts.filter((part) => !part.isWritten),
      this.#ground.clock.now().getTime(),
    );
  }

  #partAt(now: number): Part {
    const last = this.#parts.at(-1);
    if (last && now - last.begunAt < QUARTER && last.text.length < LARGE) return last;
    const key = objectKey(this.#pool, now, this.#who);
    const part = { key, begunAt: now, text: '', writtenAt: Number.NEGATIVE_INFINITY, isWritten: false };
    this.#parts = [...this.#parts.filter((one) => !one.isWritten), part].slice(-MOST);
    this.#mayBeTooMany = true;
    return part;
  }

  async #write(due: readonly Part[], now: number): Promise<void> {
    for (const part of due) {
      const { key, text } = part;
      part.writtenAt = now;
      try {
        await this.#ground.cloud.putObject(this.#bucket, key, text);
        part.isWritten = part.text === text;
        this.#worked();
      } catch (error) {
        this.#failed(error);
      }
    }
    if (this.#mayBeTooMany && this.#failures === 0) await this.#prune();
    this.#underWay = undefined;
  }

  /** What cannot be removed now is found again when the next object is begun. */
  async #prune(): Promise<void> {
    this.#mayBeTooMany = false;
    const { cloud } = this.#ground;
    try {
      const keys = await cloud.objects(this.#bucket, objectPrefix(this.#pool), '');
      for (const key of keys.slice(0, -MOST_OBJECTS)) await cloud.deleteObject(this.#bucket, key);
    } catch {
      // A journal that is too long is no reason to say anything.
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    const why = error instanceof Error ? error.message : String(error);
    if (this.#failures === 1) this.#ground.terminal.warn(`journal in the bucket ${this.#bucket}: ${why}`);
  }

  #worked(): void {
    if (this.#failures > 0)
      this.#ground.terminal.warn(
        `journal in the bucket ${this.#bucket}: works again after ${this.#failures} failures`,
      );
    this.#failures = 0;
  }
}

/** All that the bucket has kept of the pool's journal since then (ms since 1970); undefined where that is nothing. */
export async function tellBucket(
  cloud: Pick<Cloud, 'lookForBucket' | 'objects' | 'object'>,
  bucket: string,
  pool: string,
  since: number,
): Promise<string | undefined> {
  if ((await cloud.lookForBucket(bucket)) !== 'ours') return undefined;
  const keys = await cloud.objects(bucket, objectPrefix(pool), objectBefore(pool, since));
  const limit = pLimit(TOGETHER);
  const texts = await Promise.all(keys.map((key) => limit(() => cloud.object(bucket, key))));
  return texts.length > 0 ? texts.join('') : undefined;
}
