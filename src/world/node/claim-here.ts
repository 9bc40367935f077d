// A claim on the node itself: with the role's credentials, the settings it was configured with, its own identity.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { livenessUrl } from '../../pool/url.ts';
import { type Claimer, runClaim } from '../claim.ts';
import { realClock } from '../clock.ts';
import { connectForClaim } from '../ec2/claim-cloud.ts';
import { answersAt } from './answers.ts';
import { roleCredentials } from './credentials.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeSettings } from './files.ts';
import { createMetadata } from './metadata.ts';

/** Nobody waits for it: the claim is over when the address is here. */
const startMaintain = async (): Promise<void> => {
  await promisify(execFile)('systemctl', ['--no-block', 'start', 'poolparty-maintain.service']);
};

/** Claims the address for this node, by what `decide` says (src/fail-safety); the exit code. */
export async function claimHere(decide: Claimer['decide'], byForce: boolean): Promise<number> {
  const env = nodeEnvironment();
  const metadata = createMetadata();
  const [settings, me] = await Promise.all([nodeSettings(), metadata.instanceId()]);
  const credentials = roleCredentials(metadata);
  const end = await runClaim({
    me,
    byForce,
    decide,
    connect: () => connectForClaim(settings, env, { credentials }),
    answers: (ip) => answersAt(livenessUrl(ip, settings)),
    clock: realClock,
    tell: (line) => process.stdout.write(`${line}\n`),
  });
  if (end === 'held') await startMaintain();
  return end === 'unknown' ? 1 : 0;
}
