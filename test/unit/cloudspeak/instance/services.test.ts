import { expect, test } from 'vitest';
import { FakeOutside, speak } from '../../fake-world.ts';

function twoNodes(): FakeOutside {
  const outside = new FakeOutside();
  outside.ec2.has('party');
  outside.ec2.has('party', { launchedAt: new Date('2030-01-01') });
  outside.nodes.handler = () => ({ stdout: 'poolparty-app\nhaproxy\n' });
  return outside;
}

test.for([
  ['start', 'Starting', 'started'],
  ['stop', 'Stopping', 'stopped'],
  ['restart', 'Restarting', 'restarted'],
] as const)('row 10: instance %s acts on the services of that node only', async ([word, doing, done]) => {
  const { code, stdout, outside } = await speak(`instance ${word} i=1`, twoNodes());
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `-- ${doing} the services of node1\nnode1: ${done} poolparty-app, haproxy\n`,
  });
  expect(outside.nodes.scripts.map(({ node }) => node)).toEqual(['node1']);
  expect(outside.nodes.scripts[0]?.script).toContain(`touch_unit ${word} haproxy`);
  expect(outside.ec2.changes).toEqual([]);
});

test('visitors are sent away before the app stops', async () => {
  const { outside } = await speak('instance stop', twoNodes());
  const script = outside.nodes.scripts[0]?.script ?? '';
  expect(script.indexOf('stop haproxy')).toBeLessThan(script.indexOf('stop poolparty-app'));
});

test('the shared files are there before the app starts, and go after it stopped', async () => {
  const at = async (word: string, unit: string) => {
    const { outside } = await speak(`instance ${word}`, twoNodes());
    return outside.nodes.scripts[0]?.script.indexOf(`touch_unit ${word} ${unit}`) ?? -1;
  };
  expect(await at('start', 'poolparty-data')).toBeLessThan(await at('start', 'poolparty-app'));
  expect(await at('stop', 'poolparty-data')).toBeGreaterThan(await at('stop', 'poolparty-app'));
});

test('a service that refuses is told with its node', async () => {
  const outside = twoNodes();
  outside.nodes.handler = () => ({ code: 1, stdout: 'poolparty-app\n', stderr: 'Job for haproxy failed.\n' });
  const { code, stdout, stderr } = await speak('instance restart', outside);
  expect(code).toBe(1);
  expect(stdout).toContain('node0: restarted poolparty-app\n');
  expect(stderr).toMatch(/node0 \(i-\w+\): could not restart every service: Job for haproxy failed\./);
});

test('a node that was never configured says what to do', async () => {
  const outside = twoNodes();
  outside.nodes.handler = () => ({});
  const { code, stderr } = await speak('instance start', outside);
  expect(code).toBe(1);
  expect(stderr).toContain('run pool start');
});
