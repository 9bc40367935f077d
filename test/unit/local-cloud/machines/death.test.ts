// Why a machine ended, by its exit code; and that the watch reports only what it should.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deathOf } from '../../../../src/local-cloud/machines/death.ts';
import { DeathWatch } from '../../../../src/local-cloud/machines/death-watch.ts';

test.for([
  [129, 'reboot'],
  [130, 'poweroff'],
  [0, 'poweroff'],
  [137, 'killed'],
  [1, 'killed'],
  [Number.NaN, 'killed'],
] as const)('exit code %d is %s', ([code, death]) => {
  expect(deathOf(code)).toBe(death);
});

test('the watch reports a process that ends, once, and none that it was told to forget', async () => {
  const report = vi.fn();
  const watch = new DeathWatch(report);
  const children = [1, 2].map(() => spawn('sleep', ['60']));
  onTestFinished(() => {
    watch.end();
    for (const child of children) child.kill('SIGKILL');
  });
  const [one, two] = children;
  watch.watch('one', one?.pid ?? 0);
  watch.watch('two', two?.pid ?? 0);
  expect(watch.alive('one')).toBe(one?.pid);
  watch.forget('two');
  const ends = children.map((child) => once(child, 'exit'));
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(ends);
  await vi.waitFor(() => expect(report).toHaveBeenCalled());
  expect(report.mock.calls).toEqual([['one']]);
  expect(watch.alive('one')).toBeUndefined();
});
