// F18: what stands in templates/ is used or told, and only absence is absence.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { misnamedTemplates } from '../../../src/pool/own-templates.ts';
import { readTemplates, TEMPLATE_NAMES } from '../../../src/pool/templates.ts';
import { createFiles } from '../../../src/world/files.ts';
import { builtIn } from '../../unit/built-in.ts';

describe('F18: names', () => {
  test.for([
    ['haproxy.cgf', 'haproxy.cfg'],
    ['haproxy.conf', 'haproxy.cfg'],
    ['HAProxy.cfg', 'haproxy.cfg'],
    ['haproxy.cfg.txt', 'haproxy.cfg'],
    ['haproxy.cfg.j2', 'haproxy.cfg'],
    ['haproxy', 'haproxy.sh'],
    ['host', 'hosts'],
    ['heartbeat.cf', 'heartbeat.conf'],
    ['poolparty-app.services', 'poolparty-app.service'],
    ['poolparty_app.service', 'poolparty-app.service'],
    ['firewall.nfts', 'firewall.nft'],
    ['ha.conf', 'ha.cf'],
    ['cloud-init.yml', 'cloud-init.cfg'],
  ] as const)('%s is told with %s', ([name, meant]) => {
    expect(misnamedTemplates([name])).toEqual([
      expect.stringMatching(new RegExp(`^templates/${name} is no template of PoolParty; `)),
    ]);
    expect(misnamedTemplates([name])[0]).toContain(meant);
  });

  test('a file of a kind that templates are of is told with all that there are', () => {
    expect(misnamedTemplates(['nginx.conf'])[0]).toContain(`there are ${TEMPLATE_NAMES.join(', ')}`);
  });

  test.for([
    ...[
      'haproxy.cfg~',
      '.haproxy.cfg.swp',
      'haproxy.cfg.bak',
      'haproxy.cfg.orig',
      '#haproxy.cfg#',
      '.gitkeep',
    ],
    ...[
      'haproxy.cfg.disabled',
      'index.html',
      'base.html',
      'hosts.html',
      'mail.txt.erb',
      'README.md',
      'node.tsx',
    ],
    ...TEMPLATE_NAMES,
  ])('%s is passed over or used', (name) => {
    expect(misnamedTemplates([name])).toEqual([]);
  });
});

describe('F18: what cannot be used', () => {
  let folder: string;
  const own = (name: string) => join(folder, 'templates', name);
  const all = () => readTemplates((name) => createFiles(folder).template(name));
  const refused = (message: string) => ({ code: 2, message: expect.stringContaining(message) });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'templates-'));
    await mkdir(join(folder, 'templates'));
  });
  afterEach(async () => await rm(folder, { recursive: true }));

  test('a wrong name is an error of whatever needs a template', async () => {
    await writeFile(own('haproxy.cgf'), 'x');
    await expect(all()).rejects.toMatchObject(refused('did you mean "haproxy.cfg"?'));
  });

  test('a folder, a pipe, a link that leads nowhere and bytes that are no text', async () => {
    await mkdir(own('hosts'));
    await expect(all()).rejects.toMatchObject(
      refused('templates/hosts cannot be used as a template: it is a folder'),
    );
    await rm(own('hosts'), { recursive: true });
    execFileSync('sh', ['-c', 'mkfifo "$0"', own('hosts')]);
    await expect(all()).rejects.toMatchObject(
      refused('templates/hosts cannot be used as a template: it is no file'),
    );
    await rm(own('hosts'));
    await symlink('nowhere', own('hosts'));
    await expect(all()).rejects.toMatchObject(
      refused('templates/hosts cannot be used as a template: ENOENT'),
    );
    await rm(own('hosts'));
    await writeFile(own('hosts'), new Uint8Array([0x61, 0xe9, 0x62]));
    await expect(all()).rejects.toMatchObject(
      refused('templates/hosts cannot be used as a template: it is no UTF-8'),
    );
    await rm(own('hosts'));
    await symlink('hosts', own('hosts'));
    await expect(all()).rejects.toMatchObject(refused('templates/hosts cannot be used as a template: ELOOP'));
  });

  test.for([
    [
      'watch.sh',
      'if true; then\n  echo (\nfi\n',
      /^templates\/watch\.sh cannot be used as a template: line \d+: .+$/,
    ],
    ['node.sh', 'x="', /^templates\/node\.sh cannot be used as a template: .+$/],
  ] as const)(
    'F2: %s that no shell takes is told here, before a node is given it',
    async ([name, text, message]) => {
      await writeFile(own(name), text);
      await expect(all()).rejects.toMatchObject({ code: 2, message: expect.stringMatching(message) });
      await writeFile(own(name), builtIn[name].replaceAll('\n', '\r\n'));
      expect(await all()).toEqual(builtIn);
    },
  );

  test('the folder itself may be a link that leads nowhere', async () => {
    await rm(join(folder, 'templates'), { recursive: true });
    await symlink('nowhere', join(folder, 'templates'));
    await expect(all()).rejects.toMatchObject(refused('templates cannot be used as a template: ENOENT'));
  });

  test('an own template wins, by a link too and without a byte order mark; others and no folder are well', async () => {
    await writeFile(join(folder, 'mine'), '\uFEFFmine\r\n');
    await symlink('../mine', own('hosts'));
    await mkdir(own('partials'));
    expect(await all()).toEqual({ ...builtIn, hosts: 'mine\n' });
    await rm(join(folder, 'templates'), { recursive: true });
    expect(await all()).toEqual(builtIn);
    await writeFile(join(folder, 'templates'), 'a file of the app');
    expect(await all()).toEqual(builtIn);
  });
});
