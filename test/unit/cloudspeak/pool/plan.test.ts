// pool plan, and pool start --plan: what would be done and what it costs; exactly that, or nothing.
import { describe, expect, test } from 'vitest';
import { releaseOf } from '../../../../src/plans/release.ts';
import { speak } from '../../fake-world.ts';
import { next, type Party, party, started } from './party.ts';

const FILE = '/home/tester/party/p.json';
const SECRET = 'hunter2-marker';
const saved = (all: Party) => JSON.parse(all.outside.texts.get(FILE) ?? 'null');

describe('before there is a pool', () => {
  test('says what start would make, the rules, the files and the price, and changes nothing', async () => {
    const { outside } = party();
    const { code, stdout, stderr } = await speak('pool plan', outside);
    expect([code, stderr, outside.ec2.changes]).toEqual([0, '', []]);
    expect(stdout).toBe(`Plan for pool party in us-east-1: what pool start would do
  make-group: the pool has no security group
  make-address: the pool has no address
  launch 1 in us-east-1a: minimum_instances is 3, 0 are there
  launch 1 in us-east-1b: minimum_instances is 3, 0 are there
  launch 1 in us-east-1c: minimum_instances is 3, 0 are there
Security group poolparty-party, new
  everything from the group itself
  tcp 80 from 0.0.0.0/0
  tcp 22 from 192.0.2.10/32
Files
  each new node: 17 files, the app's release 734d1188a1cb
Price in USD, on demand in us-east-1, table of 2026-07-20; traffic and taxes come on top
                                       an hour now    after it  a month then
  0 -> 3 × t3.small                        0.00000     0.06240         45.55
  0 -> 3 × public IPv4 address             0.00000     0.01500         10.95
  0 -> 3 × root volume, 8 GB of gp3        0.00000     0.00263          1.92
  together                                 0.00000     0.08003         58.42
  difference: +0.08003 an hour, +58.42 a month
Nothing was changed
`);
  });

  test('row 15: --json is one document, the same that --save keeps, and holds no secret', async () => {
    const all = party(`user_data: "#!/bin/sh\\n# ${SECRET}"\n`);
    const yml = all.outside.texts.get('/home/tester/party/pool.yml') ?? '';
    all.outside.texts.set(
      '/home/tester/party/pool.yml',
      yml.replace('health: /health', `health: /health\n  env: { API_KEY: ${SECRET} }`),
    );
    const { stdout } = await speak('pool plan --json --save p.json', all.outside);
    expect(JSON.parse(stdout)).toEqual(saved(all));
    expect(stdout).not.toContain(SECRET);
    expect(saved(all)).toMatchObject({
      form: 1,
      pool: 'party',
      by: 'start',
      price: { now: 0, lines: [{ what: 't3.small', now: 0, after: 3, usd: 0.0208 }, {}, {}] },
    });
  });

  test('a type whose price nobody knows is told as unknown', async () => {
    const { outside } = party();
    outside.ec2.environmentOfNodes = { AWS_REGION: 'mars-north-1' };
    const { stdout } = await speak('pool plan', outside);
    expect(stdout).toMatch(/0 -> 3 × t3\.small +0\.00000 +\? +\?$/m);
    expect(stdout).toMatch(/together +0\.00000 +\? +\?$/m);
    expect(stdout).toContain('difference: unknown');
  });

  test('several sizes and spot may come to the dearest on demand, and a volume costs by its size', async () => {
    const words = 'pool plan --size t3.small,t3.large --spot true --volume-size 20';
    const { stdout } = await speak(words, party().outside);
    expect(stdout).toMatch(
      /^ {2}0 -> 3 × t3\.small or t3\.large spot, at most +0\.00000 +0\.24960 +182\.21$/m,
    );
    expect(stdout).toMatch(/^ {2}0 -> 3 × root volume, 20 GB of gp3 +0\.00000 +0\.00658 +4\.80$/m);
  });

  test('is refused, as the start would be, where the minimum costs more than max_hourly_usd', async () => {
    const { outside } = party();
    const { code, stderr } = await speak('pool plan --max-hourly-usd 0.05', outside);
    expect([code, outside.ec2.changes]).toEqual([2, []]);
    expect(stderr).toContain('3 instances would cost 0.0624 USD an hour, and max_hourly_usd is 0.05');
  });
});

