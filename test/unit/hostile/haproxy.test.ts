// A health path stays a path: the real haproxy takes every configuration, and each differs in that path alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { haproxyConfig } from '../../../src/load-balancing/config.ts';
import { SCHEMAS } from '../../../src/pool/settings-schema.ts';
import { healthPath } from '../../../src/pool/url.ts';
import { app, builtIn, factsOf, instance } from '../built-in.ts';
import { hostileStrings } from './strings.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolparty-haproxy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { settings } = factsOf([instance(0)]);
const members = [{ id: 'i-00000001', address: '10.0.0.2:8001' }];
const configFor = (health: string) => haproxyConfig({ ...settings, app: app({ health }) }, members, builtIn);
const paths = hostileStrings(30).map((one) => `/${one}`);
const MARK = '/the-path-of-this-test';

test('one line alone knows the path, between quotes that it cannot end', () => {
  const [before = '', after = ''] = configFor(MARK).split(MARK);
  for (const path of paths) {
    const config = configFor(path);
    expect([config.slice(0, before.length), config.slice(-after.length)]).toEqual([before, after]);
    expect(config.slice(before.length, -after.length)).toMatch(/^\/[A-Za-z0-9\-._~!$&()*+,;=:@/?%]*$/);
  }
});

/** The backend of each configuration, all in one file: haproxy takes its time to start. */
function all(some: readonly string[]): string {
  const whole = configFor(MARK).replace(/^ {4}(lua-load|stats socket|user|group) .*$/gm, '');
  const backend = /^backend app\n(?: .*\n|\n)*/m;
  const backends = some.map((path, at) =>
    (backend.exec(configFor(path))?.[0] ?? 'x').replace('backend app', `backend app${at}`),
  );
  return `${whole}\n${backends.join('\n')}`;
}

test('haproxy takes them all, and finds as many backends and servers as there are paths', () => {
  const file = join(folder, 'haproxy.cfg');
  for (let from = 0; from < paths.length; from += 2_000) {
    const some = paths.slice(from, from + 2_000);
    const config = all(some);
    writeFileSync(file, config);
    const { stderr, status } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => /ALERT|error/i.test(line))).toEqual([]);
    expect(status).toBe(0);
    expect(config.match(/^backend /gm)).toHaveLength(some.length + 1);
    expect(config.match(/^\s+server /gm)).toHaveLength(some.length + 1);
  }
});

test('the schema lets through no health path with a blank, a control character or a letter beyond ASCII', () => {
  const health = SCHEMAS.app.shape.health;
  for (const path of paths) if (health.safeParse(path).success) expect(path).toMatch(/^\/[\x21-\x7e]*$/);
});

test('a path percent-encodes what it was, so that the app is asked for just that', () => {
  for (const path of paths.map((one) => one.replaceAll('%', ''))) {
    const url = new URL(`http://127.0.0.1${healthPath(path)}`);
    if (!/[?]|\/\.|\\/.test(path)) expect(decodeURIComponent(url.pathname)).toBe(path);
  }
});
