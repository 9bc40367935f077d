// A mount that cannot be, on a real machine: told with its reason, and what ran before goes on.
import { expect, test } from 'vitest';
import type { NodeFacts } from '../../../src/plans/node-files.ts';
import { bootTwo, configure, facts, good, machine, processes } from '../plans/ground.ts';

bootTwo();

const sharing = (shared_path: string): Partial<NodeFacts> => ({
  settings: { ...facts(0, good()).settings, shared_bucket: 'files', instance_profile: 'nodes', shared_path },
});

test('row 48: without a role there is no mount, and no other credentials are looked for', async () => {
  const before = await processes();
  const { code, stderr } = await configure(0, good(), sharing('/data'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^the shared bucket cannot be mounted; see journalctl -u poolparty-data\.service/);
  expect(stderr).toContain(
    'the metadata service tells of no role; has this instance the instance_profile of',
  );
  expect(await processes()).toBe(before);
  expect(await machine(0).read('stat -c "%a %U" /data')).toBe('555 root');
});

test('what is in the way of the mount is named and not touched', async () => {
  await machine(0).read('mkdir -p /srv/files && echo mine >/srv/files/own');
  const { code, stderr } = await configure(0, good(), sharing('/srv/files'));
  expect(code).toBe(1);
  expect(stderr).toContain(
    '/srv/files is not empty; move its files away, or set shared_path to another place',
  );
  await machine(0).read('mkdir -p /srv/disk && mount -t tmpfs none /srv/disk');
  expect((await configure(0, good(), sharing('/srv/disk'))).stderr).toContain(
    'something else is mounted at /srv/disk; set shared_path to another place',
  );
  expect(await machine(0).read('cat /srv/files/own; findmnt -n -o FSTYPE /srv/disk')).toBe('mine\ntmpfs');
});

test('row 47: a bucket that is taken out of the settings leaves nothing behind', async () => {
  expect((await configure(0)).code).toBe(0);
  const left = 'ls /etc/systemd/system /opt/poolparty /run/systemd/units; systemctl --failed --plain -q';
  expect(await machine(0).read(`{ ${left}; } | grep -F -e poolparty-data -e data.sh; true`)).toBe('');
  expect(await machine(0).read('systemctl is-active poolparty-app')).toBe('active');
});
