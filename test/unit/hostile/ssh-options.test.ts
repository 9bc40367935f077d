// Odd paths of keys and of known hosts: the system's own ssh reads them back as they are.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { poolOf } from '../../../src/pool/pool.ts';
import { sshArguments } from '../../../src/world/ssh/shell.ts';
import { instance } from '../built-in.ts';
import { COUNT, hostileStrings, withoutNul } from './strings.ts';

const [node] = poolOf({ name: 'party', address: undefined, instances: [instance(1)] }).nodes;

/** What ssh itself understands of its words: the value of an option. */
function understood(knownHosts: string, keyPath: string) {
  const words = sshArguments(node!, '10.0.0.2', {
    username: 'admin',
    knownHosts,
    keyPath,
    opened: undefined,
  });
  const { stdout, stderr } = spawnSync('ssh', ['-G', ...words], { encoding: 'utf8' });
  const value = (name: string) => new RegExp(`^${name} ([^\\n]*)$`, 'm').exec(stdout)?.[1];
  return { stderr, hosts: value('userknownhostsfile'), key: value('identityfile'), all: stdout };
}

const plain = understood('/home/a/known_hosts', '/home/a/key');
/** Each is a process of its own. */
const names = withoutNul(hostileStrings(70, COUNT < 10_000 ? Math.ceil(COUNT / 10) : COUNT));

/** `%%` stands for a percent sign when ssh opens the key; -G shows it before that, and known hosts after. */
const opened = (value: string | undefined) => value?.replaceAll('%%', '%');

test('every path is understood as it is, or refused where ssh has no way to say it', () => {
  for (const name of names) {
    const path = `/home/${name}/x`;
    if (/[\r\n]|\$\{/.test(path)) {
      expect(() => understood(path, '/home/a/key')).toThrow(expect.objectContaining({ code: 2 }));
      continue;
    }
    const { stderr, hosts, key, all } = understood(path, path);
    expect(stderr).toBe('');
    expect([hosts, opened(key)]).toEqual([path, path]);
    const others = (text: string) =>
      text.split('\n').filter((line) => !/^(userknownhostsfile|identityfile) /.test(line));
    expect(others(all)).toEqual(others(plain.all));
  }
});
