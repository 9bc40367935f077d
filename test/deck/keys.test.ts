// Who knows which secret, and who lets whom in, on the machines of a real pool.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { watchArguments } from './ground/arguments.ts';
import { ec2Of } from './ground/cloud.ts';
import type { Said } from './ground/command.ts';
import { within } from './ground/machines.ts';
import { ownPool } from './ground/own.ts';
import { type Listing, party } from './ground/party.ts';
import { recordingIn } from './ground/recording.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const MARKER = 'marker-of-the-app-37f1';
const PASSWORD = 'marker-of-a-url-52c9';
const ENV = { SECRET: MARKER, DATABASE_URL: `postgres://me:${PASSWORD}@db.internal/x` };
const APP = { env: { WORD: 'second', ...ENV } };
const SAVED = 'keys.plan';
const OWN_KEY = '/etc/poolparty/ssh/id_ed25519';
let own: Awaited<ReturnType<typeof ownPool>>;
let listing: Listing;
const said: Said[] = [];
let listed: readonly string[] = [];
let all: Readonly<Record<string, string>>;

beforeAll(async () => {
  const watch = watchArguments();
  own = await ownPool(cloud, 'keys');
  await own.change({ app: { env: { WORD: 'first', ...ENV } } });
  said.push(await own.pool('plan', '--save', SAVED));
  said.push(await own.pool('start', '--plan', SAVED, '--debug'));
  await own.change({ app: APP });
  said.push(await own.pool('configure', '--debug'));
  said.push(await own.instance('restart', 'i=all'));
  said.push(await own.instance('cmd', 'i=all', 'cmd=uptime'));
  listed = watch.stop();
  for (const { code } of said) expect(code).toBe(0);
  listing = await own.list();
  all = await secrets();
});
afterAll(async () => {
  await own?.end();
  ec2.destroy();
});

const INDEXES = [0, 1, 2];
const on = (index: number, script: string) => within(cloud, listing.instances[index]?.id ?? '', script);
const each = (script: string) => Promise.all(INDEXES.map((index) => on(index, script)));

/** All tags of the pool's instances. */
async function tags() {
  const ids = listing.instances.map(({ id }) => id);
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
  const all = Reservations.flatMap(({ Instances = [] }) => Instances);
  return ids.map((id) => {
    const found = all.find(({ InstanceId }) => InstanceId === id)?.Tags ?? [];
    return Object.fromEntries(found.map(({ Key = '', Value = '' }) => [Key, Value]));
  });
}

const METADATA = 'http://169.254.169.254/latest';
const ask = (path: string) =>
  `curl -s -H "x-aws-ec2-metadata-token: $(curl -s -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 60' ${METADATA}/api/token)" ${METADATA}/${path}`;

/** What node0 acts by: a key with a session token. */
async function roleKey() {
  const path = 'meta-data/iam/security-credentials';
  const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(
    await on(0, ask(`${path}/$(${ask(`${path}/`)})`)),
  );
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId as string,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey as string,
    AWS_SESSION_TOKEN: Token as string,
  };
}

const aLineOf = (key: string): string => key.split('\n')[2] ?? '';

/** By name, a piece of each that stands nowhere else. */
async function secrets(): Promise<Readonly<Record<string, string>>> {
  const operators = await readFile(
    join(cloud.env['EC2_HOME'] ?? '', cloud.env['KEYPAIR_NAME'] ?? ''),
    'utf8',
  );
  const key = await roleKey();
  const [first, second, third] = (await each(`cat ${OWN_KEY}`)).map(aLineOf);
  return {
    account: cloud.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    operator: aLineOf(operators),
    heartbeat: await on(0, 'cat /opt/poolparty/heartbeat-secret'),
    app: MARKER,
    url: PASSWORD,
    role: key.AWS_SECRET_ACCESS_KEY,
    token: key.AWS_SESSION_TOKEN,
    first: first ?? '',
    second: second ?? '',
    third: third ?? '',
  };
}

/** A request writes `/` as `%2F`. */
const unescaped = (text: string): string =>
  text.replace(/%[0-9A-F]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));

/** Names of the secrets that stand in this text. */
const foundIn = (text: string, of = all): readonly string[] =>
  Object.keys(of).filter((name) => text.includes(of[name] ?? ''));

