// What the local S3 grows by while 1 GB goes in, in one body and in parts, and comes out to a slow reader.
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { s3Alone } from './lib/s3-alone.mjs';

const MB = 1024 ** 2;
const WHOLE = 1024 * MB;
const PART = 16 * MB;

/** The most memory the process has had, in MB. */
async function peak(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024;
}

function* zeros(size) {
  const chunk = Buffer.alloc(256 * 1024);
  for (let left = size; left > 0; left -= chunk.length) yield chunk;
}

const body = (size) => Readable.from(zeros(size), { objectMode: false });

async function timed(what, work) {
  const start = performance.now();
  await work();
  console.error(`   ${what}: ${Math.round(WHOLE / MB / ((performance.now() - start) / 1000))} MB/s`);
}

async function inParts(s3, about) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(about));
  const Parts = [];
  for (let PartNumber = 1; PartNumber <= WHOLE / PART; PartNumber += 1) {
    const part = { ...about, UploadId, PartNumber, Body: body(PART), ContentLength: PART };
    Parts.push({ PartNumber, ETag: (await s3.send(new UploadPartCommand(part))).ETag });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...about, UploadId, MultipartUpload: { Parts } }));
}

/** Reads at about 200 MB/s. */
async function slowly(s3, about) {
  const { Body } = await s3.send(new GetObjectCommand(about));
  let size = 0;
  let rested = 0;
  for await (const chunk of Body) {
    size += chunk.length;
    if (size - rested < 10 * MB) continue;
    rested = size;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (size !== WHOLE) throw new Error(`${size} bytes came back of ${WHOLE}`);
}

async function run() {
  const { endpoint, pid, end, ...credentials } = await s3Alone();
  const s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  try {
    await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
    const before = await peak(pid);
    const about = (Key) => ({ Bucket: 'bench', Key });
    await timed('one body', () =>
      s3.send(new PutObjectCommand({ ...about('whole'), Body: body(WHOLE), ContentLength: WHOLE })),
    );
    await timed('in parts of 16 MB', () => inParts(s3, about('parts')));
    await timed('out, to a slow reader', () => slowly(s3, about('parts')));
    return (await peak(pid)) - before;
  } finally {
    await end();
  }
}

export default { name: 'local S3: memory for 1 GB in, in parts, and out', target: 120, unit: 'MB', run };
