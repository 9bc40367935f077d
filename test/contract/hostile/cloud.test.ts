// An attacker inside a machine of the pool, with what the machine has: nobody is let in, and the daemon goes on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeInstanceStatusCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Status } from '../../../src/local-cloud/words/status.ts';
import { contentsOf } from '../../unit/local-cloud/hostile/files.ts';
import { type Kept, type Places, troubleOf } from '../../unit/local-cloud/hostile/good.ts';
import { isLetIn } from '../../unit/local-cloud/hostile/judge.ts';
import { type Hostile, hostileRequests } from '../../unit/local-cloud/hostile/requests.ts';
import { type Ground, local, makeCloud, poolparty } from '../local-cloud/cloud-ground.ts';
import type { Answered, Asked } from './from-inside.ts';

const COUNT = Number(process.env['HOSTILE_REQUESTS'] ?? 400);
const GOOD_EVERY = 8;
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
function fromInside(hostile: Hostile): Hostile {
  const { accessKeyId, is, header } = hostile.signature;
  return is === 'none'
    ? hostile
    : { ...hostile, signature: { is: 'forged', accessKeyId, secret: 'undefined', header } };
}

/** A tagged instance and an object, which all of the requests leave as they are. */
async function keep(): Promise<{ address: string; kept: Kept }> {
  const Tags = [{ Key: 'is', Value: 'kept' }];
  const [machine] = await cloud.launch({
    ImageId: poolparty,
    TagSpecifications: [{ ResourceType: 'instance', Tags }],
  });
  const endpoint = cloud.endpoints.s3;
  const s3 = new S3Client({
    ...{ endpoint, region: 'us-east-1', credentials: cloud.credentials, forcePathStyle: true },
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'key', Body: 'content' }));
  s3.destroy();
  const { accessKeyId, secretAccessKey: secret } = cloud.credentials;
  const kept: Kept = {
    ...{ accessKeyId, secret, instance: machine?.InstanceId ?? '', tag: 'kept' },
    ...{ bucket: 'kept', key: 'key', content: 'content' },
  };
  return { address: machine?.PublicIpAddress ?? '', kept };
}

/** Its checks pass some time after it runs, which is a change of the state. */
const isWell = async (instance: string): Promise<void> =>
  vi.waitFor(
    async () => {
      const wish = new DescribeInstanceStatusCommand({ InstanceIds: [instance] });
      const { InstanceStatuses } = await cloud.ec2.send(wish);
      expect(InstanceStatuses?.[0]?.InstanceStatus?.Status).toBe('ok');
    },
    { timeout: 60_000, interval: 100 },
  );

/** All that the cloud holds but its log, in which it may write what it likes. */
const holdings = (): Promise<Record<string, string>> =>
  contentsOf(cloud.home, (name) => name.endsWith('.log'));

function places(): Places {
  const { hostname: host, port } = new URL(cloud.endpoints.ec2);
  const api = [host, Number(port)] as const;
  const s3 = [host, Number(new URL(cloud.endpoints.s3).port)] as const;
  return { ec2: api, sts: api, s3, metadata: ['169.254.169.254', 80] };
}

/** Asks from outside, one request after the other, until the work is over; tells what was wrong. */
async function askedMeanwhile(work: Promise<unknown>, kept: Kept): Promise<string[]> {
  const { metadata: _, ...at } = places();
  const troubles: string[] = [];
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  work.then(end, end);
  for (let number = 0; !isOver; number++) {
    const trouble = await troubleOf(number, kept, at);
    if (trouble !== undefined) troubles.push(trouble);
  }
  return troubles;
}

