// max_hourly_usd before and while a pool runs: what would cost more is refused before anything is touched.
import { expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import { next, party, started } from './party.ts';

test.for([
  [
    'the minimum costs more',
    'max_hourly_usd: 0.06\n',
    '3 instances would cost 0.0624 USD an hour, and max_hourly_usd is 0.06; raise it, lower minimum_instances, or set a smaller size',
  ],
  [
    'nobody knows the price of the type',
    'max_hourly_usd: 9\nsize: m9.large\n',
    'max_hourly_usd is set, but the price of m9.large in us-east-1 is unknown; set prices in pool.yml, like prices: { m9.large: 0.05 }',
  ],
] as const)('a start is refused, and nothing is touched, where %s', async ([, more, line]) => {
  const { outside } = party(more);
  expect(await speak('pool start', outside)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: `pool: ${line}\n`,
  });
  expect(outside.ec2.changes).toEqual([]);
});

test('a restart is refused before anything is stopped', async () => {
  const all = next(await started());
  const { code, stderr } = await speak('pool restart --yes --max-hourly-usd 0.05', all.outside);
  expect([code, all.outside.ec2.changes]).toEqual([2, []]);
  expect(stderr).toContain('3 instances would cost 0.0624 USD an hour');
});

test('a start within the limit comes up, and a lowered limit changes nothing that is there', async () => {
  const all = next(await started('max_hourly_usd: 0.0624\n'));
  const { code, stderr } = await speak('pool start --max-hourly-usd 0.01', all.outside);
  expect([code, stderr]).toEqual([0, '']);
  expect(all.outside.ec2.changes.filter((one) => /launch|terminate/.test(one))).toEqual([]);
});

test('configure refuses what a maintainer on a node could not keep', async () => {
  const all = next(await started());
  const words = 'pool configure --max-hourly-usd 1 --size m9.large';
  expect(await speak(words, all.outside)).toMatchObject({ code: 2, stdout: '' });
});

test('maintain does not heal beyond the limit, and says why', async () => {
  const all = next(await started());
  const [node] = (await all.outside.ec2.look('party')).nodes.slice(-1);
  all.outside.ec2.end(node?.id ?? '', 'Server.InternalError');
  await all.outside.clock.sleep(5_000);
  const { code, stdout } = await speak('pool maintain --once --json --max-hourly-usd 0.05', all.outside);
  expect(code).toBe(0);
  expect(stdout).toContain(
    'minimum_instances is 3, 2 are there, but max_hourly_usd is 0.05, and with one more it would be 0.0624',
  );
  expect(all.outside.ec2.requests).toHaveLength(3);
});
