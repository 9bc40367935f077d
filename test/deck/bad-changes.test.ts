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

/** What the change comes to, under requests. */
async function trial(): Promise<{
  code: number | null;
  failures: readonly string[];
  answers: number;
  stdout: string;
  stderr: string;
}> {
  const visitors = load(url);
  const said = await own.pool('configure').finally(async () => {
    // What was done late would show late.
    for (let again = 0; again < 10; again += 1) await visit(url).catch(() => undefined);
  });
  return { ...said, ...(await visitors.end()) };
}

/** The change is taken back, and what stood in its way is gone. */
async function takeBack(change: (typeof BAD_CHANGES)[number]): Promise<void> {
  if (change.before) await own.on('all', change.after ?? ':');
  await become({});
  if (change.template) await own.template(change.template[0], undefined);
  if (!change.before && change.after) await own.on('all', change.after);
  expect(await own.pool('configure')).toMatchObject({ code: 0, stderr: '' });
  const ids = (await own.list()).instances.map(({ id }) => id);
  await expect.poll(answering, { timeout: 15_000 }).toEqual([...ids].sort());
}

test.for(tried)('F2, F3: $name', { timeout: 300_000 }, async (change) => {
  await become(change);
  if (change.before) await own.on('all', change.before);
  const { code, stdout, stderr, answers, failures } = await trial().catch(async (error: unknown) => {
    await takeBack(change);
    throw error;
  });
  if (figures) await appendFile(figures, `${JSON.stringify({ name: change.name, failures })}\n`);
  await takeBack(change);
  expect({ failures, code, stdout }).toMatchObject({ failures: [], code: change.code ?? 1 });
  expect(answers).toBeGreaterThan(10);
  expect(stderr.match(/ was held back$/gm) ?? []).toHaveLength(change.code === 2 ? 0 : Number(nodes) - 1);
  if (change.code === 2) expect(told(stdout)).toEqual([]);
});

test('F2: an app that answers its health page alone stays on the node that was tried, and is told', {
  timeout: 300_000,
}, async () => {
  const server = GOOD.replace(
    'response.end',
    "if (request.headers['x-forwarded-for']) response.statusCode = 500;\n    response.end",
  );
  const bad = { name: 'health alone', server };
  await become(bad);
  const { code, stderr, failures } = await trial();
  const { instances } = await own.list();
  await takeBack(bad);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^node\d .*its app answers most visitors with 5xx since it was changed.*$/m);
  expect(stderr.match(/ was held back$/gm)).toHaveLength(Number(nodes) - 1);
  expect([...new Set(failures)]).toEqual([`500: ${instances.at(-1)?.id}`]);
});

test('F2: a firewall that lets no visitor in stays on the first node, also when it is tried again', {
  timeout: 300_000,
}, async () => {
  const drop =
    'table inet mine {\n  chain in {\n    type filter hook input priority -5; policy accept;\n    iifname != "lo" tcp dport 80 drop\n  }\n}\n';
  const bad = {
    name: 'a firewall that lets no visitor in',
    template: ['firewall.nft', (text: string) => `${text}\n${drop}`],
    after: 'nft delete table inet mine 2>/dev/null || :',
  } as const;
  await become(bad);
  const [first, again] = [await trial(), await trial()];
  await takeBack(bad);
  for (const said of [first, again]) expect(said).toMatchObject({ code: 1, failures: [] });
  expect(first.stderr).toMatch(
    /^node1 .* lets nobody in at http:\S+ since its firewall\.nft is another; mend .*\nnode0 .* was held back$/m,
  );
  expect(again.stderr).toMatch(/^node0 .* stays as it is: node1 .*, lets nobody in; mend .*$/m);
});

test('F2: an install line that hangs ends with the command that asked for it, and holds neither its node nor the next command', {
  timeout: 300_000,
}, async () => {
  const hanging = { name: 'an install line that hangs', settings: { app: { install: ['sleep 987'] } } };
  const sleepers = () => own.on('all', 'pgrep -c -f "^sleep 987" || :');
  const left = () => own.on('all', 'find /opt/poolparty -maxdepth 1 -name "stage.*" | wc -l');
  await become(hanging);
  const none = (await own.list()).instances.map(({ name }) => `${name}: 0`);
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const { child, ended } = own.begin('pool', ['configure']);
    await expect.poll(sleepers, { timeout: 60_000 }).toMatch(/[1-9]$/m);
    child.kill(signal);
    expect((await ended).code).toBe(signal === 'SIGINT' ? 130 : null);
    for (const count of [sleepers, left])
      await expect.poll(async () => (await count()).split('\n').sort(), { timeout: 10_000 }).toEqual(none);
  }
  await takeBack(hanging);
});

test("a good change of the app's port goes round without a failed request, and back", {
  timeout: 300_000,
}, async () => {
  await become({ settings: { client_port: 8091, max_connections: 32 } });
  const { code, failures } = await trial();
  expect({ code, failures }).toEqual({ code: 0, failures: [] });
  expect(await own.on('all', 'curl -s -o /dev/null http://127.0.0.1:8091/ && echo answers')).toMatch(
    /^(node\d: answers\n?)+$/,
  );
  await takeBack({ name: 'a good change' });
});

// The last one, since the nodes keep their small disks.
test('F2: a release that fills the disk at its start stays on the first node, and goes again when a good one comes', {
  timeout: 300_000,
}, async () => {
  const small = `cp -a /opt/poolparty /root/kept
    mount -t tmpfs -o size=$(($(du -sm /root/kept | cut -f1) + 20))m tmpfs /opt/poolparty && cp -a /root/kept/. /opt/poolparty`;
  await own.on('all', small);
  const fills = `const cache = require('node:fs').openSync('cache.bin', 'a');
for (const block = Buffer.alloc(1e6); ; ) require('node:fs').writeSync(cache, block);
`;
  await become({ server: fills + GOOD });
  const bad = await trial();
  await become({ server: `${GOOD}// Mended.\n` });
  const good = await trial();
  expect(bad).toMatchObject({ code: 1, failures: [] });
  expect(bad.stderr).toMatch(/^node0 .* was held back$/m);
  expect(good).toMatchObject({ code: 0, stderr: '', failures: [] });
});
