// Runs in a machine of the pool: sends the hostile requests that stand on its input, asks for what it may know in between,
// and prints what was answered to each, and what was wrong with the good answers.
import { text } from 'node:stream/consumers';
import { type Kept, type Places, troubleOf } from '../../unit/local-cloud/hostile/good.ts';
import type { Hostile } from '../../unit/local-cloud/hostile/requests.ts';
import { attack } from '../../unit/local-cloud/hostile/send.ts';

export interface Asked {
  readonly requests: readonly Hostile[];
  /** Where each service is, from inside. */
  readonly at: Places;
  readonly kept: Kept;
  /** After so many hostile requests comes a good one. */
  readonly goodEvery: number;
}

export interface Answered {
  readonly answers: readonly (readonly number[])[];
  readonly good: number;
  readonly troubles: readonly string[];
}

const AT_ONCE = 16;
const { requests, at, kept, goodEvery } = JSON.parse(await text(process.stdin)) as Asked;
const answers: number[][] = [];
const troubles: string[] = [];
let good = 0;
let next = 0;

/** Without a key it may ask metadata alone. */
async function askWell(number: number): Promise<void> {
  const trouble = await troubleOf(number, kept, { metadata: at.metadata });
  if (trouble !== undefined) troubles.push(trouble);
  good += 1;
}

async function work(): Promise<void> {
  for (let index = next++; index < requests.length; index = next++) {
    const hostile = requests[index];
    if (hostile !== undefined) answers[index] = await attack(hostile, ...at[hostile.to]);
    if (index % goodEvery === 0) await askWell(index / goodEvery);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
process.stdout.write(JSON.stringify({ answers, good, troubles } satisfies Answered));
