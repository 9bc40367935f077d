// What is wrong before a start: one line with the way out, code 2, and nothing was touched.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../../../../src/local-cloud/model/key-pairs.ts';
import { explain } from '../../../../src/world/ec2/errors.ts';
import { createFiles } from '../../../../src/world/files.ts';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { SUBNETS } from '../../fakes/offers.ts';
import { party } from './party.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolparty-keys-'));
  await writeFile(join(folder, 'open'), (await makeKey('ed25519', 'test')).privateKey, { mode: 0o600 });
  await chmod(join(folder, 'open'), 0o640);
});
afterAll(() => rm(folder, { recursive: true }));

/** A private key in the real file system. */
const key = (name: string) => (outside: FakeOutside) => {
  outside.disk.checkPrivateKey = createFiles(folder).checkPrivateKey;
  outside.env = { ...outside.env, POOL_KEYPAIR_PATH: join(folder, name) };
};

const yml = (text: string) => (outside: FakeOutside) =>
  void outside.texts.set('/home/tester/party/pool.yml', text);

const unset =
  (...names: readonly string[]) =>
  (outside: FakeOutside) => {
    outside.env = { ...outside.env, ...Object.fromEntries(names.map((name) => [name, undefined])) };
  };

const ec2Says = (error: Error) => (outside: FakeOutside) => void outside.ec2.nextError.set('look', error);
const nobody = (endpoint?: string) =>
  explain('DescribeInstances', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), endpoint);
const nothing = () => undefined;

type Case = readonly [what: string, prepare: (outside: FakeOutside) => void, line: RegExp, words?: string];

