// An attacker inside a machine of the pool, with what the machine has: nobody is let in, and the daemon goes on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AuthorizeSecurityGroupIngressCommand, DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '../../../src/local-cloud/words/status.ts';
import { type Hostile, hostileRequests } from '../../unit/local-cloud/hostile/requests.ts';
import { type Ground, local, makeCloud, poolparty } from '../local-cloud/cloud-ground.ts';

const COUNT = Number(process.env['HOSTILE_REQUESTS'] ?? 400);
let cloud: Ground;

beforeAll(async () => {
  cloud = await makeCloud();
  const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' };
  await cloud.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupName: 'default', ...ssh }));
});
afterAll(() => cloud?.end());

/** The program that a machine runs, in one file. */
async function program(): Promise<string> {
  const entry = 'test/contract/hostile/from-inside.ts';
  const made = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  return made.outputFiles[0]?.text ?? '';
}

async function onMachine(address: string, command: string, input: string): Promise<string> {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  const flags = options.flatMap((option) => ['-o', option]);
  const ssh = spawn('ssh', ['-i', cloud.key, ...flags, `admin@${address}`, command], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  ssh.stdin.end(input);
  const [said, [code]] = await Promise.all([text(ssh.stdout), once(ssh, 'exit')]);
  if (code !== 0) throw new Error(`the machine ended it with ${code}`);
  return said;
}

/** A machine has no key of the cloud's: whatever is signed with one is forged. */
const fromInside = (hostile: Hostile): Hostile => {
  const { signature } = hostile;
  return signature.is === 'key'
    ? { ...hostile, signature: { ...signature, is: 'forged', secret: 'undefined' } }
    : hostile;
};

/** A token is for whoever asks; everything else is for those who have one. */
const isToken = ({ to, method }: Hostile): boolean => to === 'metadata' && method === 'PUT';

test(`${COUNT} hostile requests from inside a machine let nobody in, and neither end nor block the daemon`, async () => {
  const [machine] = await cloud.launch({ ImageId: poolparty });
  const address = machine?.PublicIpAddress ?? '';
  await onMachine(address, 'cat > attack.mjs', await program());
  const { hostname: host, port } = new URL(cloud.endpoints.ec2);
  const api = [host, Number(port)] as const;
  const at = {
    ec2: api,
    sts: api,
    s3: [host, Number(new URL(cloud.endpoints.s3).port)],
    metadata: ['169.254.169.254', 80],
  };
  const requests = hostileRequests(COUNT, 7).map(fromInside);
  const before = await readdir(cloud.home, { recursive: true });

  // Made before anybody looks: to write so much down would hold the looks up, and not the daemon.
  const input = JSON.stringify({ requests, at });
  let slowest = 0;
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const start = performance.now();
      await cloud.ec2.send(new DescribeRegionsCommand({}));
      slowest = Math.max(slowest, performance.now() - start);
    }
  })();
  const said = await onMachine(address, 'node attack.mjs', input).finally(() => {
    isOver = true;
  });
  await looking;

  const answers = JSON.parse(said) as number[][];
  const letIn = requests.flatMap((hostile, index) =>
    !isToken(hostile) && answers[index]?.some((status) => status >= 200 && status < 400)
      ? [{ hostile, answers: answers[index] }]
      : [],
  );
  expect(letIn).toEqual([]);
  expect(answers.flat().length).toBeGreaterThan(COUNT / 3);
  expect(slowest).toBeLessThan(1_000);
  const { pid } = JSON.parse(await local(cloud.home, 'status', '--json')) as Status;
  expect(pid).toBe(cloud.status.pid);
  const health = `curl -s -o /dev/null -w %{http_code} http://${host}:${port}/health`;
  expect(await cloud.ssh(address, health)).toBe('400');
  // The state and its log may change, and nothing else may come or go.
  expect(await readdir(cloud.home, { recursive: true })).toEqual(before);
});
