// pool configure and instance reconfigure in the fake world: what is brought to whom, and what is said.
import { describe, expect, test } from 'vitest';
import { speak } from '../../fake-world.ts';
import { next, type Party, started } from './party.ts';

/** Scripts that change a node, by the node's name. */
const changing = ({ outside }: Party) =>
  outside.nodes.scripts.filter(({ script }) => script.includes('\nbegin\n')).map(({ node }) => node);

/** Those of them that bring more than servers. */
const configured = ({ outside }: Party) =>
  outside.nodes.scripts.filter(({ script }) => script.includes('\nmake_user\n')).map(({ node }) => node);

const POOL = '/home/tester/party/pool.yml';

/** The pool of three, and another value in the environment of its app. */
async function withNewEnvironment(): Promise<Party> {
  const all = next(await started());
  all.outside.texts.set(POOL, `${all.outside.texts.get(POOL)}  env:\n    COLOUR: red\n`);
  return all;
}

test.for(['pool configure', 'instance reconfigure i=all'])(
  'after Ctrl-C %s says so in its own name',
  async (words) => {
    const all = await withNewEnvironment();
    const { nodes, controller } = all.outside;
    nodes.answering = () => {
      controller.abort();
      return false;
    };
    const { code, stderr } = await speak(words, all.outside);
    const [program] = words.split(' ');
    expect([code, stderr]).toEqual([
      130,
      `${program}: interrupted; the same command again goes on from here\n`,
    ]);
  },
);

