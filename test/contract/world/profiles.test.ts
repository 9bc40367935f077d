// The commands as they are built find their credentials where the SDK's own chain does: each way once, with its key.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ofEc2, ofSts } from '../true-answers.ts';

const exec = promisify(execFile);
const REPOSITORY = new URL('../../..', import.meta.url).pathname;
const LATER = new Date(Date.now() + 3_600_000).toISOString();

let folder: string;
let server: Server;
let url: string;
/** The access key of each call of EC2. */
const keys = new Set<string>();

const roleXml = (action: string, key: string) =>
  ofSts(
    action,
    `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${LATER}</Expiration></Credentials>`,
  );

function answer(request: IncomingMessage, action: string): string {
  if (request.url?.startsWith('/federation/credentials'))
    return JSON.stringify({
      roleCredentials: {
        accessKeyId: 'KEYOFSSO',
        secretAccessKey: 's',
        sessionToken: 't',
        expiration: Date.parse(LATER),
      },
    });
  if (action === 'AssumeRole') return roleXml(action, 'KEYOFROLE');
  if (action === 'AssumeRoleWithWebIdentity') return roleXml(action, 'KEYOFWEB');
  keys.add(/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'none');
  return action === 'GetCallerIdentity' ? ofSts(action, '<Account>1</Account>') : ofEc2(action);
}

const CONFIG = (home: string) => `
[profile static]
region = eu-west-1
[profile process]
region = eu-west-1
credential_process = printf '{"Version":1,"AccessKeyId":"KEYOFPROCESS","SecretAccessKey":"s"}'
[profile role]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/party
source_profile = static
[profile web]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/party
web_identity_token_file = ${home}/token
[sso-session work]
sso_region = eu-west-1
sso_start_url = https://example.com/start
[profile sso]
region = eu-west-1
sso_session = work
sso_account_id = 123456789012
sso_role_name = party
[sso-session old]
sso_region = eu-west-1
sso_start_url = https://example.com/old
[profile expired]
region = eu-west-1
sso_session = old
sso_account_id = 123456789012
sso_role_name = party
[profile nothing]
region = eu-west-1
`;

async function writeHome(home: string): Promise<void> {
  const aws = join(home, '.aws');
  const cache = join(aws, 'sso', 'cache');
  const session = (name: string, expiresAt: string) =>
    writeFile(
      join(cache, `${createHash('sha1').update(name).digest('hex')}.json`),
      JSON.stringify({ accessToken: 'token', expiresAt }),
    );
  await mkdir(cache, { recursive: true });
  await writeFile(join(aws, 'config'), CONFIG(home));
  await writeFile(
    join(aws, 'credentials'),
    '[static]\naws_access_key_id = KEYOFSTATIC\naws_secret_access_key = s\n',
  );
  await writeFile(join(home, 'token'), 'a.web.token');
  await session('work', LATER);
  await session('old', '2020-01-01T00:00:00Z');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolparty-profiles-'));
  await writeHome(folder);
  await exec(process.execPath, ['scripts/build.mjs', join(folder, 'dist')], { cwd: REPOSITORY });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  server = createServer(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    if (request.url?.startsWith('/federation')) response.setHeader('content-type', 'application/json');
    response.end(answer(request, action));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => keys.clear());
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `pool list`, or another word, as it is built, with nothing of this process's own environment. */
async function list(env: Record<string, string>, word = 'list'): Promise<Ended> {
  const words = [join(folder, 'dist', 'pool.js'), word];
  const endpoints = { AWS_ENDPOINT_URL_EC2: url, AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL_SSO: url };
  const all = { PATH: process.env['PATH'] ?? '', HOME: folder, POOL_NAME: 'party', ...endpoints, ...env };
  return await exec(process.execPath, words, { cwd: folder, env: all }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

test.for([
  ['static', 'KEYOFSTATIC'],
  ['process', 'KEYOFPROCESS'],
  ['role', 'KEYOFROLE'],
  ['web', 'KEYOFWEB'],
  ['sso', 'KEYOFSSO'],
])('a profile by %s', async ([profile = '', key]) => {
  expect(await list({ POOL_AWS_PROFILE: profile })).toMatchObject({
    code: 0,
    stdout: 'Cloud is not running\n',
    stderr: '',
  });
  expect([...keys]).toEqual([key]);
});

test('AWS_PROFILE means the same, and aws_profile goes before it and before keys in the environment', async () => {
  await list({ AWS_PROFILE: 'process' });
  expect([...keys]).toEqual(['KEYOFPROCESS']);
  keys.clear();
  const env = { AWS_ACCESS_KEY_ID: 'KEYOFENV', AWS_SECRET_ACCESS_KEY: 's', AWS_PROFILE: 'process' };
  expect(await list({ ...env, POOL_AWS_PROFILE: 'static' })).toMatchObject({ code: 0, stderr: '' });
  expect([...keys]).toEqual(['KEYOFSTATIC']);
});

test('pool doctor asks with the credentials and in the region that the other commands have', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'KEYOFENV', AWS_SECRET_ACCESS_KEY: 's', POOL_AWS_PROFILE: 'static' };
  const { stdout } = await list(env, 'doctor');
  expect(stdout).toMatch(/permissions/);
  expect(stdout).not.toMatch(/no AWS region/);
  await list({ ...env, AWS_REGION: 'eu-west-1' }, 'doctor');
  // Its question for the time is signed by nobody.
  expect([...keys].filter((key) => key !== 'none')).toEqual(['KEYOFSTATIC']);
});

test.for(['POOL_AWS_PROFILE', 'AWS_PROFILE'])('a profile that is absent, by %s', async (name) => {
  const { code, stdout, stderr } = await list({ [name]: 'nobody' });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    'pool: there is no AWS profile "nobody": ~/.aws has expired, nothing, process, role, sso, static, web; set aws_profile (or AWS_PROFILE) to one that there is, or make it: aws configure --profile nobody\n',
  );
});

test('a profile without credentials', async () => {
  const { code, stderr } = await list({ POOL_AWS_PROFILE: 'nothing' });
  expect([code, stderr]).toEqual([
    1,
    'pool: the AWS profile "nothing" gives no credentials: it names none; mend it in ~/.aws/config\n',
  ]);
});

test('an SSO session whose time is over', async () => {
  const { code, stderr } = await list({ POOL_AWS_PROFILE: 'expired' });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^pool: the AWS profile "expired" gives no credentials: .*; log in: aws sso login --profile expired\n$/,
  );
});

test('row 28: nobody asks the metadata service on a machine that is not on EC2', async () => {
  const began = Date.now();
  const { stderr } = await list({ AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_SERVICE_ENDPOINT: url });
  expect(stderr).toMatch(/^pool: no AWS credentials: /);
  expect([[...keys], Date.now() - began < 5_000]).toEqual([[], true]);
});
