import { expect, test } from 'vitest';
import { FakeOutside, speak } from '../../fake-world.ts';

function twoNodes(): FakeOutside {
  const outside = new FakeOutside();
  outside.ec2.has('party');
  outside.ec2.has('party', { launchedAt: new Date('2030-01-01') });
  return outside;
}

test.for([['instance ssh'], ['instance ssh i=0'], ['instance -i 0 ssh'], ['instance ssh 0']])(
  'row 6: %s reaches node 0 and says its host',
  async ([words = '']) => {
    const { code, stdout, outside } = await speak(words, twoNodes());
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "-- Ssh'ing into ec2-198-51-100-1.compute-1.amazonaws.com\n",
    });
    expect(outside.nodes.shells).toEqual(['node0']);
  },
);

test.for(['i=1', '-i 1', '1', 'num=1', 'inst=1'])('row 7: %s reaches node 1', async (choice) => {
  const { outside } = await speak(`instance ssh ${choice}`, twoNodes());
  expect(outside.nodes.shells).toEqual(['node1']);
});

test.for(['i=x', 'i=9', 'i=all'])(
  'row 7: ssh %s is refused with code 2 and touches no node',
  async (choice) => {
    const { code, stderr, outside } = await speak(`instance ssh ${choice}`, twoNodes());
    expect({ code, shells: outside.nodes.shells }).toEqual({ code: 2, shells: [] });
    expect(stderr).not.toBe('');
  },
);

test("the shell's own exit code is returned", async () => {
  const outside = twoNodes();
  outside.nodes.shellCode = 7;
  expect((await speak('instance ssh', outside)).code).toBe(7);
});