describe('of a pool that runs', () => {
  test('says that nothing is to be done, and why', async () => {
    const all = next(await started());
    const { code, stdout } = await speak('pool plan', all.outside);
    expect([code, all.outside.ec2.changes]).toEqual([0, []]);
    expect(stdout).toContain(`Plan for pool party in us-east-1: nothing is to be done
  holding at 3: neither rule holds (load (unknown), queue (unknown))
`);
    expect(stdout).toContain('Files: nothing differs\n');
    expect(stdout).toMatch(/difference: \+0\.00000 an hour/);
  });

  test('shows by hash which file changes on which node, but for secrets', async () => {
    const all = next(await started());
    const { stdout } = await speak('pool plan --max-connections 5', all.outside);
    expect(stdout).toContain('  configure node2 (i-00000005): /etc/haproxy/haproxy.cfg and 1 more differ\n');
    expect(stdout).toMatch(/^ {4}\/etc\/haproxy\/haproxy\.cfg: [0-9a-f]{12} -> [0-9a-f]{12}$/m);
    expect(stdout).toMatch(/^ {4}\/opt\/poolparty\/settings\.json: differs$/m);
    expect(all.outside.ec2.changes).toEqual([]);
  });

  test('shows which rules of the group open and close, as configure --dry-run does', async () => {
    const all = next(await started());
    const opens = 'open-group tcp 81 from 0.0.0.0/0: the security group lacks it\n';
    const plan = await speak('pool plan --host-port 81', all.outside);
    expect(plan.stdout).toContain(`what pool start would do\n  ${opens}`);
    const then = next(all);
    const { stdout } = await speak('pool configure --dry-run --host-port 81', then.outside);
    expect(stdout).toContain(
      `${opens}close-group tcp 80 from 0.0.0.0/0: the settings no longer ask for it\nconfigure node0: `,
    );
    expect(then.outside.ec2.changes).toEqual([]);
  });

  test('shows what the next tick of its maintainer does, with the price', async () => {
    const all = next(await started());
    const nodes = (await all.outside.ec2.look('party')).nodes;
    all.outside.ec2.end(nodes[2]?.id ?? '', 'gone');
    await all.outside.clock.sleep(5_000);
    const { stdout } = await speak('pool plan --json', all.outside);
    const { steps, price } = JSON.parse(stdout);
    expect(steps).toContainEqual({
      do: 'launch',
      name: 'launch 1 in us-east-1c',
      because: 'minimum_instances is 3, 2 are there',
    });
    expect(price.lines[0]).toEqual({ what: 't3.small', now: 2, after: 3, usd: 0.0208 });
  });

  test('a node that does not answer is named, and the plan goes without what it has', async () => {
    const all = next(await started());
    all.outside.nodes.handler = () => Promise.reject(new Error('no route'));
    const { code, stderr } = await speak('pool plan', all.outside);
    expect([code, all.outside.ec2.changes]).toEqual([0, []]);
    expect(stderr).toContain('pool: node1 (i-00000004) does not answer on ssh; what it has is not known\n');
  });
});

