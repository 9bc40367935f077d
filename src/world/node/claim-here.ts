// A claim on the node itself: with the role's credentials, the settings it was configured with, its own identity.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { PoolError } from '../../pool/failure.ts';
import { NODE } from '../../pool/node-paths.ts';
import { type Claimer, runClaim } from '../claim.ts';
import { realClock } from '../clock.ts';
import { connectForClaim } from '../ec2/claim-cloud.ts';
import { answersAt } from './answers.ts';
import { roleCredentials } from './credentials.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeSettings } from './files.ts';
import { createMetadata } from './metadata.ts';

interface Watched {
  readonly ip: string;
  readonly url: string;
}

/** The address and how to ask it, as configure knew them: so it can be asked beside EC2, whose word counts. */
async function watched(): Promise<Watched> {
  const text = await readFile(NODE.watchEnvironment, 'utf8');
  const value = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1];
  const [ip, url] = [value('ADDRESS'), value('HEALTH_URL')];
  if (ip === undefined || url === undefined)
    throw new PoolError(`${NODE.watchEnvironment} names no address; configure this node: pool configure`);
  return { ip, url };
}

/** Nobody waits for it: the claim is over when the address is here. */
const startMaintain = async (): Promise<void> => {
  await promisify(execFile)('systemctl', ['--no-block', 'start', 'poolparty-maintain.service']);
};

/** Claims the address for this node, by what `decide` says (src/fail-safety); the exit code. */
export async function claimHere(decide: Claimer['decide'], byForce: boolean): Promise<number> {
  const env = nodeEnvironment();
  const metadata = createMetadata();
  const [settings, me, known] = await Promise.all([nodeSettings(), metadata.instanceId(), watched()]);
  const credentials = roleCredentials(metadata);
  const answers = async (ip = known.ip) => ({ ip, alive: await answersAt(known.url.replace(known.ip, ip)) });
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
