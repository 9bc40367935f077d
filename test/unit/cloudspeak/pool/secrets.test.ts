// No secret travels: markers are planted wherever one may stand, and looked for wherever something comes out.
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { next, type Party, party } from './party.ts';

const APP = 'marker-of-the-app';
const USER_DATA = 'marker-of-user-data';
const AWS = 'marker-of-aws';
const ALL = [APP, USER_DATA, AWS];

/** A pool whose settings and environment hold secrets. */
function withSecrets(): Party {
  const all = party();
  const { outside } = all;
  const path = '/home/tester/party/pool.yml';
  const yml = `${outside.texts.get(path)}  env:\n    TOKEN: ${APP}\nuser_data: |\n  #!/bin/sh\n  echo ${USER_DATA}\n`;
  outside.texts.set(path, yml);
  outside.env = { ...outside.env, AWS_SECRET_ACCESS_KEY: AWS, AWS_SESSION_TOKEN: AWS };
  return all;
}

const markersIn = (words: string): readonly string[] => ALL.filter((marker) => words.includes(marker));
const shown = ({ screen }: FakeOutside): string => screen.stdout + screen.stderr;

/** Each file of each archive that went to a node. */
async function parcels({ nodes }: FakeOutside) {
  const found: { name: string; content: string }[] = [];
  for (const { stdin } of nodes.scripts) {
    if (!stdin) continue;
    const archive = extract();
    archive.end(stdin);
    for await (const entry of archive) found.push({ name: entry.header.name, content: await text(entry) });
  }
  return found;
}

test('row 27: a start shows none and puts none into a script; the app’s stands in files that root alone reads', async () => {
  const { outside } = withSecrets();
  expect((await speak('pool start --debug', outside)).code).toBe(0);
  expect(markersIn(shown(outside))).toEqual([]);
  for (const { script } of outside.nodes.scripts) expect(markersIn(script)).toEqual([]);
  const files = await parcels(outside);
  const carriers = files.filter(({ content }) => markersIn(content).length > 0);
  const names = ['files/etc/poolparty/app.env', 'files/opt/poolparty/settings.json'];
  expect(new Set(carriers.map(({ name }) => name))).toEqual(new Set(names));
  for (const { name, content } of carriers)
    expect(markersIn(content)).toEqual(name.endsWith('.env') ? [APP] : [APP, USER_DATA]);
  for (const { script } of outside.nodes.scripts.filter((one) => one.script.includes('app.env'))) {
    expect(script).toMatch(/collect '?\/etc\/poolparty\/app\.env'? '?0600'? /);
    expect(script).toMatch(/collect '?\/opt\/poolparty\/settings\.json'? '?0600'? /);
  }
});

test('row 27: the user-data of a launch is the user’s own and nothing more', async () => {
  const { outside } = withSecrets();
  await speak('pool start', outside);
  expect(outside.ec2.requests).toHaveLength(3);
  for (const { userData, ...rest } of outside.ec2.requests) {
    expect(userData).toBe(`#!/bin/sh\necho ${USER_DATA}\n`);
    expect(markersIn(JSON.stringify(rest))).toEqual([]);
  }
});

test.for([
  'pool config',
  'pool config --json',
  'pool list --json',
  'pool start --dry-run',
  'pool stop',
  'instance restart i=all',
])('row 27: %s shows none', async (words) => {
  const all = withSecrets();
  await speak('pool start', all.outside);
  const { outside } = next(all);
  await speak(words, outside);
  expect(shown(outside)).not.toBe('');
  expect(markersIn(shown(outside))).toEqual([]);
});

test('row 27: a start that fails shows none, with --debug either', async () => {
  const { outside, machines } = withSecrets();
  machines.refusing.set('node0', 'tar: no space left');
  machines.unhealthy.add('node1');
  expect((await speak('pool start --debug', outside)).code).toBe(1);
  expect(markersIn(shown(outside))).toEqual([]);
});
