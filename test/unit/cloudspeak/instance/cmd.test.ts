import { describe, expect, test } from 'vitest';
import { PoolError } from '../../../../src/pool/failure.ts';
import type { Node } from '../../../../src/pool/instance.ts';
import { Unwritten } from '../../../../src/process/outlet.ts';
import type { Output } from '../../../../src/world/world.ts';
import { FakeOutside, speak } from '../../fake-world.ts';

type Handler = (node: Node, script: string) => Partial<Output>;

function threeNodes(handler: Handler): FakeOutside {
  const outside = new FakeOutside();
  for (const year of [2026, 2027, 2028]) outside.ec2.has('party', { launchedAt: new Date(`${year}-01-01`) });
  outside.nodes.handler = handler;
  return outside;
}

const cmd = (words: readonly string[], handler: Handler = () => ({})) =>
  speak(['instance', 'cmd', ...words], threeNodes(handler));

const scripts = (outside: FakeOutside) =>
  outside.nodes.scripts.map(({ node, script }) => `${node}: ${script}`);

describe('instance cmd', () => {
  test('row 8: prints the output as it is and returns the remote exit code', async () => {
    const told = await cmd(['cmd=uptime'], () => ({ code: 3, stdout: 'up 2 days', stderr: 'oh\n' }));
    expect({ code: told.code, stdout: told.stdout, stderr: told.stderr }).toEqual({
      code: 3,
      stdout: 'up 2 days',
      stderr: 'oh\n',
    });
    expect(scripts(told.outside)).toEqual(['node0: uptime']);
  });

  test('one word after -- is a line for the shell', async () => {
    const { outside } = await cmd(['i=1', '--', 'ls /tmp | wc -l']);
    expect(scripts(outside)).toEqual(['node1: ls /tmp | wc -l']);
  });

  test('several words after -- stay apart', async () => {
    const { outside } = await cmd(['--', 'ls', '-l', "it's here"]);
    expect(scripts(outside)).toEqual([String.raw`node0: ls -l 'it'\''s here'`]);
  });

  test('row 8: several nodes get their names before each line, and the worst code counts', async () => {
    const told = await cmd(['i=all', 'cmd=date'], (node) => ({ code: node.index, stdout: 'one\ntwo' }));
    expect(told.code).toBe(2);
    expect(told.stdout.split('\n').sort()).toEqual(
      ['', ...['node0', 'node1', 'node2'].flatMap((name) => [`${name}: one`, `${name}: two`])].sort(),
    );
    expect(told.stderr).toBe('node1: exit code 1\nnode2: exit code 2\n1 of 3 nodes succeeded\n');
  });

  test.for([
    ['i=0,2', ['node0', 'node2']],
    ['i=1-2', ['node1', 'node2']],
  ] as const)('%s runs on these nodes', async ([choice, nodes]) => {
    const { code, outside, stderr } = await cmd([choice, 'cmd=true']);
    expect(outside.nodes.scripts.map(({ node }) => node)).toEqual(nodes);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 of 2 nodes succeeded\n' });
  });

  test('row 53: a node that does not answer does not stop the others, and is in the summary', async () => {
    const told = await cmd(['i=all', 'cmd=date'], (node) => {
      if (node.index === 1) throw new PoolError('node1 (i-2): connection refused');
      return { stdout: 'now\n' };
    });
    expect(told.code).toBe(1);
    expect(told.stdout).toBe('node0: now\nnode2: now\n');
    expect(told.stderr).toBe('node1 (i-2): connection refused\n2 of 3 nodes succeeded\n');
  });

  test('F14: Ctrl-C ends it on all of them, as on one: 130, and nobody has failed', async () => {
    const outside = threeNodes((node) => {
      outside.controller.abort();
      throw new PoolError(`${node.name} (i-1): interrupted`);
    });
    for (const choice of ['i=0', 'i=all']) {
      const { code, stderr } = await speak(['instance', 'cmd', choice, 'cmd=sleep 9'], outside);
      expect({ code, stderr }).toEqual({
        code: 130,
        stderr: expect.stringMatching(/^instance: interrupted; [^\n]*\n$/),
      });
      outside.screen.stderr = '';
    }
  });

  test.for([[], ['cmd='], ['cmd=a', '--', 'b']])(
    '%j is a wrong request and no node is asked',
    async (words) => {
      const { code, outside } = await cmd(words);
      expect({ code, scripts: outside.nodes.scripts }).toEqual({ code: 2, scripts: [] });
    },
  );

  test.for(['i=x', 'i=9'])('row 7: %s is refused and never falls back to node 0', async (choice) => {
    const { code, outside } = await cmd([choice, 'cmd=reboot']);
    expect({ code, scripts: outside.nodes.scripts }).toEqual({ code: 2, scripts: [] });
  });
});

describe('F9: what is piped into it', () => {
  const typed = async (words: readonly string[]) => {
    const outside = threeNodes(() => ({}));
    outside.typed = 'hello\n';
    const { code } = await speak(['instance', 'cmd', ...words], outside);
    expect(code).toBe(0);
    return outside.nodes.inputs;
  };

  test('goes to the one node', async () => {
    expect(await typed(['cmd=cat'])).toEqual(['hello\n']);
  });

  test('goes to each of several', async () => {
    expect(await typed(['i=all', 'cmd=cat'])).toEqual(['hello\n', 'hello\n', 'hello\n']);
  });

  test('stays where it is for a rehearsal', async () => {
    expect(await typed(['cmd=cat', '--dry-run'])).toEqual([]);
  });
});

describe('output that cannot be written', () => {
  const unwritten = (code: string) =>
    new Unwritten('standard output', Object.assign(new Error(code), { code }));
  const refused = (words: readonly string[], to: 'stdout' | 'stderr', code: string) => {
    const outside = threeNodes(() => ({ code: 7, stdout: 'yes\n', stderr: 'oh\n' }));
    outside.screen.refusal = { to, why: unwritten(code) };
    return speak(['instance', 'cmd', ...words, 'cmd=yes'], outside);
  };

  test.for([['i=0'], ['i=all']])('F12: on a full disk ends it, with 1 (%s)', async (words) => {
    const { code, stderr } = await refused(words, 'stdout', 'ENOSPC');
    expect(code).toBe(1);
    expect(stderr).not.toContain('succeeded');
  });

  test('F11: a command that ends though its reader has left gives its own code', async () => {
    expect((await refused(['i=0'], 'stdout', 'EPIPE')).code).toBe(7);
    expect((await refused(['i=0'], 'stderr', 'EPIPE')).code).toBe(7);
  });

  test('F11: one that would never end is ended, quietly', async () => {
    const outside = threeNodes(() => ({}));
    outside.screen.refusal = { to: 'stdout', why: unwritten('EPIPE') };
    outside.nodes.handler = async (_node, _script, { onChunk, signal }) => {
      while (!signal?.aborted) {
        await onChunk?.(Buffer.from('yes\n'), 'stdout');
        await new Promise((resolve) => setImmediate(resolve));
      }
      throw new PoolError('node0 (i-1): interrupted');
    };
    const { code, stdout, stderr } = await speak(['instance', 'cmd', 'i=all', 'cmd=yes'], outside);
    expect({ code, stdout, stderr }).toEqual({ code: 141, stdout: '', stderr: '' });
  });
});
