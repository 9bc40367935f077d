// An attacker at the ports of the local cloud: nobody is let in, nothing outside the store changes, and it goes on.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hostile, hostileRequests } from './requests.ts';
import { attack } from './send.ts';
import type { Said } from './target.ts';

const COUNT = Number(process.env['HOSTILE_REQUESTS'] ?? 400);
const SEED = Number(process.env['HOSTILE_SEED'] ?? 1);
const AT_ONCE = 32;

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
let folder: string;
let child: ChildProcess;
let ports: NonNullable<Said['ports']>;

const heard = async (): Promise<Said> => ((await once(child, 'message')) as [Said])[0];

/** Beside the store, in the folder around it, and in the home's: files that are nobody's business. */
const CANARIES = ['canary/keep.txt', 'canary/sub/keep.txt', 'home/state.json', 'home/store/beside.txt'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolparty-hostile-'));
  for (const name of CANARIES) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), `content of ${name}`);
  }
  const store = join(folder, 'home/store/s3');
  await mkdir(store);
  child = fork(join(import.meta.dirname, 'target.ts'), [store], { execArgv: ['--import', 'tsx'] });
  ports = (await heard()).ports as typeof ports;
  const endpoint = `http://127.0.0.1:${ports.s3}`;
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'content' }));
  s3.destroy();
}, 60_000);

afterAll(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill();
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

/** Every file outside the store, with what is in it. */
async function outside(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inStore = join(folder, 'home/store/s3');
  const paths = entries.map((one) => [one, join(one.parentPath, one.name)] as const);
  const told = paths
    .filter(([, path]) => path !== inStore && !path.startsWith(`${inStore}/`))
    .map(async ([entry, path]) => {
      const content = entry.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
        : 'folder';
      return `${path} ${content}`;
    });
  return (await Promise.all(told)).sort();
}

const portOf = ({ to }: Hostile): number =>
  to === 's3' ? ports.s3 : to === 'metadata' ? ports.metadata : ports.api;

/** Signed with the key, and answered by whatever is behind the door. */
const isBehind = ({ to, signature }: Hostile, statuses: readonly number[]): boolean =>
  to !== 'metadata' && signature.is === 'key' && statuses.some((status) => status !== 401 && status !== 403);

/** Whoever has no key is answered with what he asked for. */
const isLetIn = ({ to, signature }: Hostile, statuses: readonly number[]): boolean =>
  (to === 'metadata' || signature.is !== 'key') && statuses.some((status) => status >= 200 && status < 400);

test(
  `${COUNT} hostile requests let nobody in, change nothing outside, and end or block nothing`,
  async () => {
    const before = await outside();
    const limit = pLimit(AT_ONCE);
    const letIn: unknown[] = [];
    const seen = new Map<number, number>();
    let behind = 0;
    await Promise.all(
      hostileRequests(COUNT, SEED).map((hostile) =>
        limit(async () => {
          const statuses = await attack(hostile, '127.0.0.1', portOf(hostile));
          for (const status of statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
          if (isBehind(hostile, statuses)) behind += 1;
          if (isLetIn(hostile, statuses)) letIn.push([hostile, statuses]);
        }),
      ),
    );
    expect(letIn).toEqual([]);
    expect(await outside()).toEqual(before);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    const ec2 = new EC2Client({
      endpoint: `http://127.0.0.1:${ports.api}`,
      region: 'us-east-1',
      credentials,
    });
    expect((await ec2.send(new DescribeRegionsCommand({}))).Regions).toHaveLength(1);
    ec2.destroy();
    child.send('how long?');
    expect((await heard()).stoodStill).toBeLessThan(1_000);
    // Requests that all fail at the door would prove nothing of what is behind it.
    expect(behind).toBeGreaterThan(COUNT / 10);
    expect(seen.get(200) ?? 0).toBeGreaterThan(COUNT / 100);
    expect([...seen].filter(([status]) => status >= 500 && status !== 501)).toEqual([]);
  },
  60_000 + COUNT * 60,
);
