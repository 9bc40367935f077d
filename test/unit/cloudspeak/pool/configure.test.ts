// pool configure, by the whole command in the fake world.
import { expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import { next, started } from './party.ts';

test('row 51: what is no change takes no lock and changes nothing', async () => {
  const { outside } = next(await started());
  const { code, stdout } = await speak('pool configure -q', outside);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'node0: nothing differs\nnode1: nothing differs\nnode2: nothing differs\n',
  });
  expect(outside.nodes.locks).toEqual([]);
});

test('row 68: many nodes that differ at once are one turn: the lock is taken once', async () => {
  const { outside } = next(await started());
  outside.disk.program = async (name) => `a newer program ${name}`;
  const { code, stderr } = await speak('pool configure -q', outside);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(outside.nodes.locks).toEqual(['node0']);
});
