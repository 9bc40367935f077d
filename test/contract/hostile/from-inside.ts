// Runs in a machine of the pool: sends the hostile requests that stand on its input, and prints what was answered to each.
import { text } from 'node:stream/consumers';
import type { Hostile } from '../../unit/local-cloud/hostile/requests.ts';
import { attack } from '../../unit/local-cloud/hostile/send.ts';

interface Asked {
  readonly requests: readonly Hostile[];
  /** Where each service is, from inside. */
  readonly at: Readonly<Record<Hostile['to'], readonly [host: string, port: number]>>;
}

const AT_ONCE = 16;
const { requests, at } = JSON.parse(await text(process.stdin)) as Asked;
const answers: number[][] = [];
let next = 0;

async function work(): Promise<void> {
  for (let index = next++; index < requests.length; index = next++) {
    const hostile = requests[index];
    if (hostile !== undefined) answers[index] = await attack(hostile, ...at[hostile.to]);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
process.stdout.write(JSON.stringify(answers));
