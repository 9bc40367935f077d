import { beforeEach, describe, expect, test } from 'vitest';
import type { TemplateName } from '../../../../src/pool/templates.ts';
import type { Output } from '../../../../src/world/world.ts';
import { builtIn } from '../../built-in.ts';
import { FakeOutside, speak } from '../../fake-world.ts';

const SYSTEM = 'system Linux x86_64 glibc 2.36\n';
let outside: FakeOutside;
/** What each node lacks. */
let lacking: Record<string, string>;
/** How the installation on a node goes. */
let installed: Record<string, Partial<Output>>;

beforeEach(() => {
  outside = new FakeOutside();
  outside.disk.template = async (name) => builtIn[name as TemplateName];
  outside.ec2.has('party');
  outside.ec2.has('party', { launchedAt: new Date('2030-01-01') });
  lacking = { node0: 'haproxy node', node1: '' };
  installed = {};
  outside.nodes.handler = (node, script) =>
    script.includes('\nfinish ')
      ? (installed[node.name] ?? {})
      : { stdout: `lacks ${lacking[node.name]}\n${SYSTEM}` };
});

const installations = () =>
  outside.nodes.scripts.filter(({ script }) => script.includes('\nfinish ')).map(({ node }) => node);

describe('instance install', () => {
  test('installs what the node lacks, and says what that was', async () => {
    const { code, stdout } = await speak('instance install', outside);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        "-- Sending this machine's Node to node0\n-- Installing software on node0\nnode0: installed haproxy and node\n",
    });
  });

  test('a node that lacks nothing is asked once and left alone', async () => {
    const { code, stdout } = await speak('instance install i=1', outside);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'node1: lacks nothing\n' });
    expect(outside.nodes.scripts).toHaveLength(1);
  });

  test('a failure that is tried again is told at once, with the name of the node', async () => {
    installed = { node0: { stdout: 'note apt-get failed, again in 2 s: E: no mirror\n' } };
    const { code, stderr } = await speak('instance install', outside);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'node0: apt-get failed, again in 2 s: E: no mirror\n',
    });
  });

  test('row 53: a node that fails is named with the reason and the last lines, and the others are installed', async () => {
    lacking = { node0: 'haproxy', node1: 'haproxy' };
    installed = { node0: { code: 1, stderr: 'the disk is full: E: no space\nReading lists\nE: no space\n' } };
    const { code, stdout, stderr } = await speak('instance install i=all', outside);
    expect(code).toBe(1);
    expect(installations().sort()).toEqual(['node0', 'node1']);
    expect(stdout).toContain('node1: installed haproxy\n');
    expect(stderr).toMatch(
      /^node0 \(i-\w+\) could not be given its software: the disk is full: E: no space$/m,
    );
    expect(stderr).toContain('1 of 2 nodes succeeded');
  });

  test('a single node that fails shows the last lines of the output', async () => {
    installed = { node0: { code: 1, stderr: 'apt-get failed again and again\nErr:1 no mirror\n' } };
    const { code, stderr } = await speak('instance install i=0', outside);
    expect(code).toBe(1);
    expect(stderr).toContain('\nErr:1 no mirror\n');
  });

  test('npm comes behind Node, and alone to a node that has Node', async () => {
    lacking = { node0: 'node npm', node1: 'npm' };
    const { code, stdout, stderr } = await speak('instance install i=all', outside);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 of 2 nodes succeeded\n' });
    expect(stdout).toContain("-- Sending this machine's Node to node0\n");
    expect(stdout).toContain('node0: installed node and npm\n');
    expect(stdout).toContain("-- Sending this machine's npm to node1\n");
    expect(stdout).toContain('node1: installed npm\n');
  });

  describe('where this machine has no npm to send', () => {
    beforeEach(() => {
      outside.disk.npm = undefined;
      lacking = { node0: 'npm' };
    });
    const asked = () => /^report_lacking (\S+) (\S+) /m.exec(outside.nodes.scripts[0]?.script ?? '')?.[2];

    test('nodes are not asked for it', async () => {
      outside.env['POOL_APP'] = '{"source": ".", "command": "pnpm start", "install": ["./npm.sh"]}';
      expect(await speak('instance install', outside)).toMatchObject({ stderr: '' });
      expect(asked()).toBe('no');
    });

    test.for([
      ['command', '{"source": ".", "command": "npm start"}'],
      ['command, behind another', '{"source": ".", "command": "cd web && exec npx serve"}'],
      ['install lines', '{"source": ".", "command": "node .", "install": ["make", "(npm ci)"]}'],
    ] as const)('the person is told if the app says npm in its %s', async ([, app]) => {
      outside.env['POOL_APP'] = app;
      const { code, stdout, stderr } = await speak('instance install', outside);
      expect(asked()).toBe('said');
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: '-- Installing software on node0\nnode0: goes on without npm\n',
        stderr:
          'node0: the app says npm, and this machine has none that can be sent; take Node from nodejs.org, whose npm ' +
          'stands in one folder, or an image (ami) that has npm\n',
      });
    });
  });

  test('an npm that cannot be read here, or unpacked there, is told, and the node is installed without', async () => {
    lacking = { node0: 'haproxy npm' };
    installed = { node0: { stdout: 'note npm cannot be installed: tar: broken; an app …\n' } };
    expect(await speak('instance install', outside)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('node0: installed haproxy\n'),
      stderr: 'node0: npm cannot be installed: tar: broken; an app …\n',
    });
    installed = {};
    outside.disk.npm = new Error("EACCES: permission denied, open '/opt/npm/x.js'");
    expect(await speak('instance install', outside)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('node0: installed haproxy\n'),
      stderr: expect.stringMatching(
        /^node0: npm cannot be sent: EACCES: .+; an app that needs it has to bring it$/m,
      ),
    });
  });

  test('a Node that would not run there is not sent, and the way out is said', async () => {
    lacking = { node0: 'node' };
    outside.nodes.handler = () => ({ stdout: 'lacks node\nsystem Linux aarch64 glibc 2.36\n' });
    const { code, stderr } = await speak('instance install', outside);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'it is for Linux x86_64, the node is Linux aarch64; use an image (ami) that has Node',
    );
    expect(installations()).toEqual([]);
  });
});