describe('pool start --plan', () => {
  test('does what the plan says', async () => {
    const all = party();
    const plan = await speak('pool plan --save p.json', all.outside);
    expect(plan.stdout).toContain('pool start --plan p.json does this and nothing else');
    const then = next(all);
    const { code, stderr } = await speak('pool start --plan p.json', then.outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(then.outside.ec2.requests).toHaveLength(3);
    const again = next(then);
    expect(await speak('pool start --plan p.json', again.outside)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing was touched, since the world has moved since p.json was made'),
    });
  });

  type Move = (all: Party) => unknown;
  const set =
    (key: string, value: string): Move =>
    ({ outside }) => {
      outside.env = { ...outside.env, [key]: value };
    };
  const write =
    (change: (plan: Record<string, unknown>) => unknown): Move =>
    (all) =>
      all.outside.texts.set(FILE, JSON.stringify(change(saved(all))));

  test.for([
    ['another size', set('POOL_SIZE', 't3.large'), 'settings: size is another'],
    [
      'another image',
      ({ outside: { ec2 } }: Party) => ec2.imageIds.set('debian-12', 'ami-9'),
      'image: ami-debian-12 then, ami-9 now',
    ],
    [
      'an instance',
      ({ outside: { ec2 } }: Party) => ec2.has('party'),
      'instance: i-00000001 running t3.small now, not then',
    ],
    [
      'an address',
      ({ outside: { ec2 } }: Party) => ec2.hasAddress('party'),
      'address: none then, 203.0.113.1 now',
    ],
    [
      'another release',
      ({ outside }: Party) => {
        outside.disk.release = async (app) => ({ release: releaseOf(app, 'another'), leftOut: [] });
      },
      'release: 734d1188a1cb',
    ],
    [
      'another place of the caller',
      ({ outside: { ec2 } }: Party) => {
        ec2.callsFrom = { ...ec2.callsFrom, range: '192.0.2.77/32' };
      },
      'rule: tcp 22 from 192.0.2.10/32 then, not now',
    ],
    [
      'another version',
      write((plan) => ({ ...plan, poolparty: '0.0.1' })),
      'p.json was made by PoolParty 0.0.1',
    ],
    [
      'another pool',
      write((plan) => ({ ...plan, pool: 'other' })),
      'p.json is a plan of pool other, and this is pool party',
    ],
    ['another region', write((plan) => ({ ...plan, region: 'eu-west-1' })), 'p.json is a plan for eu-west-1'],
    [
      'another form',
      write((plan) => ({ ...plan, form: 2 })),
      'p.json has form 2, and this PoolParty reads form 1',
    ],
    ['no plan', write(() => ({ form: 1 })), 'p.json is no plan: poolparty is not what pool plan writes'],
    ['other steps', write((plan) => ({ ...plan, steps: [] })), 'step: make-group now, not then'],
    [
      'a file that is no JSON',
      ({ outside }: Party) => outside.texts.set(FILE, 'x'),
      'p.json is no plan: it is no JSON',
    ],
    ['no file', ({ outside }: Party) => outside.texts.delete(FILE), 'p.json: there is no such file'],
  ] as const)('refuses %s, says so, and touches nothing', async ([, move, line]) => {
    const all = party();
    await speak('pool plan --save p.json', all.outside);
    move(all);
    const then = next(all);
    const { code, stderr } = await speak('pool start --plan p.json', then.outside);
    expect([code, then.outside.ec2.changes]).toEqual([2, []]);
    expect(stderr).toContain(line);
  });

  test('refuses steps that only a maintainer takes', async () => {
    const all = next(await started('maximum_instances: 3\n'));
    const nodes = (await all.outside.ec2.look('party')).nodes;
    all.outside.ec2.alter(nodes[2]?.id ?? '', { state: 'stopped' });
    const words = '--minimum-instances 2';
    expect((await speak(`pool plan --save p.json ${words}`, all.outside)).stdout).toContain(
      'what the next tick of pool maintain would do\n  terminate node2',
    );
    const then = next(all);
    expect(await speak(`pool start --plan p.json ${words}`, then.outside)).toMatchObject({
      code: 2,
      stderr: 'pool: the steps of p.json are those of a maintainer; pool maintain --once carries them out\n',
    });
    expect(then.outside.ec2.changes).toEqual([]);
  });
});
