// What a served pool bears: ten thousand visitors, and work on one node that is that node's alone.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { speak } from './ground/command.ts';
import { party } from './ground/party.ts';

const cloud = inject('cloud');
const hello = party(cloud, 'serve', { POOL_MINIMUM_INSTANCES: '2' });

beforeAll(async () => {
  expect(await hello.pool('start')).toMatchObject({ code: 0, stderr: '' });
});
afterAll(() => hello.end());

const loads = async (): Promise<readonly number[]> =>
  (await hello.list()).instances.map(({ load }) => load ?? Number.NaN);

test('row 67: what measuring needs is on the image, and every node tells its figures', async () => {
  const needed =
    'for tool in sh cat cut echo nproc socat; do command -v $tool >/dev/null || echo $tool; done';
  expect(await hello.on('0', needed)).toBe('');
  for (const load of await loads()) expect(load).toBeGreaterThanOrEqual(0);
});

test("work on one node raises that node's load and no other's", async () => {
  const apart = async (): Promise<number> => {
    const [zero = 0, one = 0] = await loads();
    return zero - one;
  };
  const before = await apart();
  const work = "curl -s -m 60 'http://127.0.0.1:8001/work?ms=15000'";
  const worked = hello.on('0', `${work} & ${work}; wait`);
  await expect.poll(apart, { timeout: 40_000, interval: 1_000 }).toBeGreaterThan(before + 0.2);
  expect(await worked).toContain('worked 15000 ms on node0');
});

test('10,000 requests through the address, and none fails', async () => {
  const url = `http://${(await hello.list()).address}/`;
  let served = 0;
  for (let rounds = 0; served < 10_000 && rounds < 12; rounds += 1) {
    const words = ['--threads', '2', '--connections', '20', '--timeout', '10s', '--duration', '4s', url];
    const { code, stdout } = await speak('wrk', words, { env: hello.env, cwd: cloud.home, limit: 30_000 });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/Non-2xx|Socket errors/);
    served += Number(/(\d+) requests in /.exec(stdout)?.[1] ?? 0);
  }
  expect(served).toBeGreaterThanOrEqual(10_000);
}, 120_000);
