// The nftables text: what is open, to whom, and how much of it.
import { describe, expect, test } from 'vitest';
import type { Opening } from '../../../../src/local-cloud/engine.ts';
import { moved } from '../../../../src/local-cloud/network/enforce.ts';
import { cloudIdOf, namesOf } from '../../../../src/local-cloud/network/names.ts';
import { outwardIn } from '../../../../src/local-cloud/network/outward.ts';
import { addressPlan } from '../../../../src/local-cloud/network/plan.ts';
import { ruleset } from '../../../../src/local-cloud/network/rules.ts';

const names = namesOf(cloudIdOf('/home/me/.poolparty/local'));
const plan = addressPlan(0);
const written = (openings: [string, Opening[]][], addresses: [string, string][] = []) =>
  ruleset(names, plan, { addresses: new Map(addresses), openings: new Map(openings) });
const chainOf = (opening: Opening) =>
  /chain openings_0 \{ (.*)\}/.exec(written([['10.144.0.10', [opening]]]))?.[1]?.trim();

describe('an opening becomes a rule', () => {
  const peers = ['10.0.0.1/32'];
  test.for<[Opening, string]>([
    [
      { protocol: 'tcp', fromPort: 22, toPort: 22, peers },
      'ip saddr { 10.0.0.1/32 } tcp dport 22-22 accept;',
    ],
    [{ protocol: 'udp', fromPort: 5, toPort: 9, peers }, 'ip saddr { 10.0.0.1/32 } udp dport 5-9 accept;'],
    [{ protocol: 'tcp', peers }, 'ip saddr { 10.0.0.1/32 } meta l4proto tcp accept;'],
    [{ protocol: 'icmp', peers }, 'ip saddr { 10.0.0.1/32 } meta l4proto icmp accept;'],
    [{ protocol: 'all', peers }, 'ip saddr { 10.0.0.1/32 }  accept;'],
    [{ protocol: 'all', peers: ['0.0.0.0/0'] }, 'accept;'],
    [
      { protocol: 'tcp', fromPort: 80, peers: ['::/0', ...peers] },
      'ip saddr { 10.0.0.1/32 } tcp dport 80-80 accept;',
    ],
    [{ protocol: 'tcp', fromPort: 80, peers: ['::/0'] }, ''],
    [{ protocol: 'tcp', fromPort: 80, peers: [] }, ''],
  ])('%o', ([opening, rule]) => {
    expect(chainOf(opening)?.replace(/\s+/g, ' ')).toBe(rule.replace(/\s+/g, ' '));
  });
});

test('machines with the same openings share one chain', () => {
  const web: Opening = { protocol: 'tcp', fromPort: 80, toPort: 80, peers: ['0.0.0.0/0'] };
  const text = written(Array.from({ length: 100 }, (_, n) => [`10.144.1.${n}`, n < 99 ? [web] : []]));
  expect(text.match(/chain openings_/g)).toHaveLength(2);
  expect(text.match(/: jump openings_0/g)).toHaveLength(99);
});

test('public addresses are mapped for the host and for machines', () => {
  const text = written([], [['198.18.4.9', '10.144.0.10']]);
  expect(text).toContain('198.18.4.9 : 10.144.0.10');
  expect(text.match(/dnat to ip daddr map @public/g)).toHaveLength(2);
});

test('whoever comes from outside is seen as itself, and not as an address of the host’s', () => {
  expect(written([])).toContain('oifgroup 7700 ip saddr != 10.144.0.0/16 snat to ip saddr');
});

test('what comes by the cable of a machine that is checked has its address, or is dropped', () => {
  const id = 'i-0123456789abcdef0';
  const state = { addresses: new Map(), openings: new Map(), checked: new Map([['10.144.0.10', id]]) };
  const text = ruleset(names, plan, state);
  expect(text).toContain(`set checked { type ifname; elements = { "${names.port(id)}" } }`);
  expect(text).toContain(`elements = { "${names.port(id)}" . 10.144.0.10 }`);
  expect(text).toContain('iifname @checked iifname . ip saddr != @own drop');
});

test('the former table goes in the same transaction', () => {
  expect(written([])).toMatch(
    new RegExp(`^table ip ${names.table} {}\ndelete table ip ${names.table}\ntable ip`),
  );
});

test('names of interfaces fit the kernel’s 15 characters', () => {
  expect(names.bridge.length).toBeLessThanOrEqual(15);
  expect(names.port('i-0123456789abcdef0').length).toBeLessThanOrEqual(15);
});

test('addresses that moved or went are cut, those that stay or come are not', () => {
  const before = new Map([
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
  ]);
  expect(
    moved(
      before,
      new Map([
        ['a', '1'],
        ['b', '9'],
        ['d', '4'],
      ]),
    ),
  ).toEqual(['b', 'c']);
});

describe("row 79: the cloud's own address", () => {
  const closed = (outward: readonly string[]) => {
    const text = ruleset(names, plan, { addresses: new Map(), openings: new Map() }, outward);
    return /chain input \{([^}]*\}[^}]*)\}/.exec(text)?.[1]?.replace(/\s+/g, ' ').trim();
  };

  test('is closed to the wires by which strangers come', () => {
    expect(closed(['eth0', 'wlan0'])).toBe(
      `type filter hook input priority 0; iifname { "eth0", "wlan0" } ip daddr ${plan.address} drop`,
    );
    expect(closed([])).toBeUndefined();
  });

  test('these are the interfaces of the default routes, each once', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
      'eth0\t00000000\t0202A8C0\t0003\t0\t0\t200\t00000000\t0\t0\t0',
      'wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
      'podman0\t0000580A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    ];
    expect(outwardIn(table.join('\n'))).toEqual(['eth0', 'wlan0']);
    expect(outwardIn('')).toEqual([]);
  });
});
