// A claim on the node itself: with the role's credentials, the settings it was configured with, its own identity.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Node } from '../../pool/instance.ts';
import type { Settings } from '../../pool/settings.ts';
import { aliveUrl, privateAliveUrl } from '../../pool/url.ts';
import { type Claimer, runClaim } from '../claim.ts';
import { realClock } from '../clock.ts';
import { connectForClaim } from '../ec2/claim-cloud.ts';
import { heardFrom, type Rule, type Ways } from './answers.ts';
import { roleCredentials } from './credentials.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeSettings } from './files.ts';
import { createMetadata } from './metadata.ts';

/** Nobody waits for it: the claim is over when the address is here. */
const startMaintain = async (): Promise<void> => {
  await promisify(execFile)('systemctl', ['--no-block', 'start', 'poolparty-maintain.service']);
};

/** What is decided about a claim elsewhere (src/fail-safety). */
export interface Law extends Rule {
  readonly decide: Claimer['decide'];
}

const waysTo = (ip: string, node: Node | undefined, settings: Settings): Ways => {
  const address = aliveUrl(ip, settings);
  if (node?.privateIp === undefined) return { haproxy: [address], sshd: ip };
  return { haproxy: [address, privateAliveUrl(node.privateIp)], sshd: node.privateIp };
};

/** Claims the address for this node, by what the law says; the exit code. */
export async function claimHere(law: Law, byForce: boolean, tell: Claimer['tell']): Promise<number> {
  const env = nodeEnvironment();
  const metadata = createMetadata();
  const [settings, me] = await Promise.all([nodeSettings(), metadata.instanceId()]);
  const credentials = roleCredentials(metadata);
  const end = await runClaim({
    me,
    byForce,
    decide: law.decide,
    connect: () => connectForClaim(settings, env, { credentials }),
    ask: (ip, node) => heardFrom(waysTo(ip, node, settings), law),
    clock: realClock,
    tell,
  });
  if (end === 'held') await startMaintain();
  return end === 'unknown' ? 1 : 0;
}
