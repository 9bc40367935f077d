// F17: what PoolParty tells every app in its environment cannot be set in app.env, where it would be overruled.
import { expect, test } from 'vitest';
import { nodeFiles } from '../../../src/plans/node-files.ts';
import { insteadOf } from '../../../src/pool/told-app.ts';
import { app, factsOf, instance } from '../built-in.ts';
import { load, problems } from './given-settings.ts';

const INSTEAD = {
  PORT: 'it is the client_port; set that',
  POOL_SHARED_PATH: 'it is the shared_path; set that',
  POOL_NODE: "it is the node's name; choose another name",
  POOL_INSTANCE_ID: "it is the node's instance id; choose another name",
} as const;

test.for(Object.entries(INSTEAD))('F17: %s is refused, with what to do instead', async ([name, instead]) => {
  const said = `app.env.${name} is told to the app by PoolParty: ${instead}`;
  expect(await problems({ file: `app:\n  source: .\n  command: x\n  env:\n    ${name}: 1\n` })).toEqual([
    `pool.yml:5: ${said}`,
  ]);
  expect(await problems({ file: `:app:\n  :source: .\n  :command: x\n  :env:\n    :${name}: 1\n` })).toEqual([
    `pool.yml:5: ${said}`,
  ]);
  const POOL_APP = JSON.stringify({ source: '.', command: 'x', env: { [name]: 'x' } });
  expect(await problems({ env: { POOL_APP } })).toEqual([`POOL_APP: ${said}`]);
});

test('F17: names like them are free', async () => {
  const env = { port: 'a', PORTS: 'b', POOL_NODES: 'c', constructor: 'd', HOST: 'e' };
  const POOL_APP = JSON.stringify({ source: '.', command: 'x', env });
  expect((await load({ env: { POOL_APP } })).settings.app?.env).toEqual(env);
});

test('F17: every variable that a node gives to an app without app.env is one of them', () => {
  const facts = factsOf([instance(0)]);
  const settings = { ...facts.settings, app: app(), shared_bucket: 'files', instance_profile: 'nodes' };
  const given = nodeFiles({ ...facts, settings })
    .filter(({ path }) => /^\/etc\/poolparty\/(app|node)\.env$/.test(path))
    .flatMap(({ content }) => content.match(/^[A-Z_]+(?==)/gm) ?? []);
  expect(given.sort()).toEqual(Object.keys(INSTEAD).sort());
  expect(given.filter((name) => insteadOf(name) === undefined)).toEqual([]);
});
