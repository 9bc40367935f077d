// The local S3 and clients that know nothing of this project: Debian's awscli and python3-boto3, in parts and by URL.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createS3 } from '../../../src/local-cloud/s3/server.ts';
import { fakeCloud } from '../../unit/local-cloud/cloud.fixture.ts';

const exec = promisify(execFile);
let folder: string;
let server: Server;
let endpoint: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'poolparty-s3-clients-'));
  server = createS3(fakeCloud().cloud, path.join(folder, 's3')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const environment = () => ({
  PATH: '/usr/bin:/bin',
  HOME: folder,
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_DEFAULT_REGION: 'us-east-1',
});

async function aws(...words: string[]): Promise<string> {
  const all = ['s3', ...words, '--endpoint-url', endpoint];
  return (await exec('/usr/bin/aws', all, { env: environment() })).stdout.trim();
}

test('foreign 9: awscli copies large files in, within S3 and out, syncs and removes', async () => {
  const file = path.join(folder, 'large');
  await writeFile(file, Buffer.alloc(20 * 1024 ** 2, 'large'));
  await aws('mb', 's3://files');
  await aws('cp', file, 's3://files/a b/large', '--no-progress');
  await aws('mv', 's3://files/a b/large', 's3://files/moved', '--no-progress');
  await aws('cp', 's3://files/moved', `${file}.back`, '--no-progress');
  await exec('cmp', [file, `${file}.back`]);
  await aws('sync', folder, 's3://files/tree', '--exclude', '*', '--include', 'large*', '--no-progress');
  expect((await aws('ls', 's3://files', '--recursive')).match(/\S+$/gm)).toEqual([
    'moved',
    'tree/large',
    'tree/large.back',
  ]);
  await aws('rb', 's3://files', '--force');
  expect(await aws('ls')).toBe('');
}, 60_000);

const PROGRAM = `
import io, sys, boto3, urllib.request
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
config = Config(s3={'addressing_style': 'path'}, signature_version='s3v4')
s3 = boto3.client('s3', endpoint_url=sys.argv[1], config=config)
s3.create_bucket(Bucket='boto')
keys = ['a//b', '../up', 'é', 'tab\\there', 'new\\nline', '+ %20', '\\U0001f600'] + ['k%04d' % n for n in range(1100)]
for key in keys:
    s3.put_object(Bucket='boto', Key=key, Body=key.encode(), Metadata={'n': '1'})
pages = s3.get_paginator('list_objects_v2').paginate(Bucket='boto')
found = [one['Key'] for page in pages for one in page['Contents']]
print(found == sorted(keys, key=lambda key: key.encode()), len(found))
print([s3.get_object(Bucket='boto', Key=key)['Body'].read().decode() == key for key in keys[:7]] == [True] * 7)
data = b'x' * (12 * 1024 ** 2)
s3.upload_fileobj(io.BytesIO(data), 'boto', 'large', Config=TransferConfig(multipart_threshold=5 * 1024 ** 2, multipart_chunksize=5 * 1024 ** 2))
print(s3.head_object(Bucket='boto', Key='large')['ETag'].endswith('-3"'))
url = s3.generate_presigned_url('get_object', Params={'Bucket': 'boto', 'Key': 'large'})
print(urllib.request.urlopen(url).read() == data)
boto3.resource('s3', endpoint_url=sys.argv[1], config=config).Bucket('boto').objects.all().delete()
s3.delete_bucket(Bucket='boto')
print(s3.list_buckets()['Buckets'])
`;

test('foreign 6, 9, 10: boto3 lists, reads, uploads in parts, presigns and deletes', async () => {
  const { stdout } = await exec('/usr/bin/python3', ['-c', PROGRAM, endpoint], { env: environment() });
  expect(stdout).toBe('True 1107\nTrue\nTrue\nTrue\n[]\n');
}, 60_000);
