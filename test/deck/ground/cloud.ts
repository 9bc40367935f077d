// A local cloud of the suite's own: in a folder of its own, with a key pair, and what makes the commands use it.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EC2Client, ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import type { Status } from '../../../src/local-cloud/words/status.ts';
import { speak } from './command.ts';
import { recordingIn } from './recording.ts';

const exec = promisify(execFile);
const KEYPAIR = 'deck';
// The SDK warns on every start under Node 20, which we support on purpose; this is its own switch.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Plain data: it goes from the set-up to the processes that run the tests. */
export interface CloudGround {
  /** The installed package. */
  readonly pack: string;
  /** The home of the user who speaks the words. */
  readonly home: string;
  /** The cloud's state folder. */
  readonly state: string;
  readonly address: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  /** The seed of the standard mix of faults that it is under; undefined: all is well. */
  readonly seed?: string;
}

const withoutCloud = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(AWS|POOL|KEYPAIR|EC2|CONFIG|NO_COLOR|FORCE_COLOR)/.test(name),
    ),
  ) as Record<string, string>;

/** `pool local …` for the cloud in `state`. Throws where it does not end well. */
export async function local(pack: string, home: string, state: string, ...words: readonly string[]) {
  const env = { ...withoutCloud(), HOME: home, POOLPARTY_LOCAL_RECORD: recordingIn(home) };
  const options = { env, cwd: home, limit: 290_000 };
  const bin = join(pack, 'bin', 'pool');
  const said = await speak(process.execPath, [bin, 'local', ...words, '--home', state], options);
  if (said.code !== 0) throw new Error(`pool local ${words.join(' ')}: code ${said.code}: ${said.stderr}`);
  return said.stdout;
}

const environment = (home: string, status: Status): Record<string, string> => ({
  ...withoutCloud(),
  HOME: home,
  AWS_ACCESS_KEY_ID: status.access_key_id ?? '',
  AWS_SECRET_ACCESS_KEY: status.secret_access_key ?? '',
  AWS_REGION: status.region,
  AWS_ENDPOINT_URL_EC2: status.endpoints?.ec2 ?? '',
  AWS_ENDPOINT_URL_S3: status.endpoints?.s3 ?? '',
  AWS_ENDPOINT_URL_STS: status.endpoints?.sts ?? '',
  POOL_AMI: 'poolparty',
  POOL_INSTANCE_PROFILE: 'poolparty',
  KEYPAIR_NAME: KEYPAIR,
  EC2_HOME: join(home, '.ec2'),
});

/** The SDK's client for a cloud of ours; no fault strikes it, so that it sees what is so. */
export const ec2Of = ({ env }: Pick<CloudGround, 'env'>): EC2Client =>
  new EC2Client({
    endpoint: env['AWS_ENDPOINT_URL_EC2'] ?? '',
    region: env['AWS_REGION'] ?? '',
    customUserAgent: 'poolparty-observer',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });

async function makeKey(home: string, env: Readonly<Record<string, string>>): Promise<void> {
  const key = join(home, '.ec2', KEYPAIR);
  await mkdir(join(home, '.ec2'), { mode: 0o700 });
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const ec2 = ec2Of({ env });
  const PublicKeyMaterial = await readFile(`${key}.pub`);
  await ec2.send(new ImportKeyPairCommand({ KeyName: KEYPAIR, PublicKeyMaterial }));
  ec2.destroy();
}

/** Brings a cloud up for a user of its own; what was made is removed where that fails. With a seed it misbehaves. */
export async function makeCloud(pack: string, seed?: string): Promise<CloudGround> {
  const home = await mkdtemp(join(tmpdir(), 'poolparty-deck-home-'));
  const state = join(home, 'cloud');
  try {
    await local(pack, home, state, 'up');
    const status = JSON.parse(await local(pack, home, state, 'status', '--json')) as Status;
    const env = environment(home, status);
    await makeKey(home, env);
    if (seed) await local(pack, home, state, 'fault', 'mix', '--seed', seed);
    const ground = { pack, home, state, address: status.address ?? '', pid: status.pid ?? 0, env };
    return seed ? { ...ground, seed } : ground;
  } catch (error) {
    await removeCloud({ pack, home, state });
    throw error;
  }
}

/** Takes the cloud down with everything in it. */
export async function removeCloud({ pack, home, state }: Pick<CloudGround, 'pack' | 'home' | 'state'>) {
  await local(pack, home, state, 'down');
  await rm(home, { recursive: true, force: true });
}