test(
  `${COUNT} hostile requests from inside a machine let nobody in, change nothing, and keep nobody waiting`,
  async () => {
    const { address, kept } = await keep();
    await onMachine(address, 'cat > attack.mjs', await program());
    await isWell(kept.instance);
    const requests = hostileRequests(COUNT, 7, kept.instance).map(fromInside);
    // The machine is not to have the key in its memory.
    const withoutKey = { ...kept, accessKeyId: '', secret: '' };
    const asked: Asked = { requests, at: places(), kept: withoutKey, goodEvery: GOOD_EVERY };
    // Made before anybody looks: to write so much down would hold the looks up, and not the daemon.
    const input = JSON.stringify(asked);
    const before = await holdings();

    const attack = onMachine(address, 'node attack.mjs', input);
    expect(await askedMeanwhile(attack, kept)).toEqual([]);
    const { answers, good, troubles } = JSON.parse(await attack) as Answered;

    expect(troubles).toEqual([]);
    expect(good).toBe(Math.ceil(requests.length / GOOD_EVERY));
    const letIn = requests.flatMap((hostile, index) =>
      isLetIn(hostile, answers[index] ?? []) ? [{ hostile, answers: answers[index] }] : [],
    );
    expect(letIn).toEqual([]);
    expect(answers.flat().length).toBeGreaterThan(COUNT / 3);
    expect(answers.flat().filter((status) => status >= 500 && status !== 501)).toEqual([]);
    const { pid } = JSON.parse(await local(cloud.home, 'status', '--json')) as Status;
    expect(pid).toBe(cloud.status.pid);
    const [host, port] = places().ec2;
    const health = `curl -s -o /dev/null -w %{http_code} http://${host}:${port}/health`;
    expect(await cloud.ssh(address, health)).toBe('400');
    expect(await holdings()).toEqual(before);
  },
  180_000 + COUNT * 60,
);

/** Hears one message within so many ms, and says it; or says that there was none. */
const listening = (ms: number): string => `node -e '
  const socket = require("node:dgram").createSocket("udp4").bind(5000);
  const end = (text) => { console.log(text); process.exit(); };
  socket.on("message", (text) => end("heard " + text));
  setTimeout(() => end("heard nothing"), ${ms});'`;
/** Says it ten times a second, for three seconds. */
const saying = (from: string, to: string, text: string): string => `node -e '
  const socket = require("node:dgram").createSocket("udp4").bind(0, "${from}");
  setInterval(() => socket.send("${text}", 5000, "${to}", () => {}), 100);
  setTimeout(() => process.exit(), 3_000);'`;

test('a machine that takes the address of another is let in nowhere for it, and asks metadata for nobody else', async () => {
  const wish = { GroupName: 'inner', Description: 'hears its members alone' };
  const { GroupId = '' } = await cloud.ec2.send(new CreateSecurityGroupCommand(wish));
  const within = { IpProtocol: 'udp', FromPort: 5000, ToPort: 5000, UserIdGroupPairs: [{ GroupId }] };
  const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  await cloud.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [within, ssh] }));
  const members = { ImageId: poolparty, MinCount: 2, MaxCount: 2, SecurityGroupIds: [GroupId] };
  const [[intruder], [hearer, member]] = await Promise.all([
    cloud.launch({ ImageId: poolparty }),
    cloud.launch(members),
  ]);
  const at = (one: Instance | undefined) => ({
    out: one?.PublicIpAddress ?? '',
    in: one?.PrivateIpAddress ?? '',
  });
  const [stranger, here, friend] = [at(intruder), at(hearer), at(member)];
  await cloud.ssh(stranger.out, `sudo ip address add ${friend.in}/32 dev eth0`);

  const heard = async (ms: number, from: string, text: string): Promise<string> => {
    const talk = cloud.ssh(from, saying(friend.in, here.in, text));
    return (await Promise.all([cloud.ssh(here.out, listening(ms)), talk]))[0];
  };
  expect(await heard(2_000, stranger.out, 'from a stranger')).toBe('heard nothing\n');
  // The same from the member itself is heard, so that the silence above says something.
  expect(await heard(20_000, friend.out, 'from a member')).toBe('heard from a member\n');

  const curl = `curl -s -m 2 --interface ${friend.in} -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 60'`;
  const token = await cloud.ssh(stranger.out, `${curl} http://169.254.169.254/latest/api/token || echo none`);
  expect(token).toBe('none\n');
});
