// Wanted rules against found ones: what is opened, what is closed, and what is never touched.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changesFor,
  changesTo,
  describeRule,
  type FoundRule,
  type RuleChanges,
  strangersIn,
} from '../../../src/plans/group-rules.ts';
import { aboutCaller, type Caller, type Opening, openings } from '../../../src/plans/openings.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { settings } from './ground.ts';

const rob: Caller = { who: 'rob@laptop', range: '198.51.100.7/32' };
const ann: Caller = { who: 'ann@desk', range: '203.0.113.9/32' };
const robWas = { ...rob, range: '198.51.100.99/32' };

const found = (rule: Opening): FoundRule => ({
  ...rule,
  protocol: rule.protocol === 'all' ? '-1' : rule.protocol,
});
const ssh = (range: string, about?: string): FoundRule => ({
  ...{ protocol: 'tcp', fromPort: 22, toPort: 22, peer: range, about },
});
const asStarted = (by: Caller, over: Partial<Settings> = {}) => openings(settings(over), by).map(found);

const told = ({ open, close }: RuleChanges): readonly string[] => [
  ...open.map((rule) => `+ ${describeRule(rule)}`),
  ...close.map((rule) => `- ${describeRule(rule)}`),
];
const change = (rules: readonly FoundRule[], over: Partial<Settings> = {}, by: Caller = rob) =>
  told(changesTo(openings(settings(over), by), rules, settings(over)));

describe('a start or configure', () => {
  test('opens everything in a new group', () => {
    expect(change([])).toEqual([
      '+ everything from the group itself',
      '+ tcp 80 from 0.0.0.0/0',
      '+ tcp 22 from 198.51.100.7/32',
    ]);
  });

  test.for<[what: string, rules: readonly FoundRule[], over: Partial<Settings>, expected: readonly string[]]>(
    [
      ['changes nothing where all is as it should be', asStarted(rob), {}, []],
      [
        'adds the caller, and locks no other operator out',
        asStarted(ann),
        {},
        ['+ tcp 22 from 198.51.100.7/32'],
      ],
      [
        'leaves the caller’s former address to authorize --me',
        asStarted(robWas),
        {},
        ['+ tcp 22 from 198.51.100.7/32'],
      ],
      [
        'moves the pool’s port',
        asStarted(rob),
        { host_port: 8080 },
        ['+ tcp 8080 from 0.0.0.0/0', '- tcp 80 from 0.0.0.0/0'],
      ],
      [
        'closes ssh where it is wanted closed',
        asStarted(ann),
        { ssh_from: 'none' },
        ['- tcp 22 from 203.0.113.9/32'],
      ],
      [
        'lets the ranges of the settings in, and keeps who was let in by name',
        asStarted(ann),
        { ssh_from: ['192.0.2.77/24', '192.0.2.0/24'] },
        ['+ tcp 22 from 192.0.2.0/24'],
      ],
      [
        'closes a range that the settings no longer name',
        asStarted(rob, { ssh_from: ['192.0.2.0/24', '192.0.3.0/24'] }),
        { ssh_from: ['192.0.3.0/24'] },
        ['- tcp 22 from 192.0.2.0/24'],
      ],
      [
        'leaves what others made',
        [...asStarted(rob), ssh('0.0.0.0/0'), ssh('192.0.2.1/32', 'the auditor')],
        { ssh_from: 'none' },
        ['- tcp 22 from 198.51.100.7/32'],
      ],
      [
        'takes another’s rule for its own where it lets the same in',
        [...asStarted(ann), ssh(rob.range, 'the office')],
        {},
        [],
      ],
    ],
  )('%s', ([, rules, over, expected]) => expect(change(rules, over)).toEqual(expected));
});

describe('authorize --me', () => {
  const me = (rules: readonly FoundRule[]) => told(changesFor(rob, rules));
  test.for<[what: string, rules: readonly FoundRule[], expected: readonly string[]]>([
    ['changes nothing where the address is the same', asStarted(rob), []],
    [
      'lets the present address in and the former one out',
      asStarted(robWas),
      ['+ tcp 22 from 198.51.100.7/32', '- tcp 22 from 198.51.100.99/32'],
    ],
    ['leaves other operators in', asStarted(ann), ['+ tcp 22 from 198.51.100.7/32']],
    [
      'leaves what the settings say',
      asStarted(rob, { ssh_from: ['192.0.2.0/24'] }),
      ['+ tcp 22 from 198.51.100.7/32'],
    ],
  ])('%s', ([, rules, expected]) => expect(me(rules)).toEqual(expected));
});

test('a description holds only what EC2 takes, and no more than it takes', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (who) => {
      expect(aboutCaller({ who })).toMatch(/^poolparty: ssh [a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,240}$/);
    }),
    { examples: [['rób\n@läptop \u{1f389}\0'], ['x'.repeat(300)]] },
  );
});

const rules = fc.array(
  fc.record({
    protocol: fc.constantFrom('tcp', 'udp', '-1'),
    fromPort: fc.constantFrom(22, 80, 8080),
    toPort: fc.constantFrom(22, 80, 8080),
    peer: fc.constantFrom('group', '0.0.0.0/0', rob.range, ann.range, 'sg-other', 'pl-1'),
    about: fc.constantFrom(
      undefined,
      '',
      'mine',
      'poolparty: web',
      'poolparty: ssh',
      aboutCaller(rob),
      aboutCaller(ann),
    ),
  }),
);

test('whatever is found: others’ rules stay, all that is wanted is there afterwards, and a second run does nothing', () => {
  const over = fc.constantFrom<Partial<Settings>>(
    {},
    { host_port: 8080 },
    { ssh_from: 'none' },
    { ssh_from: [ann.range] },
  );
  fc.assert(
    fc.property(rules, over, (before, said) => {
      const wanted = openings(settings(said), rob);
      const { open, close } = changesTo(wanted, before, settings(said));
      expect(close.every(({ about }) => about?.startsWith('poolparty: '))).toBe(true);
      const after = [...before.filter((rule) => !close.includes(rule)), ...open.map(found)];
      for (const rule of wanted) expect(after.map(describeRule)).toContain(describeRule(rule));
      expect(told(changesTo(wanted, after, settings(said)))).toEqual([]);
    }),
  );
});

test('others’ rules by which more can log in are told of', () => {
  const others = [ssh('0.0.0.0/0'), { ...ssh('sg-other'), fromPort: 0, toPort: 100 }];
  const harmless = [
    { ...ssh('0.0.0.0/0'), fromPort: 443, toPort: 443 },
    { ...ssh('0.0.0.0/0'), protocol: 'udp' },
  ];
  expect(strangersIn([...asStarted(rob), ...others, ...harmless])).toEqual(others);
});
