// The slide "persistent data store": one bucket, the same files on every node, whatever happens to a mount.
import { RebootInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { holdings } from './ground/clients.ts';
import { ec2Of } from './ground/cloud.ts';
import { party } from './ground/party.ts';

const cloud = inject('cloud');
const bucket = `storage-${process.pid}-${Date.now().toString(36)}`;
const shared = { POOL_MINIMUM_INSTANCES: '2', POOL_SHARED_BUCKET: bucket };
const hello = party(cloud, 'storage', shared);

beforeAll(async () => {
  expect(await hello.pool('start')).toMatchObject({ code: 0, stderr: '' });
});
afterAll(() => hello.end());

/** As the app itself would do it. */
const asApp = (node: string, script: string): Promise<string> =>
  hello.on(node, `runuser -u poolparty-app -- sh -c '${script}'`);

const appPid = (node: string) => hello.on(node, 'systemctl show -P MainPID poolparty-app');
const MOUNTED = 'systemctl is-active poolparty-data; findmnt -n -o FSTYPE /data';

test('row 47: the bucket was made, and is mounted at /data on every node, the master included', async () => {
  expect((await hello.on('all', MOUNTED)).split('\n').sort()).toEqual([
    'node0: active',
    'node0: fuse.s3fs',
    'node1: active',
    'node1: fuse.s3fs',
  ]);
  const environment = await hello.on('0', `tr '\\0' '\\n' </proc/${await appPid('0')}/environ`);
  expect(environment.split('\n')).toContain('POOL_SHARED_PATH=/data');
});

test("what the app makes, rewrites, renames and removes on one node is so on the other's next look", async () => {
  await asApp('0', 'mkdir /data/d && echo one >/data/d/file');
  expect(await asApp('1', 'cat /data/d/file')).toBe('one');
  await asApp('1', 'echo two >/data/d/file; echo three >>/data/d/file; chmod 600 /data/d/file');
  expect(await asApp('0', 'cat /data/d/file; stat -c %a /data/d/file')).toBe('two\nthree\n600');
  await asApp('0', 'mv /data/d /data/e');
  expect(await asApp('1', 'cat /data/e/file; ls /data')).toBe('two\nthree\ne');
  await asApp('1', 'rm -r /data/e');
  // The pool's own journal stands in the bucket, too, from its maintainer's first ticks on.
  expect(await asApp('0', 'ls -A /data | grep -vxF .poolparty || :')).toBe('');
});

test('nobody who looks again and again sees less than what was written before the look', async () => {
  const write =
    'for i in 1 2 3 4 5 6; do echo line >>/data/log; echo "$((i * 5)) $(date +%s%N)"; sleep 0.3; done';
  const look =
    'end=$(($(date +%s) + 5)); while [ $(date +%s) -lt $end ]; do at=$(date +%s%N); ' +
    'echo "$(stat -c %s /data/log) $at"; sleep 0.02; done';
  await asApp('0', ': >/data/log');
  const [looks, writes] = (await Promise.all([asApp('1', look), asApp('0', write)])).map((text) =>
    text.split('\n').map((line) => line.split(' ').map(Number) as [size: number, at: number]),
  );
  const written = (at: number) => writes?.findLast(([, done]) => done < at)?.[0] ?? 0;
  expect(looks?.filter(([size, at]) => size < written(at))).toEqual([]);
  // It did look while the other wrote.
  expect(new Set(looks?.map(([size]) => size)).size).toBeGreaterThan(3);
});

test('an s3fs that is killed is mounted again, and the app lives through it', async () => {
  const before = await appPid('1');
  await asApp('1', 'echo kept >/data/kept');
  await hello.on('1', 'kill -KILL $(systemctl show -P MainPID poolparty-data)');
  await expect
    .poll(() => asApp('1', 'cat /data/kept').catch(() => ''), { timeout: 20_000, interval: 100 })
    .toBe('kept');
  expect(await appPid('1')).toBe(before);
});

test('row 48: the credentials are those of the role, and are in no argument, no file and no log', async () => {
  const search = `
    md=http://169.254.169.254/latest
    token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $md/api/token)
    role=$md/meta-data/iam/security-credentials/poolparty
    curl -s -H "X-aws-ec2-metadata-token: $token" $role | sed -n 's/.*"\\(AccessKeyId\\|SecretAccessKey\\|Token\\)" *: *"\\([^"]*\\)".*/\\2/p' >/dev/shm/wanted
    wc -l </dev/shm/wanted
    tr '\\0' '\\n' <<EOF | grep -c -F -f /dev/shm/wanted
$(cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n')
EOF
    grep -r -l -F -f /dev/shm/wanted /etc /opt /root /run /tmp /var/log /var/lib/systemd 2>/dev/null
    journalctl --no-pager | grep -c -F -f /dev/shm/wanted
    rm /dev/shm/wanted`;
  expect(await hello.on('0', `${search}; true`)).toBe('3\n0\n0');
});

test('while nothing is mounted the app cannot write beside the bucket', async () => {
  await hello.on('1', 'systemctl stop poolparty-data');
  await expect(asApp('1', 'echo lost >/data/lost')).rejects.toThrow('Permission denied');
  await hello.on('1', 'systemctl start poolparty-data');
  expect(await asApp('1', 'ls /data')).toBe('kept\nlog');
});

test('a node whose mount fails is named with the reason, and the other goes on', async () => {
  await hello.on('1', 'systemctl stop poolparty-data; touch /data/in-the-way');
  const { code, stderr } = await hello.pool('start');
  expect(code).toBe(1);
  expect(stderr).toMatch(/node1 \(i-\w+\) could not be configured/);
  expect(stderr).toContain('/data is not empty; move its files away, or set shared_path to another place');
  expect(stderr).not.toContain('node0 (');
  await hello.on('1', 'rm /data/in-the-way');
  expect(await hello.pool('start')).toMatchObject({ code: 0 });
});

test('a node that was booted again has its files before its app', async () => {
  const [, other] = (await hello.list()).instances;
  const ec2 = ec2Of(cloud);
  await ec2.send(new RebootInstancesCommand({ InstanceIds: [other?.id ?? ''] }));
  ec2.destroy();
  const boots = `journalctl --list-boots --no-pager -q | wc -l; ${MOUNTED}; systemctl is-active poolparty-app`;
  await expect
    .poll(() => hello.on('1', boots).catch(String), { timeout: 60_000, interval: 500 })
    .toMatch(/\nactive\nfuse\.s3fs\nactive$/);
  const since = (unit: string) => `systemctl show -P ActiveEnterTimestampMonotonic ${unit}`;
  const [mount, app] = (await hello.on('1', `${since('poolparty-data')}; ${since('poolparty-app')}`)).split(
    '\n',
  );
  expect(Number(mount)).toBeLessThan(Number(app));
});

test('row 47: without a bucket there is neither unit nor mount, and no error', async () => {
  const without = party(cloud, 'storage', {
    ...shared,
    POOL_SHARED_BUCKET: undefined,
    POOL_NAME: hello.name,
  });
  expect(await without.pool('start')).toMatchObject({ code: 0, stderr: '' });
  const left = 'findmnt /data; ls /etc/systemd/system | grep poolparty-data; systemctl --failed -q --plain';
  expect(await hello.on('all', `${left}; true`)).toBe('');
});

test('a bucket of somebody else is refused before anything is touched', async () => {
  const theirs = party(cloud, 'theirs', { ...shared, POOL_SHARED_BUCKET: 'someone-elses-files' });
  const { code, stderr } = await theirs.pool('start');
  expect(code).toBe(2);
  expect(stderr).toContain('the bucket someone-elses-files exists, but these credentials may not use it');
  const ec2 = ec2Of(cloud);
  expect(await holdings(ec2, theirs.name)).toEqual({ instances: [], addresses: [], groups: [] });
  ec2.destroy();
});

test('the pool ends, and its bucket stays', async () => {
  const { code, stdout } = await hello.pool('stop', '--yes');
  expect(code).toBe(0);
  expect(stdout).toContain(`-- The bucket ${bucket} stays, with its files\n`);
});
