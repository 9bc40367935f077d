// A node whose app never becomes healthy: start names it and fails, and the others serve.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Said } from './ground/command.ts';
import { type Listing, party, visit } from './ground/party.ts';

const cloud = inject('cloud');
const app = `const { POOL_NODE, PORT } = process.env;
console.log('this is the log of ' + POOL_NODE);
require('node:http').createServer((request, response) => {
  response.statusCode = POOL_NODE === 'node1' ? 500 : 200;
  response.end('I am ' + POOL_NODE);
}).listen(PORT);
`;

let ill: ReturnType<typeof party>;
let started: Said;
let listing: Listing;

beforeAll(async () => {
  const folder = await mkdtemp(join(cloud.home, 'ill-'));
  await writeFile(join(folder, 'server.js'), app);
  const settings = 'app: { source: ., command: exec node server.js, health: /well }\n';
  await writeFile(join(folder, 'pool.yml'), settings);
  ill = party(cloud, 'ill', { CONFIG_FILE: join(folder, 'pool.yml'), POOL_MINIMUM_INSTANCES: '3' });
  started = await ill.pool('start');
  listing = await ill.list();
}, 150_000);
afterAll(() => ill?.end());

test('start ends with code 1 and names the node, the URL, the answer and the log', () => {
  expect(started.code).toBe(1);
  const [first, second, third] = started.stderr.split('\n');
  expect(first).toBe(
    'pool: 1 of 3 nodes did not come up; mend it, then run pool start again; pool stop ends all',
  );
  expect(second).toContain(`node1 (${listing.instances[1]?.id}): the app is not healthy: `);
  const at = `http://${listing.instances[1]?.private_ip}:8001/well (Host: localhost)`;
  expect(second).toContain(`${at} answered: HTTP 500: I am node1`);
  expect(third).toBe('  | this is the log of node1');
});

test('row 53: the other nodes serve, and no visitor meets the ill one', async () => {
  expect(listing.instances.map(({ in_rotation: serves }) => serves)).toEqual([true, false, true]);
  const met = new Set<string>();
  for (let again = 0; again < 12; again += 1) {
    const { status, body } = await visit(`http://${listing.address}/`);
    expect(status).toBe(200);
    met.add(body);
  }
  expect([...met].sort()).toEqual(['I am node0', 'I am node2']);
});
