// A claim on the node itself: with the role's credentials, the settings it was configured with, its own identity.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { NODE } from '../../pool/node-paths.ts';
import type { Settings } from '../../pool/settings.ts';
import { type Claimer, runClaim } from '../claim.ts';
import { realClock } from '../clock.ts';
import { connectForClaim } from '../ec2/claim-cloud.ts';
import { answersAt } from './answers.ts';
import { roleCredentials } from './credentials.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeSettings } from './files.ts';
import { createMetadata } from './metadata.ts';

/** The address as configure knew it, so that it can be asked beside EC2; EC2's word for it counts. */
async function knownAddress(): Promise<string | undefined> {
  const text = await readFile(NODE.watchEnvironment, 'utf8').catch(() => '');
  return /^ADDRESS=([0-9.]+)$/m.exec(text)?.[1];
}

/** What is decided elsewhere (src/fail-safety). */
interface Deciders {
  readonly decide: Claimer['decide'];
  /** Where something answers if the holder of the address lives. */
  readonly urlOf: (ip: string, settings: Settings) => string;
}

/** Nobody waits for it: the claim is over when the address is here. */
const startMaintain = async (): Promise<void> => {
  await promisify(execFile)('systemctl', ['--no-block', 'start', 'poolparty-maintain.service']);
};

/** Claims the address for this node; the exit code. */
export async function claimHere({ decide, urlOf }: Deciders, byForce: boolean): Promise<number> {
  const env = nodeEnvironment();
  const metadata = createMetadata();
  const [settings, me, known] = await Promise.all([nodeSettings(), metadata.instanceId(), knownAddress()]);
  const credentials = roleCredentials(metadata);
  const answers = async (ip = known) => ({
    ip,
    alive: ip !== undefined && (await answersAt(urlOf(ip, settings))),
  });
  const end = await runClaim({
    me,
    byForce,
    decide,
    connect: () => connectForClaim(settings, env, { credentials }),
    answers,
    clock: realClock,
    tell: (line) => process.stdout.write(`${line}\n`),
  });
  if (end === 'held') await startMaintain();
  return end === 'unknown' ? 1 : 0;
}
