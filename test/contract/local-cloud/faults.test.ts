// A cloud that misbehaves on request, for real: its command line, its machines, its network, and what is left of it.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/local-cloud/faults/fault.ts';
import { homeAt } from '../../../src/local-cloud/home.ts';
import { cloudIdOf } from '../../../src/local-cloud/network/names.ts';
import { fault } from '../../../src/local-cloud/words/fault.ts';
import type { Status } from '../../../src/local-cloud/words/status.ts';
import { debian, type Ground, local, makeCloud } from './cloud-ground.ts';

let cloud: Ground;
let machine: Instance;
const id = () => machine.InstanceId ?? '';

/** `pool local fault …` without a process of its own, which costs a second each time. */
async function wrong(...words: string[]): Promise<void> {
  const first = words.findIndex((word) => word.startsWith('--'));
  const options = first < 0 ? [] : words.splice(first);
  const pairs = options.flatMap((name, at) => (at % 2 === 0 ? [[name.slice(2), options[at + 1]]] : []));
  await fault(homeAt(cloud.home), words, Object.fromEntries(pairs));
}
const say = (...words: string[]) => local(cloud.home, 'fault', ...words);
const faults = async (): Promise<Fault[]> =>
  (JSON.parse(await say('list', '--json')) as { faults: Fault[] }).faults;

/** How somebody fares who connects: gets a banner, is refused, or hears nothing within the limit. */
const knock = (host: string | undefined, limit = 1_500): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: host ?? '', port: 22 });
    const end = (how: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(how);
    };
    const timer = setTimeout(() => end('silence'), limit);
    socket.once('data', () => end('open'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
  });
const ask = (path: string) =>
  `T=$(curl -s -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token); ` +
  `curl -s -m 2 -w ' %{http_code}' -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/${path} || :`;

beforeAll(async () => {
  cloud = await makeCloud();
  const made = new CreateSecurityGroupCommand({ GroupName: 'test', Description: 'test' });
  const { GroupId } = await cloud.ec2.send(made);
  const everyone = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  await cloud.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [everyone] }));
  machine = (await cloud.launch({ SecurityGroupIds: [GroupId ?? ''] }))[0] ?? {};
});
afterEach(() => wrong('clear'));
afterAll(() => cloud?.end());

describe('the words', () => {
  test('put a fault to work, show it, and clear it', async () => {
    expect(await say('throttle', '--action', 'DescribeInstances', '--for', '1h')).toMatch(
      /^f1: throttle, DescribeInstances, until \d\d:\d\d:\d\d UTC\n$/,
    );
    const looked = cloud.ec2.send(new DescribeInstancesCommand({}));
    await expect(looked).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    expect(await faults()).toMatchObject([{ id: 'f1', kind: 'throttle', action: 'DescribeInstances' }]);
    expect(await say('clear', 'throttle')).toBe('Cleared: f1 (throttle)\n');
    expect(await say('list')).toBe('No fault is at work\n');
    await cloud.ec2.send(new DescribeInstancesCommand({}));
  });

  test('answer a mistake with the nearest valid word and code 2', async () => {
    const said = (error: { code: number; stderr: string }) => [error.code, error.stderr];
    const mistaken = (...words: string[]) => say(...words).then(() => [], said);
    expect(await mistaken('blackhol')).toEqual([
      2,
      'pool local: there is no fault "blackhol"; did you mean "blackhole"?\n',
    ]);
    expect(await mistaken('throttle', '--action', 'RunInstance')).toEqual([
      2,
      'pool local: there is no action "RunInstance" that throttle could strike; did you mean "RunInstances"?\n',
    ]);
    expect(await faults()).toEqual([]);
  });

  test('start the standard mix, which a killed daemon’s successor goes on with', async () => {
    await wrong('mix', '--seed', '7');
    const before = await faults();
    expect(before.map(({ kind }) => kind)).toContain('lag');
    const { pid } = JSON.parse(await local(cloud.home, 'status', '--json')) as Status;
    process.kill(pid ?? 0, 'SIGKILL');
    await expect
      .poll(async () => (await local(cloud.home, 'status', '--json')).includes('"up": false'))
      .toBe(true);
    await local(cloud.home, 'up');
    expect((await faults()).map(({ kind, seed }) => [kind, seed])).toEqual(
      before.map(({ kind, seed }) => [kind, seed]),
    );
  });
});

