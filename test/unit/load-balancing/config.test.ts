import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { haproxyConfig } from '../../../src/load-balancing/config.ts';
import { addressed } from '../../../src/pool/members.ts';
import { poolOf } from '../../../src/pool/pool.ts';
import { healthPath } from '../../../src/pool/url.ts';
import { app, builtIn, factsOf, instance } from '../built-in.ts';

const { settings } = factsOf([instance(0)], { client_port: 8123, max_connections: 7 });
const serverLines = (text: string) => text.split('\n').filter((line) => line.trim().startsWith('server '));

describe('who is in the rotation', () => {
  const pool = poolOf({
    name: 'party',
    address: undefined,
    instances: [instance(3), instance(0), instance(1, { privateIp: undefined })],
  });

  test('row 42: nodes without an address are not; the others stand by their ids, whatever their numbers', () => {
    const members = [
      { id: 'i-00000000', address: '10.0.0.1:8001' },
      { id: 'i-00000003', address: '10.0.0.4:8001' },
    ];
    expect(addressed(pool.nodes, 8001)).toEqual(members);
    expect(addressed([...pool.nodes].reverse(), 8001)).toEqual(members);
  });
});

describe('haproxy.cfg', () => {
  test('row 41: one checked server line per member, in their order', () => {
    const members = [
      { id: 'i-b', address: '10.0.0.2:8123' },
      { id: 'i-a', address: '10.0.0.1:8123' },
    ];
    const options =
      'check inter 1s fastinter 100ms fall 2 rise 1 ' +
      'observe layer4 error-limit 3 on-error mark-down maxconn 7';
    expect(serverLines(haproxyConfig(settings, members, builtIn))).toEqual([
      `    server i-b 10.0.0.2:8123 ${options}`,
      `    server i-a 10.0.0.1:8123 ${options}`,
    ]);
  });

  test('without members there is no server line', () => {
    expect(serverLines(haproxyConfig(settings, [], builtIn))).toEqual([]);
  });

  test('without an app the port alone is checked', () => {
    const { app: _none, ...others } = settings;
    const text = haproxyConfig({ ...others, app: undefined }, [], builtIn);
    expect(text).not.toContain('httpchk');
    expect(haproxyConfig(settings, [], builtIn)).toContain("uri '/health'");
  });

  test.for([
    { drain_limit: 5_000, seconds: 70 },
    { drain_limit: 60_000, seconds: 70 },
    { drain_limit: 3_600_000, seconds: 3_605 },
  ])(
    'a drain of $drain_limit ms: the former process ends $seconds s after a reload',
    ({ drain_limit, seconds }) => {
      const text = haproxyConfig({ ...settings, drain_limit }, [], builtIn);
      expect(text).toContain(`hard-stop-after ${seconds}s\n`);
    },
  );

  test('F10: a connection that became a WebSocket may be silent for an hour', () => {
    expect(haproxyConfig(settings, [], builtIn)).toMatch(/timeout tunnel 1h\n.*timeout client-fin 30s\n/s);
  });

  test('the public port and the health path of the settings are used', () => {
    const own = { ...settings, host_port: 8080, app: app({ health: '/up?deep=1' }) };
    const text = haproxyConfig(own, [], builtIn);
    expect(text).toContain('bind *:8080\n');
    expect(text).toContain("uri '/up?deep=1'");
  });
});

describe('a health path', () => {
  test('holds nothing that haproxy or a shell would read as syntax', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(healthPath(`/${text}`)).toMatch(/^\/[A-Za-z0-9\-._~!$&()*+,;=:@/?%]*$/);
      }),
    );
  });

  test('is percent-encoded once', () => {
    expect(healthPath('/a b\'"#é%20%zz\n')).toBe('/a%20b%27%22%23%C3%A9%20%25zz%0A');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = healthPath(`/${text}`);
        expect(healthPath(once)).toBe(once);
      }),
    );
  });

  test.for(['health', '', '/\uD800'])('%j is refused with code 2', (path) => {
    expect(() => healthPath(path)).toThrow(expect.objectContaining({ code: 2 }));
  });
});
