// The real haproxy judges what we write for it. Needs Debian's haproxy, which scripts/test.sh installs.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HAPROXY_LUA, haproxyConfig } from '../../../src/load-balancing/config.ts';
import { app, builtIn, factsOf, instance } from '../../unit/built-in.ts';

const { settings } = factsOf([instance(0)]);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-haproxy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const members = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: instance(at).id,
    address: `${instance(at).privateIp}:8001`,
  }));

/** What `haproxy -c` says of a configuration; empty where it accepts it without a warning. */
function complaints(text: string): string {
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(join(folder, 'poolparty.lua'), builtIn['haproxy.lua']);
  writeFileSync(file, text.replace(HAPROXY_LUA, join(folder, 'poolparty.lua')));
  const { status, stderr, error } = spawnSync('haproxy', ['-c', '-f', file], {
    encoding: 'utf8',
  });
  if (error) throw error;
  return `${status === 0 ? '' : `code ${status}: `}${stderr.replace(/^\[NOTICE\].*\n/gm, '')}`;
}

describe('haproxy -c', () => {
  test.for([0, 1, 2, 100])('row 41: accepts %i members without a warning', (count) => {
    expect(complaints(haproxyConfig(settings, members(count), builtIn))).toBe('');
  });

  test('row 42: accepts a pool without an app', () => {
    expect(complaints(haproxyConfig({ ...settings, app: undefined }, members(1), builtIn))).toBe('');
  });

  test('would refuse a broken one', () => {
    expect(complaints(`${haproxyConfig(settings, [], builtIn)}\nnoodles`)).toContain('noodles');
  });

  test('accepts every health path that a user can think of', () => {
    const piece = fc.oneof(
      fc.constantFrom("'", '"', '\\', '$HOME', '#', ' ', '\n', '%[env(HOME)]', '%', '{', '}'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const own = { ...settings, app: app({ health: `/${pieces.join('')}` }) };
        expect(complaints(haproxyConfig(own, members(1), builtIn))).toBe('');
      }),
      { numRuns: 60 },
    );
  });
});

test('sh finds in our configuration the servers that we wrote into it', () => {
  const file = join(folder, 'servers.cfg');
  writeFileSync(
    file,
    `${haproxyConfig(settings, members(3), builtIn)}\nbackend other\n  server no 1.2.3.4:5\n`,
  );
  const script = `${builtIn['node.sh']}\n${builtIn['haproxy.sh']}\nservers_of '${file}' | cut -d ' ' -f 1,2`;
  expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(
    members(3).map(({ id, address }) => `${id} ${address}`),
  );
});