describe('row 27: a secret', () => {
  test('is in no argument, no journal, no user-data, no tag, and in nothing that a command says', async () => {
    for (const secret of Object.values(all)) expect(secret.length).toBeGreaterThan(16);
    const texts = [
      ...(await each(`{ cat /proc/[0-9]*/cmdline; journalctl --no-pager; } 2>/dev/null | tr -d '\\0'`)),
      ...(await each(ask('user-data'))),
      JSON.stringify(await tags()),
      JSON.stringify(said),
      (await own.pool('config')).stdout,
    ];
    expect(texts.map((text) => foundIn(text))).toEqual(texts.map(() => []));
    expect(texts.slice(0, 3).every((text) => text.length > 5_000)).toBe(true);
  });

  test('is in no argument of any process on this machine or on a node while the commands run', async () => {
    expect(listed.length).toBeGreaterThan(100);
    // The start and what it does on the machines was seen.
    for (const sign of ['pool\0start', 'configure\0--debug', 'sshd: ', 'haproxy'])
      expect(listed.some((line) => line.includes(sign))).toBe(true);
    expect(listed.filter((line) => foundIn(line).length > 0)).toEqual([]);
  });

  test("is in nothing that the cloud wrote down, in no log of its and in none of the pool's own files here", async () => {
    const { account: _its, ...others } = all;
    const log = await readFile(join(cloud.state, 'daemon.log'), 'utf8');
    const record = await readFile(recordingIn(cloud.home), 'utf8');
    expect(record).toContain(own.name);
    for (const text of [log, record, unescaped(record)]) expect(foundIn(text)).toEqual([]);
    const launches = [...record.matchAll(/Action=RunInstances&[^"]+/g)].map(([request]) => request);
    expect(launches.filter((request) => request.includes(`poolparty-${own.name}`)).length).toBeGreaterThan(0);
    // User-data stands in base64 there.
    const userData = [...record.matchAll(/UserData=([^&"]+)/g)].map(([, text = '']) =>
      Buffer.from(decodeURIComponent(text), 'base64').toString('utf8'),
    );
    expect(userData.flatMap((text) => foundIn(text))).toEqual([]);
    expect(foundIn(await readFile(own.knownHosts, 'utf8'), others)).toEqual([]);
  });

  const SHOWS = [
    ['plan', '--json', '--save', SAVED],
    ['plan', '--debug'],
    ['log', '--json'],
    ['explain'],
    ['list', '--json'],
    ['clouds'],
    ['config', '--json'],
    ['config', '--debug'],
    ['configure', '--dry-run'],
    ['maintain', '--once', '--dry-run'],
  ];

  test('is in no plan, saved or shown, in no finding of the doctor, no record, no explanation', async () => {
    await own.change({ max_connections: 7, app: { env: { ...APP.env, WORD: 'third' } } });
    const show = async (words: readonly string[]) => {
      const { code, stdout, stderr } = await own.pool(...words);
      expect([words, code, foundIn(stdout + stderr)]).toEqual([words, 0, []]);
    };
    await Promise.all(SHOWS.map(show));
    // Alone: it minds how long a node's shell takes.
    await show(['doctor', '--debug']);
    const saved = await readFile(join(cloud.home, SAVED), 'utf8');
    expect(saved).toContain('settings.json');
    expect(foundIn(saved)).toEqual([]);
  });

  test('is in nothing that is said where a session token is used, accepted or refused', async () => {
    const key = await roleKey();
    const lost = { ...key, AWS_SESSION_TOKEN: 'another' };
    const forged = { ...key, AWS_SECRET_ACCESS_KEY: all['account'] ?? '' };
    const shows = [lost, forged].flatMap((env) => [
      { env, words: ['doctor', '--debug'], ends: 1 },
      { env, words: ['plan', '--debug'], ends: 2 },
    ]);
    const accepted = { env: key, words: ['plan', '--json', '--save', SAVED], ends: 0 };
    const show = async ({ env, words, ends }: typeof accepted) => {
      const { code, stdout, stderr } = await party(cloud, 'keys', { ...own.env, ...env }).pool(...words);
      expect([words, code, foundIn(stdout + stderr)]).toEqual([words, ends, []]);
    };
    await Promise.all([accepted, ...shows].map(show));
    expect(foundIn(await readFile(join(cloud.home, SAVED), 'utf8'))).toEqual([]);
  });

  test('is in no error, with --debug either', async () => {
    const closed = { AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:9' };
    const wrong: readonly [Record<string, unknown>, Record<string, string>, readonly string[]][] = [
      [{}, closed, ['start', '--debug']],
      [{ user_data: 'x'.repeat(20_000) }, {}, ['start', '--debug']],
      [{ app: { ...APP, source: 'absent' } }, {}, ['configure', '--debug']],
      [{ app: { env: `SECRET=${MARKER}` } }, {}, ['plan', '--debug']],
    ];
    for (const [changes, env, words] of wrong) {
      await own.change({ app: APP, ...changes });
      const { code, stdout, stderr } = await party(cloud, 'keys', { ...own.env, ...env }).pool(...words);
      expect([words, code, foundIn(stdout + stderr)]).toEqual([words, expect.toBeOneOf([1, 2]), []]);
    }
    await own.change({ app: APP });
  });

  test('is on the nodes that need it, in files that root alone reads, and nowhere else', async () => {
    const places = async (index: number, secret: string) => {
      const search = `grep -rlsF --devices=skip -f - /etc /opt /root /home /var /run /tmp <<'END'\n${secret}\nEND`;
      const found = await on(index, `{ ${search}\n} | sort -u | xargs -r stat -c '%a %U %n'`);
      return found.split('\n').filter((line) => line !== '');
    };
    const where = async (name: string) => Promise.all(INDEXES.map((index) => places(index, all[name] ?? '')));
    const kept = '600 root /opt/poolparty/heartbeat-secret';
    expect(await where('heartbeat')).toEqual([
      ['600 root /etc/ha.d/authkeys', kept],
      ['600 root /etc/ha.d/authkeys', kept],
      [kept],
    ]);
    const settings = ['600 root /etc/poolparty/app.env', '600 root /opt/poolparty/settings.json'];
    expect(await where('app')).toEqual([settings, settings, settings]);
    expect(await where('url')).toEqual([settings, settings, settings]);
    expect(await where('account')).toEqual([[], [], []]);
    expect(await where('token')).toEqual([[], [], []]);
    expect(await where('operator')).toEqual([[], [], []]);
    const its = [`600 root ${OWN_KEY}`];
    expect(await where('first')).toEqual([its, [], []]);
    expect(await where('second')).toEqual([[], its, []]);
    expect(await where('third')).toEqual([[], [], its]);
  });
});

describe('row 79: the keys of the nodes', () => {
  test('stand in their tags as the nodes have them', async () => {
    const told = await each(`cut -d ' ' -f 1,2 ${OWN_KEY}.pub /etc/ssh/ssh_host_ed25519_key.pub`);
    const inTags = (await tags()).map((all) => `${all['poolparty:ssh-key']}\n${all['poolparty:host-key']}`);
    expect(inTags).toEqual(told);
    expect(new Set(told.flatMap((text) => text.split('\n'))).size).toBe(6);
  });

  test('open every other node, over its private address, by the host key of its tag', async () => {
    const hostKeys = (await tags()).map((all) => all['poolparty:host-key']);
    const ips = listing.instances.map(({ private_ip }) => private_ip);
    const known = ips.map((ip, at) => `${ip} ${hostKeys[at]}`).join('\n');
    const ssh = `ssh -F none -i ${OWN_KEY} -o BatchMode=yes -o UserKnownHostsFile=/tmp/known -o StrictHostKeyChecking=yes -o HostKeyAlgorithms=ssh-ed25519`;
    const visits = ips.map(
      (ip) => `${ssh} admin@${ip} 'sudo -n sh -c ". /etc/poolparty/node.env; echo \\$POOL_NODE"'`,
    );
    const answers = await each(`cat >/tmp/known <<'END'\n${known}\nEND\n${visits.join('\n')}\nrm /tmp/known`);
    expect(answers).toEqual(INDEXES.map(() => 'node0\nnode1\nnode2'));
  });
});

test('row 27: a secret is in nothing that the end of the pool says', async () => {
  const ends = [
    await own.instance('terminate', 'i=2', '--debug'),
    await own.pool('stop', '--yes', '--debug'),
  ];
  for (const { code, stdout, stderr } of ends) expect([code, foundIn(stdout + stderr)]).toEqual([0, []]);
});
