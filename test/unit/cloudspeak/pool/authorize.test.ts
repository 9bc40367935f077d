// pool authorize --me in the fake world, and how start and configure keep the group as the settings have it.
import { describe, expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import type { FakeGroup } from '../../fakes/account.ts';
import { next, type Party, party, started } from './party.ts';

const groupOf = ({ outside }: Party): FakeGroup & { id: string } => {
  const [id = '', group] = [...outside.ec2.groups][0] ?? [];
  if (group === undefined) throw new Error('no group');
  return { id, ...group };
};
const sshIn = (all: Party) =>
  groupOf(all)
    .rules.filter(({ fromPort }) => fromPort === 22)
    .map(({ peer, about }) => `${peer} ${about}`);
const HERE = '192.0.2.10/32';
const MINE = 'poolparty: ssh tester@laptop';

/** The started pool, and the operator somewhere else. */
async function moved(more = ''): Promise<Party> {
  const all = next(await started(more));
  all.outside.ec2.callsFrom = { who: 'tester@laptop', range: '192.0.2.20/32' };
  return all;
}

describe('pool authorize --me', () => {
  test('lets the present address in and the former one out', async () => {
    const all = await moved();
    const { code, stdout, stderr } = await speak('pool authorize --me', all.outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('-- Opening tcp 22 from 192.0.2.20/32\n-- Closing tcp 22 from 192.0.2.10/32\n');
    expect(sshIn(all)).toEqual([`192.0.2.20/32 ${MINE}`]);
    const again = await speak('pool authorize --me', next(all).outside);
    expect([again.code, again.stdout]).toEqual([0, '-- 192.0.2.20/32 is let in by ssh already\n']);
  });

  test('leaves another operator in', async () => {
    const all = await moved();
    all.outside.ec2.callsFrom = { who: 'ann@desk', range: '192.0.2.30/32' };
    await speak('pool authorize --me', all.outside);
    expect(sshIn(all)).toEqual([`${HERE} ${MINE}`, '192.0.2.30/32 poolparty: ssh ann@desk']);
  });

  test('--dry-run says it and changes nothing', async () => {
    const all = await moved();
    const { code, stdout } = await speak('pool authorize --me --dry-run', all.outside);
    expect([code, stdout]).toEqual([
      0,
      'open tcp 22 from 192.0.2.20/32: you are there now\nclose tcp 22 from 192.0.2.10/32: you were there before\n',
    ]);
    expect([sshIn(all), all.outside.ec2.changes]).toEqual([[`${HERE} ${MINE}`], []]);
  });

  test('--json', async () => {
    const all = await moved();
    const { code, stdout, stderr } = await speak('pool authorize --me --json', all.outside);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ pool: 'party', group: groupOf(all).id, who: 'tester@laptop', address: '192.0.2.20/32' },
      ...{ opened: ['192.0.2.20/32'], closed: [HERE] },
    });
    expect(stderr).toBe('-- Opening tcp 22 from 192.0.2.20/32\n-- Closing tcp 22 from 192.0.2.10/32\n');
  });

  test('without --me, with ssh_from none, or without a pool it says what to do instead', async () => {
    const all = await moved();
    const nobody = await speak('pool authorize', all.outside);
    expect([nobody.code, nobody.stderr]).toEqual([
      2,
      'pool: authorize whom? pool authorize --me lets your present address in; ssh_from names others\n',
    ]);
    const closed = await speak('pool authorize --me --ssh-from none', next(all).outside);
    expect([closed.code, closed.stderr]).toEqual([
      2,
      'pool: ssh_from is none: ssh is closed to all but the nodes; set it to auto, or to addresses\n',
    ]);
    const none = await speak('pool authorize --me', party().outside);
    expect([none.code, none.stderr]).toEqual([
      1,
      'pool: the pool has no security group yet; pool start makes it, and lets you in\n',
    ]);
    expect(all.outside.ec2.changes).toEqual([]);
  });
});

describe('the group', () => {
  test('lets in what it should from the start: ssh for the caller alone', async () => {
    const { rules } = groupOf(await started());
    expect(rules.map(({ protocol, fromPort, peer, about }) => [protocol, fromPort, peer, about])).toEqual([
      ['-1', 0, 'group', 'poolparty: nodes'],
      ['tcp', 80, '0.0.0.0/0', 'poolparty: web'],
      ['tcp', 22, HERE, MINE],
    ]);
  });

  test('a second start from elsewhere adds the caller; one from there changes nothing', async () => {
    const all = await moved();
    const again = await speak('pool start', all.outside);
    expect(again.code).toBe(0);
    expect(sshIn(all)).toEqual([`${HERE} ${MINE}`, `192.0.2.20/32 ${MINE}`]);
    all.outside.ec2.changes.length = 0;
    await speak('pool start', next(all).outside);
    expect(all.outside.ec2.changes).toEqual([]);
  });

  test('row 51: configure moves the pool’s port: open before the nodes change, closed after', async () => {
    const all = next(await started());
    const { ec2 } = all.outside;
    const { code, stdout, stderr } = await speak('pool configure --host-port 8080', all.outside);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect([lines[0], lines.at(-2)]).toEqual([
      '-- Opening tcp 8080 from 0.0.0.0/0',
      '-- Closing tcp 80 from 0.0.0.0/0',
    ]);
    expect(ec2.changes).toHaveLength(2);
  });

  test('row 37: one that a killed start left without rules is opened by the next', async () => {
    const all = party();
    all.outside.ec2.groups.set('sg-9', { name: 'poolparty-party', vpcId: 'vpc-1', pool: 'party', rules: [] });
    expect((await speak('pool start', all.outside)).code).toBe(0);
    expect(groupOf(all).rules.map(({ about }) => about)).toEqual([
      'poolparty: nodes',
      'poolparty: web',
      MINE,
    ]);
  });

  test('a foreign rule is told of and stays', async () => {
    const all = next(await started());
    const open = { protocol: 'tcp', fromPort: 22, toPort: 22, peer: '0.0.0.0/0', about: undefined };
    const { id, rules } = groupOf(all);
    rules.push(open);
    const { code, stderr } = await speak('pool start', all.outside);
    expect([code, stderr]).toEqual([
      0,
      `pool: ${id} lets in tcp 22 from 0.0.0.0/0 by a rule that PoolParty did not make; it stays: remove it in EC2 if nobody needs it\n`,
    ]);
    expect(groupOf(all).rules).toContain(open);
  });

  test.for(['pool start', 'pool restart --yes'])(
    'a foreign group of our name: %s touches nothing',
    async (words) => {
      const { outside } = party();
      outside.ec2.groups.set('sg-9', { name: 'poolparty-party', vpcId: 'vpc-1', pool: undefined, rules: [] });
      const { code, stderr } = await speak(words, outside);
      expect([code, outside.ec2.changes]).toEqual([2, []]);
      expect(stderr).toContain("the security group poolparty-party (sg-9 in vpc-1) is not this pool's");
    },
  );

  test('--dry-run tells what would be opened', async () => {
    const all = await moved();
    const { stdout } = await speak('pool start --dry-run', all.outside);
    expect(stdout).toContain('open-group tcp 22 from 192.0.2.20/32: the security group lacks it\n');
  });
});
