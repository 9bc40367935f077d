// What goes wrong before anything is touched: one line with the way out, code 2, and the account as before.
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { holdings } from './ground/clients.ts';
import { ec2Of } from './ground/cloud.ts';
import { party } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const parties: ReturnType<typeof party>[] = [];
let folder: string;
let deaf: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(cloud.home, 'mistakes-'));
  await copyFile(join(cloud.home, '.ec2', 'deck'), join(folder, 'deck'));
  await chmod(join(folder, 'deck'), 0o644);
  // It takes the connection and never answers.
  deaf = createServer().listen(0, '127.0.0.1');
});
afterEach(async () => {
  const nothing = { instances: [], addresses: [], groups: [] };
  for (const { name } of parties) expect(await holdings(ec2, name)).toEqual(nothing);
});
afterAll(async () => {
  deaf.close();
  await Promise.all(parties.map((pool) => pool.end()));
  ec2.destroy();
});

/** What `pool start` with these settings says: it must be one line on stderr and nothing else, with code 2. */
async function refusal(settings: Record<string, string | undefined>): Promise<string> {
  const wrong = party(cloud, 'wrong', settings);
  parties.push(wrong);
  const { code, stdout, stderr } = await wrong.pool('start');
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect([code, stdout]).toEqual([2, '']);
  return stderr;
}

const closed = 'http://127.0.0.1:9';

test.each([
  ['a local cloud that is down', { AWS_ENDPOINT_URL_EC2: closed }, 'is the local cloud up? (pool local up)'],
  ['a wrong AWS key', { AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONG0' }, 'check AWS_ACCESS_KEY_ID'],
  ['a wrong AWS secret', { AWS_SECRET_ACCESS_KEY: 'wrong' }, 'check AWS_SECRET_ACCESS_KEY'],
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    'no AWS credentials',
  ],
  ['an unknown image', { POOL_AMI: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound'],
  [
    'an unknown name of an image',
    { POOL_AMI: 'windows-95' },
    'no image "windows-95" in this region: set ami',
  ],
  [
    'a key pair that EC2 does not know',
    { KEYPAIR_NAME: 'nobody', POOL_KEYPAIR_PATH: '~/.ec2/deck' },
    'no key pair "nobody"',
  ],
  ['row 29: a private key that is not there', { KEYPAIR_NAME: 'absent' }, '.ec2/absent'],
  ['a zone that is not there', { POOL_ZONES: 'us-east-1z' }, 'no subnet for us-east-1z'],
  ['a region without the type', { POOL_SIZE: 't9.enormous' }, 'this region has no instance type t9.enormous'],
  [
    'a type of another architecture than any image',
    { POOL_SIZE: 't4g.small' },
    'for x86_64, and t4g.small for arm64; set ami or size',
  ],
  [
    'a zone without the type',
    { POOL_SIZE: 't2.micro', POOL_ZONES: 'us-east-1c' },
    'us-east-1c has no t2.micro, which us-east-1a, us-east-1b of this region offers',
  ],
  ['a volume smaller than its image', { POOL_VOLUME_SIZE: '4' }, 'less than the 8 GiB of the image'],
  ['an unknown profile', { POOL_INSTANCE_PROFILE: 'nobodys' }, '(nobodys)'],
  ['user_data that is too long', { POOL_USER_DATA: '#'.repeat(20_000) }, 'user_data is too long: '],
  ['min above max', { POOL_MINIMUM_INSTANCES: '9' }, 'is more than maximum_instances 4'],
])('%s', async (_what, settings, way) => {
  expect(await refusal(settings)).toContain(way);
});

test('a private key that others may read', async () => {
  expect(await refusal({ POOL_KEYPAIR_PATH: join(folder, 'deck') })).toContain('chmod 600');
});

test('an app whose folder is not there', async () => {
  const CONFIG_FILE = join(folder, 'no-app.yml');
  await writeFile(CONFIG_FILE, 'app: { source: absent, command: "true" }\n');
  expect(await refusal({ CONFIG_FILE })).toContain(`app.source ${join(folder, 'absent')} does not exist`);
});

test('no pool.yml, and none named', async () => {
  const nowhere = party(cloud, 'nowhere', { CONFIG_FILE: undefined, POOL_NAME: undefined });
  const { code, stderr } = await nowhere.pool('start');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^pool: there is no pool\.yml here; .*\n$/);
});

test('an endpoint that takes the connection and never answers is left after Ctrl-C', async () => {
  const { port } = deaf.address() as AddressInfo;
  const wrong = party(cloud, 'deaf', { AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${port}` });
  const { child, ended } = wrong.begin('pool', ['start']);
  await once(deaf, 'connection');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stdout: '' });
});
