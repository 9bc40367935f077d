import { expect, test } from 'vitest';
import { claim, mayAct, mayLaunch } from '../../../src/fail-safety/mastership.ts';
import type { ClaimSight, Heard } from '../../../src/pool/claim.ts';
import type { Instance } from '../../../src/pool/instance.ts';
import { type Address, poolOf } from '../../../src/pool/pool.ts';
import { instance } from '../built-in.ts';
import { address } from './address.ts';

const [zero, one, two, three] = [0, 1, 2, 3].map((number) => instance(number));
const four = [zero, one, two, three] as readonly Instance[];
const id = (number: number) => instance(number).id;

const heldBy = (number: number) => address({ holder: id(number), associationId: `eipassoc-${number}` });

type Given = Partial<Omit<ClaimSight, 'pool'>> & {
  readonly address?: Address | undefined;
  readonly instances?: readonly Instance[];
};

const ways = (address: Heard['sign'], inside: Heard['sign'], sshd: Heard['sign']): readonly Heard[] => [
  { of: 'haproxy', sign: address },
  { of: 'haproxy', sign: inside },
  { of: 'sshd', sign: sshd },
];
const silence = ways('silent', 'silent', 'silent');

/** Node 1's sight of four running nodes, unless said otherwise. */
const decide = ({ address: seen, instances = four, ...rest }: Given) =>
  claim({
    me: id(1),
    pool: poolOf({ name: 'party', instances, address: seen }),
    heard: silence,
    byForce: false,
    before: undefined,
    vacantFor: 0,
    ...rest,
  });

const stopped = instance(1, { state: 'stopped' });
const wait = (ms: number, because: string) => ({ do: 'wait', ms, because });
const leave = (because: string) => ({ do: 'leave', because });
const silent = `${id(0)} holds 192.0.2.10 and does not answer there`;

