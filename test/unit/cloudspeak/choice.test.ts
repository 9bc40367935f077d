// How a node is chosen on the command line, and that a mistake there reaches nobody.
import { describe, expect, test } from 'vitest';
import { parse } from '../../../src/cloudspeak/parse.ts';
import { INSTANCE } from '../../../src/cloudspeak/words.ts';
import { FakeOutside, speak } from '../fake-world.ts';

const instance = (...argv: string[]) => parse(INSTANCE, argv);

describe('row 7: the ways to choose a node', () => {
  test.for([['i=1'], ['-i', '1'], ['1'], ['num=1'], ['inst=1'], ['--instance', '1'], ['i=1', '-i', '1']])(
    '%j',
    (words) => {
      expect(instance('ssh', ...words).request.choice).toBe('1');
    },
  );

  test('none is none', () => {
    expect(instance('ssh').request.choice).toBeUndefined();
  });

  test('two different ones are refused', () => {
    expect(() => instance('ssh', 'i=1', '2')).toThrow('two nodes are chosen, "1" and "2"');
  });
});

describe('row 6: no number, 0, i=0 and -i 0 all open a shell on node 0', () => {
  test.for([[], ['0'], ['i=0'], ['-i', '0'], ['i=node0']])('instance ssh %j', async (words) => {
    const outside = new FakeOutside();
    const master = outside.ec2.has('party');
    outside.ec2.has('party');
    const { code, stdout } = await speak(['instance', 'ssh', ...words], outside);
    expect(outside.nodes.shells).toEqual(['node0']);
    expect([code, stdout]).toEqual([0, `-- Ssh'ing into ${master.publicDns}\n`]);
  });

  test.for(['x', '9', 'i=x', 'i=9', 'i='])('row 7: instance ssh %s reaches nobody', async (word) => {
    const outside = new FakeOutside();
    outside.ec2.has('party');
    const { code, stderr } = await speak(['instance', 'ssh', word], outside);
    expect([code, outside.nodes.shells]).toEqual([2, []]);
    expect(stderr).toMatch(/^instance: ".*" names no node; valid are 0, node0/);
  });
});
