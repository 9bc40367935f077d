// pool clouds: every pool of the account, and the machines of nobody.
import { expect, test } from 'vitest';
import { cloudRows } from '../../../../src/pool/clouds.ts';
import { POOL_TAG } from '../../../../src/pool/pool.ts';
import { FakeOutside, speak } from '../../fake-world.ts';
import { address, instance } from '../../plans/ground.ts';

/** Two pools, one of which ends, an address that waits for its pool, and machines of others. */
function account(): FakeOutside {
  const outside = new FakeOutside();
  const { ec2, clock } = outside;
  const first = ec2.has('web', { launchedAt: new Date(clock.ms - 3 * 3_600_000) });
  ec2.has('web', { type: 'm5.large' });
  ec2.hasAddress('web', first.id);
  ec2.has('api', { state: 'shutting-down', goneAt: clock.ms + 5_000 });
  ec2.hasAddress('shop');
  ec2.has('', {
    tags: { Name: 'database' },
    type: 'm9.huge',
    launchedAt: new Date(clock.ms - 72 * 3_600_000),
  });
  ec2.has('', { tags: {} });
  return outside;
}

test('row 18: lists every pool of the account, and the instances of nobody in their own group', async () => {
  const outside = account();
  const { code, stdout, stderr } = await speak('pool clouds', outside);
  expect([code, stderr, outside.ec2.changes]).toEqual([0, '', []]);
  expect(stdout).toBe(`api in us-east-1: 0 instances, 0.0000 USD an hour
  node0 i-00000004 shutting-down t3.small
shop in us-east-1: 0 instances, at 203.0.113.5, 0.0000 USD an hour
web in us-east-1: 2 instances, 1 × m5.large, 1 × t3.small, at 203.0.113.3, 0.1168 USD an hour, 3 h
  node0 i-00000001 running t3.small
  node1 i-00000002 running m5.large
not of any pool in us-east-1: 2 instances, 1 × m9.huge, 1 × t3.small, ? USD an hour, 3 d
  database i-00000006 running m9.huge
  - i-00000007 running t3.small
`);
});

test('row 15, 18: --json is one document; on a terminal it is a table', async () => {
  const { clouds } = JSON.parse((await speak('pool clouds --json', account())).stdout);
  expect(clouds.map(({ pool, size }: { pool: string; size: number }) => [pool, size])).toEqual([
    ['api', 0],
    ['shop', 0],
    ['web', 2],
    [null, 2],
  ]);
  expect(clouds[2]).toMatchObject({
    address: '203.0.113.3',
    types: { 'm5.large': 1, 't3.small': 1 },
    since: '2008-05-30T21:47:37.000Z',
  });
  const outside = account();
  outside.screen.isTerminal = true;
  const { stdout } = await speak('pool clouds', outside);
  expect(stdout).toMatch(
    /│ web +│ us-east-1 │ +2 │ 1 × m5\.large, 1 × t3\.small │ 203\.0\.113\.3 │ +0\.1168 │ +3 h │/,
  );
  expect(stdout).toContain('not of any pool');
});

test('needs no pool.yml, says so where there is nothing, and looks into every region when asked', async () => {
  const outside = new FakeOutside();
  outside.env = { POOL_REGION: 'us-east-1' };
  expect(await speak('pool clouds', outside)).toMatchObject({ code: 0, stdout: 'No cloud is running\n' });
  const all = account();
  await speak('pool clouds --all-regions --json', all);
  expect(all.ec2.calls).toEqual(['regions', 'account']);
});

test('a pool is numbered as its list numbers it', () => {
  const tags = { [POOL_TAG]: 'web' };
  const late = instance('i-2', { tags, launchedAt: new Date(9_000) });
  const [row] = cloudRows(
    {
      instances: [instance('i-1', { tags }), late],
      addresses: [{ pool: 'web', ip: address().ip, holder: 'i-2' }],
    },
    { region: 'us-east-1', own: { 't3.small': 1 } },
  );
  expect(row?.instances.map(({ id, name }) => `${name} ${id}`)).toEqual(['node0 i-2', 'node1 i-1']);
  expect(row?.hourly_usd).toBe(2);
});