describe('a machine', () => {
  test('in a black hole answers nobody, refuses nobody, and is impaired to EC2; then it is back', async () => {
    const health = async () =>
      (await cloud.ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id()] }))).InstanceStatuses?.[0]
        ?.InstanceStatus?.Status;
    expect(await knock(machine.PublicIpAddress)).toBe('open');
    // One that was never found well has longer until it is called impaired.
    await expect.poll(health, { timeout: 30_000 }).toBe('ok');
    await wrong('blackhole', '--instance', id());
    expect(await knock(machine.PublicIpAddress)).toBe('silence');
    await expect.poll(health, { timeout: 30_000 }).toBe('impaired');
    await wrong('clear', 'blackhole');
    await expect.poll(() => knock(machine.PublicIpAddress), { timeout: 10_000 }).toBe('open');
  });

  test('refuses ssh, and opens by itself', async () => {
    await wrong('ssh-refused', '--instance', id(), '--delay', '2s');
    expect(await knock(machine.PublicIpAddress)).toBe('ECONNREFUSED');
    await expect.poll(() => knock(machine.PublicIpAddress), { timeout: 10_000 }).toBe('open');
  });

  test('finds its metadata unavailable: 503, or silence', async () => {
    await wrong('no-metadata', '--instance', id());
    expect(await cloud.ssh(machine.PublicIpAddress, ask('instance-id'))).toBe(' 503');
    await wrong('clear');
    await wrong('no-metadata', '--how', 'silence');
    expect(await cloud.ssh(machine.PublicIpAddress, ask('instance-id'))).toBe(' 000');
    await wrong('clear');
    expect(await cloud.ssh(machine.PublicIpAddress, ask('instance-id'))).toBe(`${id()} 200`);
  });

  test('whose boot never ends reads running, and no sshd ever comes', async () => {
    await wrong('no-boot', '--count', '1');
    const [hung] = await cloud.launch();
    const status = new DescribeInstanceStatusCommand({ InstanceIds: [hung?.InstanceId ?? ''] });
    expect((await cloud.ec2.send(status)).InstanceStatuses?.[0]?.InstanceStatus?.Status).toBe('initializing');
    const container = execFileSync(
      'podman',
      ['ps', '--quiet', '--filter', `label=poolparty.instance=${hung?.InstanceId}`],
      { encoding: 'utf8' },
    );
    const tasks = execFileSync('podman', ['exec', container.trim(), 'ps', '-e', '-o', 'comm='], {
      encoding: 'utf8',
    });
    expect(tasks).toContain('systemd');
    expect(tasks).not.toContain('sshd');
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [hung?.InstanceId ?? ''] }));
    await cloud.becomes(hung?.InstanceId ?? '', 'terminated');
  });

  test('boots late, and its sshd is refused when it runs', async () => {
    await wrong('slow-boot', '--delay', '1s');
    await wrong('ssh-refused', '--delay', '60s');
    const began = performance.now();
    const input = {
      ImageId: debian,
      InstanceType: 't3.nano' as const,
      MinCount: 1,
      MaxCount: 1,
      SecurityGroupIds: machine.SecurityGroups?.map((one) => one.GroupId ?? ''),
    };
    const { Instances } = await cloud.ec2.send(new RunInstancesCommand(input));
    const late = await cloud.becomes(Instances?.[0]?.InstanceId ?? '', 'running');
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect(await knock(late.PublicIpAddress)).toBe('ECONNREFUSED');
    await wrong('clear', 'ssh-refused');
    await expect.poll(() => knock(late.PublicIpAddress)).toBe('open');
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [late.InstanceId ?? ''] }));
  });

  test('finds a spot notice in its metadata, and really ends', async () => {
    await wrong('spot-notice', '--instance', id(), '--delay', '4s');
    expect(await cloud.ssh(machine.PublicIpAddress, ask('spot/instance-action'))).toMatch(
      /"action": "terminate"[\s\S]* 200$/,
    );
    const gone = await cloud.becomes(id(), 'terminated', 15_000);
    expect(gone.StateReason?.Code).toBe('Server.SpotInstanceTermination');
    const filter = ['ps', '--all', '--quiet', '--filter', `label=poolparty.instance=${id()}`];
    expect(execFileSync('podman', filter, { encoding: 'utf8' })).toBe('');
  });
});

describe('what a cloud left behind whose daemon was killed', () => {
  /** Everything of the kernel and of podman that carries the cloud's id. */
  const traces = async (cloudId: string): Promise<string> => {
    const looks = [
      ['podman', 'ps', '--all', '--format', '{{.Names}}'],
      ['ip', '-oneline', 'link'],
      ['ip', 'netns'],
      ['nft', 'list', 'tables'],
      ['ls', '/run/poolparty-local', '/run/poolparty-local/lxcfs-users'],
    ];
    const all = await Promise.all(
      looks.map(([program = '', ...words]) =>
        promisify(execFile)(program, words).catch(() => ({ stdout: '' })),
      ),
    );
    return all
      .flatMap(({ stdout }) =>
        stdout.split('\n').filter((line) => line.includes(cloudId) && !line.endsWith('.lock')),
      )
      .join('\n');
  };

  test.for([['down --orphans'], ['down']] as const)(
    'is swept by %s, the folder being gone, too',
    async ([word]) => {
      const home = await mkdtemp(path.join(tmpdir(), 'poolparty-orphan-'));
      const cloudId = cloudIdOf(await realpath(home));
      const { pid } = JSON.parse(await local(home, 'up', '--json')) as Status;
      expect(await traces(cloudId)).toContain(`pp${cloudId}`);
      process.kill(pid ?? 0, 'SIGKILL');
      if (word === 'down --orphans')
        expect(await local(home, 'down', '--orphans')).toContain(`pool local down --home ${home}`);
      expect(await traces(cloudId)).toContain(`pp${cloudId}`);
      await rm(home, { recursive: true });
      await local(home, ...word.split(' '));
      expect(await traces(cloudId)).toBe('');
      expect((await local(cloud.home, 'status', '--json')).includes('"up": true')).toBe(true);
    },
  );
});
