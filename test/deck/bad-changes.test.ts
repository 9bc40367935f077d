// Whatever is wrong with a change, a pool that serves goes on serving: on all nodes but the first that was tried.
// BAD_CHANGES=all tries the slow ones, too, BAD_CHANGES=slow them alone; BAD_CHANGES_NODES: how many nodes; the benchmark uses both.
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { BAD_CHANGES } from './ground/bad-changes.ts';
import { load } from './ground/load.ts';
import { ownPool, told } from './ground/own.ts';
import { visit } from './ground/party.ts';

const cloud = inject('cloud');
const { BAD_CHANGES: which, BAD_CHANGES_NODES: nodes = '2', BAD_CHANGES_FIGURES: figures } = process.env;
const tried = BAD_CHANGES.filter(({ isSlow, name }) =>
  which === undefined ? !isSlow : which === 'all' || (which === 'slow' ? isSlow : name.includes(which)),
);

/** It knows its own page alone, and says who answers. */
const GOOD = `require('node:http')
  .createServer((request, response) => {
    response.statusCode = request.url === '/' ? 200 : 404;
    response.end(process.env.POOL_INSTANCE_ID);
  })
  .listen(process.env.PORT);
process.on('SIGTERM', () => process.exit(0));
`;

let own: Awaited<ReturnType<typeof ownPool>>;
let url: string;

beforeAll(async () => {
  own = await ownPool(cloud, 'bad', { POOL_MINIMUM_INSTANCES: nodes, POOL_POLLING_TIME: '2s' });
  await own.server(GOOD);
  expect(await own.pool('start')).toMatchObject({ code: 0, stderr: '' });
  url = `http://${(await own.list()).address}/`;
});
afterAll(() => own?.end());

/** Who answers visitors. */
async function answering(): Promise<readonly string[]> {
  const met = new Set<string>();
  for (let again = 0; again < 20; again += 1) met.add((await visit(url)).body);
  return [...met].sort();
}

async function become(change: Partial<(typeof BAD_CHANGES)[number]>): Promise<void> {
  await own.change(change.settings);
  await own.server(change.server ?? GOOD);
  if (change.template === undefined) return;
  const [name, make] = change.template;
  await own.template(name, make(await readFile(join(cloud.pack, 'templates', name), 'utf8')));
}

test.for(tried)('F2, F3: $name', { timeout: 300_000 }, async (change) => {
  await become(change);
  if (change.before) await own.on('all', change.before);
  const visitors = load(url);
  const said = await own.pool('configure');
  // What was done late would show late.
  for (let again = 0; again < 10; again += 1) expect(await visit(url)).toMatchObject({ status: 200 });
  const { answers, failures } = await visitors.end();
  if (figures) await appendFile(figures, `${JSON.stringify({ name: change.name, failures })}\n`);
  const { code = 1 } = change;
  expect({ failures, ...said }).toMatchObject({ failures: [], code });
  expect(answers).toBeGreaterThan(10);
  if (code === 2) expect(told(said.stdout)).toEqual([]);
  if (change.before) await own.on('all', change.after ?? ':');
  await become({});
  if (change.template) await own.template(change.template[0], undefined);
  if (!change.before && change.after) await own.on('all', change.after);
  const back = await own.pool('configure');
  expect(back).toMatchObject({ code: 0, stderr: '' });
  const ids = (await own.list()).instances.map(({ id }) => id);
  await expect.poll(answering, { timeout: 15_000 }).toEqual([...ids].sort());
});
