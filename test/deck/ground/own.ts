// A pool with a folder of its own: an app that says what its environment says, and a pool.yml that tests change.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CloudGround } from './cloud.ts';
import { party } from './party.ts';

const APP = `require('node:http')
  .createServer((request, response) => response.end(process.env.WORD))
  .listen(process.env.PORT);
process.on('SIGTERM', () => process.exit(0));
`;

/** Settings beside the app's place; JSON is YAML, too. */
export type Changes = Readonly<Record<string, unknown>> & {
  readonly app?: Readonly<Record<string, unknown>>;
};

/** Three nodes whose app answers with the word of its environment; `settings` are environment variables. */
export async function ownPool(cloud: CloudGround, what: string, settings: Record<string, string> = {}) {
  const folder = await mkdtemp(join(cloud.home, `${what}-`));
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, 'app', 'server.js'), APP);
  const file = join(folder, 'pool.yml');
  const pool = party(cloud, what, { CONFIG_FILE: file, POOL_MINIMUM_INSTANCES: '3', ...settings });
  const app = { source: 'app', command: 'exec node server.js', health: '/', env: { WORD: 'first' } };
  /** pool.yml as it was at first, but for this. */
  const change = ({ app: own = {}, ...changed }: Changes = {}) =>
    writeFile(file, JSON.stringify({ ...changed, app: { ...app, ...own } }));
  /** A template of the user's, beside pool.yml; undefined takes it away. */
  const template = async (name: string, text: string | undefined) => {
    const path = join(folder, 'templates', name);
    await mkdir(dirname(path), { recursive: true });
    await (text === undefined ? rm(path) : writeFile(path, text));
  };
  /** The app itself. */
  const server = (text: string) => writeFile(join(folder, 'app', 'server.js'), text);
  await change();
  return { ...pool, change, template, server };
}

/** What the command said of each node at its end. */
export const told = (stdout: string): readonly string[] =>
  stdout.split('\n').filter((line) => /^node\d+: /.test(line));
