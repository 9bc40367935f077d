// Our requests and the local cloud's answers, judged by AWS's own service model as Debian's botocore ships it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ACTIONS } from '../../../src/local-cloud/actions/index.ts';
import { recorder } from '../../../src/local-cloud/api/record.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../src/world/ec2.ts';
import type { Cloud } from '../../../src/world/world.ts';
import { servedCloud } from '../local-cloud/cloud.fixture.ts';
import { everyAction } from './every-action.ts';
import { ownCalls } from './own-calls.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJkrHyKeAUi/V0202L4UsMxhT4Nq17wS+Rp+mSbs7xfd tester';
const folder = mkdtempSync(join(tmpdir(), 'poolparty-recorded-'));
const fileOf = (name: string) => join(folder, `${name}.jsonl`);
const settings = { ...defaultsIn('/party'), region: 'us-east-1' };
const called = new Set<string>();

/** Debian's own Python: botocore is a package of its, whatever else stands in the PATH. */
const check = (file: string) =>
  spawnSync('/usr/bin/python3', ['test/outside/check.py', file], { encoding: 'utf8' });

/** The cloud, counting its verbs. */
const counted = (cloud: Cloud): Cloud =>
  new Proxy(cloud, {
    get(target, verb) {
      called.add(String(verb));
      return Reflect.get(target, verb);
    },
  });

async function record(name: string, act: (served: Awaited<ReturnType<typeof servedCloud>>) => Promise<void>) {
  const served = await servedCloud({}, recorder(fileOf(name)));
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', served.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  try {
    const key = Buffer.from(KEY);
    await served.ec2.send(new ImportKeyPairCommand({ KeyName: 'poolparty', PublicKeyMaterial: key }));
    await act(served);
  } finally {
    served.close();
  }
}

beforeAll(async () => {
  await record('own', async () => {
    const cloud = createCloud(settings, process.env);
    await ownCalls(counted(cloud), ({ ip }) => createCloud({ ...settings, public_ip: ip }, process.env));
  });
  await record('every', ({ ec2, endpoint }) => everyAction(ec2, endpoint));
}, 30_000);
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

const actionsIn = (name: string): Set<string> =>
  new Set(
    readFileSync(fileOf(name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => new URLSearchParams(JSON.parse(line).request).get('Action') ?? ''),
  );

/** The operations that our own source sends. */
function sent(): readonly string[] {
  const sources = readdirSync('src/world/ec2').map((name) => readFileSync(`src/world/ec2/${name}`, 'utf8'));
  const names = sources.flatMap((text) => [...text.matchAll(/\bnew (\w+)Command\(|\bpaginate(\w+)\(/g)]);
  return names.map(([, command, page]) => command ?? page ?? '');
}

test('row 36: what every verb of ours sends is as the service model has it, and so are the answers', () => {
  const { stdout, stderr, status } = check(fileOf('own'));
  expect(stderr + stdout).toMatch(/^botocore 1\.\d+\.\d+: \d+ exchanges of \d+ actions, 0 wrong\n/);
  expect(status).toBe(0);
});

test('the recording has every operation that our source sends, by every verb: add what is new to own-calls.ts', () => {
  expect([...new Set(sent())].filter((name) => !actionsIn('own').has(name))).toEqual([]);
  /** Those of S3 are no forms. */
  const isOfS3 = (verb: string): boolean => /bucket|object/i.test(verb);
  const verbs = Object.keys(createCloud(settings, process.env)).filter((verb) => !isOfS3(verb));
  expect(verbs.filter((verb) => !called.has(verb))).toEqual([]);
});

test('every action of the local cloud answers as the service model has it: add what is new to every-action.ts', () => {
  const { stdout, stderr, status } = check(fileOf('every'));
  expect(stderr + stdout).toMatch(/^botocore 1\.\d+\.\d+: \d+ exchanges of \d+ actions, 0 wrong\n/);
  expect(status).toBe(0);
  const all = [...ACTIONS.ec2.keys(), ...ACTIONS.sts.keys()];
  const seen = actionsIn('every');
  expect(all.filter((name) => !seen.has(name) && !actionsIn('own').has(name))).toEqual([]);
});

test('row 27: the recording is for its owner alone, and holds neither signature nor private key', async () => {
  const text = readFileSync(fileOf('every'), 'utf8');
  expect(statSync(fileOf('every')).mode & 0o777).toBe(0o600);
  expect(text).toContain('<keyMaterial>left out</keyMaterial>');
  expect(text).not.toMatch(/PRIVATE KEY|X-Amz-Signature|AWS4-HMAC|Credential=/);
});
