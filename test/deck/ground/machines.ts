// A machine of the cloud as its owner sees it: reached behind the pool's back, also where its sshd does not answer.
import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { cloudIdOf, namesOf } from '../../../src/local-cloud/network/names.ts';
import type { CloudGround } from './cloud.ts';

const exec = promisify(execFile);

/** What the script prints on that instance, run as root. Throws where it fails. */
export async function within({ state }: Pick<CloudGround, 'state'>, id: string, script: string) {
  const { container } = namesOf(cloudIdOf(await realpath(state)));
  const options = { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };
  const words = ['exec', container(id), '/bin/sh', '-c', script];
  return (await exec('podman', words, options)).stdout.trimEnd();
}
