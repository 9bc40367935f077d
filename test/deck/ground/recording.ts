// What every command of the deck asked of the cloud, and what it was told, against AWS's own service model.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Where the cloud of a user writes its exchanges down. */
export const recordingIn = (home: string): string => join(home, 'exchanges.jsonl');

/** Says each thing that is wrong, and fails the run for it: vitest itself only tells of a tear-down that throws. */
export function checkRecording(home: string): void {
  const words = ['test/outside/check.py', recordingIn(home)];
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', words, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`the cloud's exchanges are not as AWS's model has them:\n${stdout}${stderr}`);
  process.stdout.write(stdout);
}
