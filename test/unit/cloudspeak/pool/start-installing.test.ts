// pool start on machines that have nothing of a node's software yet.
import { expect, test } from 'vitest';
import { LACKING_CODE } from '../../../../src/plans/install.ts';
import { speak } from '../../fake-world.ts';
import { type Party, party } from './party.ts';

/** Machines that lack HAProxy and Node until they are installed; the installation on `broken` fails. */
function plain(broken?: string): Party & { readonly installed: Set<string> } {
  const all = party();
  const installed = new Set<string>();
  const { handler } = all.outside.nodes;
  all.outside.nodes.handler = (node, script, options) => {
    if (script.includes('\nfinish ')) {
      if (node.name === broken) return { code: 1, stderr: 'the disk is full: E: no space\nE: no space\n' };
      installed.add(node.id);
      return { stdout: 'note apt-get failed, again in 2 s: E: no mirror\n' };
    }
    if (script.includes('\nstop_if_lacking ') && !installed.has(node.id))
      return { code: LACKING_CODE, stdout: 'lacks haproxy node\nsystem Linux x86_64 glibc 2.36\n' };
    return handler(node, script, options);
  };
  return { ...all, installed };
}

test('every node is installed and then configured, and what was tried again is told', async () => {
  const { outside, machines, installed } = plain();
  const { code, stderr } = await speak('pool start', outside);
  expect(code).toBe(0);
  expect(stderr.trimEnd().split('\n').sort()).toEqual(
    ['node0', 'node1', 'node2'].map((name) => `${name}: apt-get failed, again in 2 s: E: no mirror`),
  );
  const ids = [...outside.ec2.instances.keys()].sort();
  expect([...installed].sort()).toEqual(ids);
  expect(machines.up((await outside.ec2.look('party')).nodes[0]?.id ?? '')).toEqual(ids);
});

test('machines that lack nothing are not asked once more than without an installation', async () => {
  const { outside } = party();
  await speak('pool start', outside);
  const looks = outside.nodes.scripts.filter(({ script }) => script.includes('lacking '));
  // The second time each is only told the keys of all.
  expect(looks.map(({ node }) => node).sort()).toEqual(['node0', 'node1', 'node2']);
  expect(looks.every(({ script }) => script.includes('\nawait_health '))).toBe(true);
});

test('row 53: a node whose installation fails is named with the reason, and the others serve', async () => {
  const { outside, machines } = plain('node1');
  const { code, stderr } = await speak('pool start', outside);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^pool: 1 of 3 nodes did not come up/m);
  expect(stderr).toMatch(
    /^node1 \(i-\w+\) could not be given its software: the disk is full: E: no space\n {2}\| E: no space$/m,
  );
  const { nodes } = await outside.ec2.look('party');
  expect(machines.up(nodes[0]?.id ?? '')).toEqual([nodes[0]?.id, nodes[2]?.id].sort());
});
