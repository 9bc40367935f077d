import { describe, expect, test } from 'vitest';
import { configurationOf } from '../../../src/plans/configuration.ts';
import { type NodeFacts, nodeFiles, rehearseFiles } from '../../../src/plans/node-files.ts';
import { releaseOf } from '../../../src/plans/release.ts';
import { app, builtIn, factsOf, instance } from '../built-in.ts';

const file = (facts: NodeFacts, path: string) => nodeFiles(facts).find((one) => one.path === path);
const two = factsOf([instance(0), instance(1)]);
const asNode1 = (facts: NodeFacts): NodeFacts => ({ ...facts, node: facts.pool.nodes[1] ?? facts.node });

describe('the files of a node', () => {
  test('row 44: hosts has the own name and every other living node by private address', () => {
    const facts = factsOf([
      instance(0),
      instance(1),
      instance(2, { privateIp: undefined, state: 'pending' }),
      instance(3, { state: 'shutting-down' }),
    ]);
    const lines = file(facts, '/etc/hosts')
      ?.content.split('\n')
      .filter((line) => /node\d/.test(line));
    expect(lines).toEqual(['10.0.0.1 node0 i-00000000 ip-10-0-0-1', '10.0.0.2 node1 i-00000001 ip-10-0-0-2']);
  });

  test('only root reads the environment, and PORT is always ours', () => {
    const facts = { ...two, settings: { ...two.settings, app: app({ env: { PORT: '1', KEY: 's' } }) } };
    expect(file(facts, '/etc/poolparty/app.env')).toMatchObject({
      content: 'PORT="8001"\nKEY="s"\n',
      mode: 0o600,
      reaction: 'restart-app',
    });
  });

  test('a new number is written down and restarts nothing', () => {
    expect(file(asNode1(two), '/etc/poolparty/node.env')).toMatchObject({
      content: 'POOL_NODE="node1"\nPOOL_INSTANCE_ID="i-00000001"\n',
      reaction: 'nothing',
    });
    const restarting = (facts: NodeFacts) =>
      nodeFiles(facts).filter(({ reaction }) => reaction !== 'nothing');
    expect(restarting(asNode1(two))).toEqual(restarting(two));
  });

  test('the command reaches systemd as a file: nothing in it is read as syntax of a unit', () => {
    const odd = 'PATH=/x %h "a" \\ && exec node server.js';
    const facts = { ...two, settings: { ...two.settings, app: app({ command: odd }) } };
    expect(file(facts, '/opt/poolparty/app-command')?.content).toBe(`${odd}\n`);
    expect(file(facts, '/etc/systemd/system/poolparty-app.service')?.content).toBe(
      file(two, '/etc/systemd/system/poolparty-app.service')?.content,
    );
  });

  test('without an app there is neither its unit nor its environment', () => {
    const paths = nodeFiles(factsOf([instance(0)], { app: undefined })).map(({ path }) => path);
    expect(paths.filter((path) => path.includes('app'))).toEqual([]);
  });
});

describe('the hash of a configuration', () => {
  const release = releaseOf(app(), '1');
  const hash = (facts: NodeFacts, of = release) => configurationOf({ ...facts, release: of }).hash;

  test('row 51: the same facts give the same hash', () => {
    expect(hash(factsOf([instance(1), instance(0)]))).toBe(hash(two));
  });

  test.for<[string, NodeFacts]>([
    ['another node', asNode1(two)],
    ['another pool', factsOf([instance(0), instance(2)])],
    ['another setting', factsOf([instance(0), instance(1)], { max_connections: 9 })],
    ['a service more', factsOf([instance(0), instance(1)], { services: ['cron'] })],
    ['a member more', { ...two, members: [{ id: 'i-1', address: '10.0.0.1:80' }] }],
  ])('%s gives another one', ([, facts]) => {
    expect(hash(facts)).not.toBe(hash(two));
  });

  test('other files of the app or other install lines give another release', () => {
    const ids = [
      release,
      releaseOf(app(), '2'),
      releaseOf(app({ install: ['npm ci'] }), '1'),
      releaseOf(app({ install: ['npm', 'ci'] }), '1'),
    ].map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids.map((id) => hash(two, { ...release, id }))).size).toBe(ids.length);
  });
});

test('row 49: a mistake in a template is found before there is a node, also in one that needs an address', () => {
  const settings = { ...two.settings, instance_profile: 'poolparty' };
  expect(() => rehearseFiles(settings, builtIn)).not.toThrow();
  for (const name of ['hosts', 'ha.cf', 'poolparty-watch.timer', 'poolparty-app.service'] as const)
    expect(() => rehearseFiles(settings, { ...builtIn, [name]: 'x {{noodles}}' })).toThrow(
      new RegExp(`${name}.*noodles`),
    );
});