const CASES: readonly Case[] = [
  [
    'no pool.yml where one is needed',
    (outside) => {
      outside.texts.clear();
      unset('POOL_NAME')(outside);
    },
    /there is no pool\.yml here; .*-c FILE/,
  ],
  ['a file of -c that is absent', nothing, /no\.yml: there is no such file/, 'pool start -c no.yml'],
  ['an unknown key', yml('minimum_instance: 2\n'), /pool\.yml:1: .*minimum_instance\b.*minimum_instances/],
  ['a wrong type', yml('minimum_instances: many\n'), /pool\.yml:1: .*minimum_instances/],
  ['min > max', yml('minimum_instances: 5\n'), /minimum_instances 5 is more than maximum_instances 4/],
  ['a port taken twice', yml('client_port: 80\n'), /host_port and client_port are both 80/],
  [
    'a template with an unknown placeholder',
    (outside) => {
      const { template } = outside.disk;
      outside.disk.template = async (name) =>
        name === 'haproxy.cfg' ? 'bind *:{{hots_port}}\n' : await template(name);
    },
    /templates\/haproxy\.cfg: unknown placeholder "hots_port" at 1:.*host_port/,
  ],
  [
    'a name in app.env that is none',
    yml('app:\n  source: app\n  command: run\n  health: /\n  env:\n    "MY VAR": "1"\n'),
    /app\.env.*MY VAR/,
  ],
  [
    'row 29: an absent private key',
    key('none'),
    /no private key at \S+none: set keypair_path, or run npm run dev:setup/,
  ],
  [
    'row 29: a private key that others can read',
    key('open'),
    /the private key \S+open can be read by others; mend it: chmod 600/,
  ],
  ['no key pair named', unset('KEYPAIR_NAME'), /no key pair: set keypair/],
  [
    'a key pair that EC2 does not have',
    (outside) => outside.ec2.keypairs.clear(),
    /EC2 has no key pair "poolparty" in this region; run npm run dev:setup/,
  ],
  [
    'an app source that is absent',
    (outside) => {
      outside.disk.exists = async () => false;
    },
    /app\.source \S+ does not exist; name the folder/,
  ],
  [
    'no credentials',
    ec2Says(
      explain(
        'DescribeInstances',
        Object.assign(new Error('Could not load credentials from any providers'), {
          name: 'CredentialsProviderError',
        }),
        undefined,
      ),
    ),
    /no AWS credentials: source ~\/\.pool_keys/,
  ],
  [
    'a local cloud that is not up',
    ec2Says(nobody('http://198.18.0.1:4566')),
    /EC2 at http:\/\/198\.18\.0\.1:4566 does not answer \(ECONNREFUSED\); is the local cloud up\? \(pool local up\)/,
  ],
  [
    'an AWS that does not answer',
    ec2Says(nobody()),
    /EC2 at its public address does not answer \(ECONNREFUSED\); check the network/,
  ],
  [
    'a wrong AWS key',
    ec2Says(
      refusal(
        'DescribeInstances',
        'AuthFailure',
        'AWS was not able to validate the provided access credentials',
      ),
    ),
    /AuthFailure: .*; check AWS_ACCESS_KEY_ID/,
  ],
  [
    'an unknown AMI by name',
    nothing,
    /no image "nothing" in this region: set ami/,
    'pool start --ami nothing',
  ],
  [
    'an unknown AMI by id',
    nothing,
    /InvalidAMIID\.NotFound: .*; set ami to one of this region/,
    'pool start --ami ami-12345678',
  ],
  [
    'a region without the type',
    nothing,
    /this region has no instance type t9\.enormous; set size to one that it has/,
    'pool start --size t9.enormous',
  ],
  [
    'a region without the second of the types',
    nothing,
    /no instance type t9\.enormous/,
    'pool start --size t3.small,t9.enormous',
  ],
  [
    'types of two architectures',
    nothing,
    /one image, and t3\.small is x86_64, t4g\.small is arm64; set size to types of one architecture/,
    'pool start --size t3.small,t4g.small',
  ],
  [
    'a type of another architecture than the image',
    nothing,
    /the image debian-12 is for x86_64, and t4g\.small for arm64; set ami or size so that they fit/,
    'pool start --size t4g.small',
  ],
  [
    'zones without the type',
    (outside) => void outside.ec2.notOffered.add('t3.small us-east-1b'),
    /us-east-1b has no t3\.small, which us-east-1a, us-east-1c of this region offers; set zones/,
    'pool start --zones us-east-1b',
  ],
  [
    'a zone that does not exist',
    nothing,
    /no subnet for us-east-1z; the default subnets of this region are in us-east-1a, us-east-1b, us-east-1c: set zones/,
    'pool start --zones us-east-1a,us-east-1z',
  ],
  [
    'a region without default subnets',
    (outside) => {
      outside.ec2.offeredSubnets = [];
    },
    /no default subnet in this region: set subnets/,
  ],
  [
    'subnets of two VPCs',
    (outside) => {
      outside.ec2.offeredSubnets = SUBNETS.map((one, at) => ({ ...one, vpcId: `vpc-${at}` }));
    },
    /one VPC, and subnet-0 is of vpc-0, subnet-1 of vpc-1; set subnets to those of one/,
    'pool start --subnets subnet-0,subnet-1',
  ],
  [
    'subnets without free addresses',
    (outside) => {
      outside.ec2.offeredSubnets = SUBNETS.map((one) => ({ ...one, free: 0 }));
    },
    /subnet-0, subnet-1, subnet-2: no free addresses for 3 instances; set subnets/,
  ],
  [
    'row 29: a key pair whose key is another than ours',
    (outside) => {
      outside.ec2.fingerprint = 'SHA256:anothers=';
    },
    /EC2's key pair "poolparty" \(SHA256:anothers=\) is of another key than \S+poolparty \(fingerprint-of-the-key\); set keypair/,
  ],
  [
    'a volume that is too small for the image',
    nothing,
    /volume_size 4 is less than the 8 GiB of the image debian-12; set it/,
    'pool start --volume-size 4',
  ],
  [
    'an image that no node can be made from',
    nothing,
    /--ami: ami al2023: .*neither heartbeat nor s3fs; set ami to debian-12 or ubuntu-24\.04/,
    'pool start --ami al2023',
  ],
  ['an unknown subnet', nothing, /InvalidSubnetID\.NotFound/, 'pool start --subnets subnet-9'],
];

test.for(CASES)('%s', async ([, prepare, line, words = 'pool start']) => {
  const { outside } = party();
  prepare(outside);
  const { code, stdout, stderr } = await speak(words, outside);
  expect(stderr).toMatch(new RegExp(`^pool: .*${line.source}.*\n$`));
  expect([code, stdout]).toEqual([2, '']);
  expect([outside.ec2.changes, outside.nodes.scripts]).toEqual([[], []]);
});

test('a command that does not exist', async () => {
  const { code, stderr } = await speak('pool strat');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^pool: .*"strat".*start/);
});

test.for(['i=9', 'i=x'])('%s', async (choice) => {
  const { outside } = party();
  outside.ec2.has('party');
  const { code, stderr, stdout } = await speak(['instance', 'cmd', choice, 'cmd=true'], outside);
  expect([code, stdout, outside.nodes.scripts]).toEqual([2, '', []]);
  expect(stderr).toMatch(/^instance: .*node0/s);
});