test.for<[what: string, given: Given, decision: object]>([
  ['no address', {}, leave('the pool has no address')],
  [
    'a pool that is being stopped, even where the address is here',
    { address: { ...heldBy(1), stopping: true }, byForce: true },
    leave('the pool is being stopped'),
  ],
  ['a stranger', { me: 'i-9', address: address() }, leave('i-9 is no running node of pool party')],
  [
    'a node that is stopped',
    { address: address(), instances: [zero, stopped, two] as readonly Instance[] },
    leave(`${id(1)} is no running node of pool party`),
  ],
  ['ours already', { address: heldBy(1) }, { do: 'hold', because: '192.0.2.10 is here' }],
  [
    'a holder that answers',
    { address: heldBy(0), heard: ways('answers', 'answers', 'answers'), vacantFor: 1e9 },
    leave(`${id(0)} holds 192.0.2.10 and answers there`),
  ],
  [
    'a holder that answers, by force',
    { address: heldBy(0), heard: ways('answers', 'answers', 'answers'), byForce: true },
    {
      do: 'claim',
      address: heldBy(0),
      disassociate: 'eipassoc-0',
      because: `192.0.2.10 is to move here from ${id(0)}`,
    },
  ],
  ...(
    [
      ['at the address alone', ways('answers', 'silent', 'silent')],
      ['from inside alone', ways('silent', 'answers', 'silent')],
      ['with an app that answers 500, or late: HAProxy says so itself', ways('answers', 'answers', 'silent')],
      [
        'by the connections that a full HAProxy takes, on a machine whose sshd speaks',
        ways('takes', 'silent', 'answers'),
      ],
      ['the same, from inside', ways('silent', 'takes', 'answers')],
    ] as const
  ).map(([how, heard]): [string, Given, object] => [
    `row 82: a holder that gives a sign of life ${how}, however long it took`,
    { address: heldBy(0), heard, vacantFor: 1e9 },
    leave(`${id(0)} holds 192.0.2.10 and answers there`),
  ]),
  ...(
    [
      ['whose HAProxy is dead while its sshd lives', ways('silent', 'silent', 'answers')],
      ['that is frozen: the kernel takes connections, and nobody speaks', ways('takes', 'takes', 'takes')],
    ] as const
  ).map(([how, heard]): [string, Given, object] => [
    `a holder ${how}`,
    { address: heldBy(0), heard, vacantFor: 2_000 },
    { do: 'claim', address: heldBy(0), disassociate: 'eipassoc-0', because: silent },
  ]),
  [
    'row 82: a holder that has been silent for less than 2 s',
    { address: heldBy(0), vacantFor: 1_400 },
    wait(600, `${silent}; it may still answer`),
  ],
  [
    'row 82: a holder that could be asked at the address alone',
    { address: heldBy(0), heard: [{ of: 'haproxy', sign: 'silent' }], vacantFor: 2_000 },
    wait(8_000, `${silent}; it may still answer`),
  ],
  [
    "a holder that has stopped, by EC2's own word, at once",
    {
      address: heldBy(0),
      heard: [],
      instances: [instance(0, { state: 'stopped' }), one, two, three] as readonly Instance[],
    },
    {
      do: 'claim',
      address: heldBy(0),
      disassociate: 'eipassoc-0',
      because: `${id(0)} holds 192.0.2.10 and has ended`,
    },
  ],
  [
    'a holder that has stopped, seen by node 2 first: the standby notices last at the worst, and is to be the first',
    {
      me: id(2),
      address: heldBy(0),
      heard: [],
      instances: [instance(0, { state: 'stopped' }), one, two, three] as readonly Instance[],
    },
    wait(4_000, `${id(0)} holds 192.0.2.10 and has ended; 1 with a lower number may come first`),
  ],
  [
    'a silent holder, seen by the standby',
    { address: heldBy(0), vacantFor: 2_000 },
    { do: 'claim', address: heldBy(0), disassociate: 'eipassoc-0', because: silent },
  ],
  [
    'a silent holder, seen by node 3 first',
    { me: id(3), address: heldBy(0) },
    wait(8_000, `${silent}; 2 with a lower number may come first`),
  ],
  [
    'a silent holder, seen by node 3 for long',
    { me: id(3), address: heldBy(0), before: heldBy(0), vacantFor: 8_000 },
    { do: 'claim', address: heldBy(0), disassociate: 'eipassoc-0', because: silent },
  ],
  [
    'another holder than before, who may not be reached yet',
    { me: id(3), address: heldBy(2), before: heldBy(0), vacantFor: 1e9 },
    leave(`${id(2)} took 192.0.2.10 meanwhile`),
  ],
  [
    'another holder than before, by force',
    { me: id(3), address: heldBy(2), before: address(), byForce: true },
    leave(`${id(2)} took 192.0.2.10 meanwhile`),
  ],
  [
    'an address that is free, seen by the lowest number',
    { me: id(0), address: address() },
    { do: 'claim', address: address(), disassociate: undefined, because: '192.0.2.10 is free' },
  ],
  [
    'an address that is free, seen by node 2',
    { me: id(2), address: address() },
    wait(4_000, '192.0.2.10 is free; 2 with a lower number may come first'),
  ],
  [
    'an address that is free, the rest of the wait',
    { me: id(2), address: address(), vacantFor: 3_000 },
    wait(1_000, '192.0.2.10 is free; 2 with a lower number may come first'),
  ],
  [
    'an address that is free, and nobody with a lower number runs',
    {
      me: id(2),
      address: address(),
      instances: [instance(0, { state: 'pending' }), stopped, two] as readonly Instance[],
    },
    { do: 'claim', address: address(), disassociate: undefined, because: '192.0.2.10 is free' },
  ],
  [
    'an address of the user on something else',
    { address: address({ associationId: 'eipassoc-9' }), byForce: true },
    leave('192.0.2.10 is on something that is no instance'),
  ],
])('row 71: a claim: %s', ([, given, decision]) => {
  expect(decide(given)).toEqual(decision);
});

test('row 72: a changing step starts within 5 s of a look that showed our own association', () => {
  expect(mayAct(undefined, 0)).toBe(false);
  expect(mayAct(1_000, 6_000)).toBe(true);
  expect(mayAct(1_000, 6_001)).toBe(false);
});

test('row 72: a new master launches and terminates nothing in its first 10 s', () => {
  expect(mayLaunch(undefined, 1e9)).toBe(false);
  expect(mayLaunch(1_000, 10_999)).toBe(false);
  expect(mayLaunch(1_000, 11_000)).toBe(true);
});
