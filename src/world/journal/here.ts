// A shell script on the machine that we run on, as Remote runs one on another: nodes keep their own journal so.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Output } from '../world.ts';

/** Rejects where no shell can be started; the code is 255 where the script was ended after `timeout` ms. */
export async function runHere(script: string, stdin: Uint8Array, timeout: number): Promise<Output> {
  const child = spawn('/bin/sh', ['-c', script], { timeout });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 255));
  });
  // A script that ends without reading everything says why by its code.
  child.stdin.on('error', () => undefined).end(stdin);
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