describe('pool configure', () => {
  test('row 51: where nothing differs nothing is sent, no lock is taken, and that is said', async () => {
    const all = next(await started());
    const { code, stdout, stderr } = await speak('pool configure', all.outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('node0: nothing differs\nnode1: nothing differs\nnode2: nothing differs\n');
    expect(changing(all)).toEqual([]);
    expect(all.outside.nodes.scripts.every(({ stdin }) => stdin === undefined)).toBe(true);
    expect(all.outside.nodes.locks).toEqual([]);
  });

  describe('F2: where a node does not say what it has, nobody who may serve is changed', () => {
    const silent: Readonly<Record<string, (answer: string) => { code: number; stdout: string }>> = {
      'its look fails': () => ({ code: 4, stdout: '' }),
      'its look ends early, with code 0': () => ({ code: 0, stdout: '' }),
      'its HAProxy does not answer': (answer) => ({
        code: 0,
        stdout: answer.replace(/# pxname[\s\S]*$/, ''),
      }),
    };
    test.for(Object.entries(silent))('%s', async ([, made]) => {
      const all = await withNewEnvironment();
      const { nodes } = all.outside;
      const { handler } = nodes;
      nodes.handler = async (node, script, options) => {
        const output = await handler(node, script, options);
        const isLook =
          typeof output.stdout === 'string' && node.name === 'node0' && script.includes('tell_state ');
        return isLook ? { ...output, ...made(output.stdout) } : output;
      };
      const { code, stderr } = await speak('pool configure', all.outside);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^pool: 1 of 3 nodes could not be configured; .*\nnode0 \(i-\S+\)(:| could not be looked at).*\n/,
      );
      for (const name of ['node1', 'node2'])
        expect(stderr).toMatch(
          new RegExp(`^${name} .* serves what it served before: it was held back$`, 'm'),
        );
      expect(changing(all)).toEqual([]);
    });
  });

  test('F2: the last one left, since another has just died, is no pool of one: it is changed when asked again', async () => {
    const before = await started();
    const [, one = '', two = ''] = before.outside.ec2.instances.keys();
    for (const id of [one, two]) before.outside.ec2.end(id, 'Server.InternalError');
    const all = next(before);
    all.outside.texts.set(
      POOL,
      `${all.outside.texts.get(POOL)}  env:\n    COLOUR: red\n`.replace('instances: 3', 'instances: 1'),
    );
    const { code, stderr } = await speak('pool configure', all.outside);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^pool: 1 of 1 nodes were held back, since it is not known that others serve; .*\nnode0 .* was held back\n$/,
      ),
    ]);
    expect(configured(all)).toEqual([]);
    const again = next(all);
    expect(await speak('pool configure', again.outside)).toMatchObject({ code: 0, stderr: '' });
    expect(configured(again)).toEqual(['node0']);
  });

  test.for(['pool configure', 'instance reconfigure i=all'])(
    'F2: a pool without an address, or with one that no node has, is told: %s',
    async (words) => {
      const [program] = words.split(' ');
      const told = (what: string) => `${program}: ${what}; run pool start, which gives it one\n`;
      const all = await withNewEnvironment();
      const { ec2 } = all.outside;
      const [address] = ec2.addresses.values();
      if (address === undefined) throw new Error('it has one');
      ec2.addresses.set(address.allocationId, { ...address, holder: undefined, associationId: undefined });
      const began = all.outside.clock.ms;
      expect(await speak(words, all.outside)).toMatchObject({
        code: 1,
        stderr: told(`no node has the address of the pool, ${address.ip}`),
      });
      expect(all.outside.clock.ms - began).toBeLessThan(90_000);
      ec2.addresses.clear();
      expect(await speak(words, next(all).outside)).toMatchObject({
        code: 1,
        stderr: told('the pool has no address'),
      });
      expect(changing(all)).toEqual([]);
    },
  );

  describe('F2: servers that HAProxy has not checked yet', () => {
    const unchecked = async (names: readonly string[], ms: number) => {
      const all = await withNewEnvironment();
      const { ec2, clock } = all.outside;
      const ids = [...ec2.instances.keys()].filter((_, at) => names.includes(`node${at}`));
      for (const id of ids) all.machines.unchecked.set(id, clock.ms + ms);
      const began = clock.ms;
      const said = await speak('pool configure', all.outside);
      return { ...said, all, took: clock.ms - began };
    };

    test.for([[['node2']], [['node0']], [['node0', 'node1', 'node2']]])(
      'are waited for, since nobody may leave before: %s',
      async ([names = []]) => {
        const { code, stderr, all } = await unchecked(names, 5_000);
        expect([code, stderr]).toEqual([0, '']);
        expect(changing(all).filter((name) => name === 'node2')).not.toEqual([]);
      },
    );

    test('are named where no check ever ends, and nobody is changed', async () => {
      const { code, stderr, all, took } = await unchecked(['node1', 'node2'], Number.POSITIVE_INFINITY);
      expect(code).toBe(1);
      for (const name of ['node1', 'node2'])
        expect(stderr).toMatch(
          new RegExp(
            `^${name} \\(\\S+\\): the HAProxy of node0 gets no answer in time from its app at \\S+, so nobody is changed; run the command again when it has less to do$`,
            'm',
          ),
        );
      expect(stderr).toMatch(/^node0 .* was held back$/m);
      expect(configured(all)).toEqual([]);
      expect(took).toBeLessThan(120_000);
    });
  });

  test('only what differs is sent, to one node after the other, each out of rotation, the master last', async () => {
    const all = await withNewEnvironment();
    const { code, stdout } = await speak('pool configure', all.outside);
    expect(code).toBe(0);
    const changed = 'changed files/opt/poolparty/settings.json, files/etc/poolparty/app.env, manifest.json';
    for (const name of ['node0', 'node1', 'node2']) expect(stdout).toContain(`${name}: ${changed}`);
    const configured = all.outside.nodes.scripts.filter(({ script }) => script.includes('\nremember\n'));
    expect(configured.map(({ node }) => node)).toEqual(['node2', 'node1', 'node0']);
    expect(all.outside.nodes.locks).toEqual(['node0']);
    const ids = [...all.outside.ec2.instances.keys()].sort();
    expect(all.machines.up(ids[0] ?? '')).toEqual(ids);
  });

  test('row 53: a node that does not answer is named; the others are brought up to date; the code is 1', async () => {
    const all = await withNewEnvironment();
    all.outside.nodes.answering = ({ name }) => name !== 'node1';
    const { code, stdout, stderr } = await speak('pool configure', all.outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^pool: 1 of 3 nodes could not be configured; mend it, then run it again\nnode1 \(i-\w+\): no answer on ssh within \d+ s: connection refused\n$/,
    );
    expect(stdout).toMatch(/^node0: changed/m);
    expect(stdout).toMatch(/^node2: changed/m);
  });

  test('the first that comes back ill is named, and the others go on serving what they serve', async () => {
    const all = await withNewEnvironment();
    all.machines.unhealthy.add('node2');
    const { code, stderr } = await speak('pool configure', all.outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^node2 \(i-\w+\): the app is not healthy: /m);
    for (const name of ['node0', 'node1'])
      expect(stderr).toMatch(
        new RegExp(`^${name} \\(i-\\w+\\) serves what it served before: it was held back$`, 'm'),
      );
    const configured = all.outside.nodes.scripts.filter(({ script }) => script.includes('\nremember\n'));
    expect(configured.map(({ node }) => node)).toEqual(['node2']);
  });

  test('row 53: a node to which nothing of the change has come says nothing about it: the others are configured', async () => {
    const all = await withNewEnvironment();
    all.machines.full.set('node2', 'the disk of this node is full');
    const { code, stdout, stderr } = await speak('pool configure', all.outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^pool: 1 of 3 nodes could not be configured/);
    expect(stderr).toMatch(
      /^node2 \(i-\w+\) could not be configured \(code 1\)\n {2}\| the disk of this node is full/m,
    );
    expect(stderr).not.toContain('held back');
    expect(stdout).toMatch(/^node0: changed/m);
    expect(stdout).toMatch(/^node1: changed/m);
  });

  test('a template with an unknown placeholder is an error, and nothing is touched', async () => {
    const all = next(await started());
    const { template } = all.outside.disk;
    all.outside.disk.template = async (name) =>
      name === 'hosts' ? '{{who}} is unknown' : await template(name);
    const { code, stderr } = await speak('pool configure', all.outside);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pool: templates\/hosts: unknown placeholder "who" at 1:2; known are nodes\n$/);
    expect(all.outside.nodes.scripts).toEqual([]);
  });

  test('with nothing running it says so', async () => {
    const { outside } = next(await started());
    for (const id of outside.ec2.instances.keys()) outside.ec2.instances.delete(id);
    expect(await speak('pool configure', outside)).toMatchObject({
      code: 1,
      stderr: 'pool: Cloud is not running; pool start launches it\n',
    });
  });
});

test('row 11: instance reconfigure brings that node its files, and no other', async () => {
  const all = await withNewEnvironment();
  const { code, stdout } = await speak('instance reconfigure i=1', all.outside);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^node1: changed /m);
  expect(stdout).not.toMatch(/^node[02]:/m);
  const configured = all.outside.nodes.scripts.filter(({ script }) => script.includes('\nremember\n'));
  expect(configured.map(({ node }) => node)).toEqual(['node1']);
});

test('row 68: many nodes that differ at once are one turn: the lock is taken once', async () => {
  const { outside } = next(await started());
  outside.disk.program = async (name) => `a newer program ${name}`;
  const { code, stderr } = await speak('pool configure -q', outside);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(outside.nodes.locks).toEqual(['node0']);
});
