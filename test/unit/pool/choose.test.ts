// Which nodes a choice means.
import { describe, expect, test } from 'vitest';
import { choose, chooseOne } from '../../../src/pool/choose.ts';
import { PoolError } from '../../../src/pool/failure.ts';
import type { Node } from '../../../src/pool/instance.ts';
import { FakeClock, FakeCloud } from '../fake-world.ts';

async function party(count: number): Promise<readonly Node[]> {
  const cloud = new FakeCloud(new FakeClock());
  for (let made = 0; made < count; made += 1) cloud.has('party');
  return (await cloud.look('party')).nodes;
}

const names = (nodes: readonly Node[]) => nodes.map(({ name }) => name).join(' ');

function refusal(act: () => unknown): PoolError {
  try {
    act();
  } catch (error) {
    if (error instanceof PoolError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a choice of nodes', () => {
  test.for([
    [undefined, 'node0'],
    ['0', 'node0'],
    ['1', 'node1'],
    ['node2', 'node2'],
    ['all', 'node0 node1 node2 node3'],
    ['0,2', 'node0 node2'],
    ['2,0,2', 'node0 node2'],
    ['1-3', 'node1 node2 node3'],
    ['node1-node2', 'node1 node2'],
    ['i-00000003', 'node2'],
    ['3, 0-1', 'node0 node1 node3'],
  ] as const)('%s means %s', async ([choice, expected]) => {
    expect(names(choose(await party(4), choice))).toBe(expected);
  });

  test.for(['x', '9', '4', '-1', '', '1-4', '3-1', '0,9', '1.0', '01', '0x1', 'i-1', 'node', 'ALL'])(
    'row 7: %j names no node: code 2, the valid choices, never node 0',
    async (choice) => {
      const nodes = await party(4);
      const error = refusal(() => choose(nodes, choice));
      expect(error.code).toBe(2);
      expect(error.message).toContain('names no node; valid are 0 to 3, node0 to node3, all');
      expect(error.details).toContain('  3: node3 - i-00000004');
    },
  );

  test('row 7: in an empty pool no choice names a node', () => {
    expect(refusal(() => choose([], undefined))).toMatchObject({
      code: 2,
      message: expect.stringContaining('no node'),
    });
    expect(refusal(() => choose([], 'all'))).toMatchObject({
      code: 2,
      message: expect.stringContaining('no node'),
    });
  });

  test('ssh takes one node', async () => {
    const nodes = await party(2);
    expect(chooseOne(nodes, '1').name).toBe('node1');
    expect(refusal(() => chooseOne(nodes, 'all'))).toMatchObject({
      code: 2,
      message: expect.stringContaining('2 nodes'),
    });
  });
});
