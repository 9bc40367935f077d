// Settings that change what a node is: no address, a script at the first boot, further services, other ports.
import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { holdings } from './ground/clients.ts';
import { ec2Of } from './ground/cloud.ts';
import { type Listing, party, visit } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const ticker = `[Service]
ExecStart=/bin/sh -c 'while :; do date >>/var/tmp/ticks; sleep 0.2; done'
[Install]
WantedBy=multi-user.target
`;
const script = `#!/bin/sh
echo ran >>/var/tmp/user-data
cat >/etc/systemd/system/ticker.service <<'END'
${ticker}END
`;
const file = `name: unused
keypair_path: the pool's key
minimum_instances: 2
public_ip: none
host_port: 8080
client_port: 9000
services: [ticker.service]
app:
  source: .
  command: exec npm start -- "all of it"
  health: /health?of=it's
  env: { GREETING: 'a "b" $c' }
  install: [mkdir made, npm run migrate]
user_data: ${JSON.stringify(script)}
`;
const LEFT_OUT =
  "app.source: left out, since they look like secrets: the pool's key; a line !NAME in .poolignore sends one all the same\n";
const manifest = {
  name: 'own',
  version: '1.0.0',
  scripts: { migrate: 'echo installed >made/by', start: "node 'server with spaces.js'" },
};
const app = `require('node:http').createServer((request, response) => {
  const by = require('node:fs').readFileSync('made/by', 'utf8').trim();
  response.end([process.env.GREETING, process.env.POOL_NODE, by, request.url, process.argv[2]].join('|'));
}).listen(process.env.PORT);
`;

let own: ReturnType<typeof party>;
let listing: Listing;

beforeAll(async () => {
  const folder = await mkdtemp(join(cloud.home, 'own '));
  await copyFile(
    join(cloud.env['EC2_HOME'] ?? '', cloud.env['KEYPAIR_NAME'] ?? ''),
    join(folder, "the pool's key"),
  );
  await writeFile(join(folder, 'server with spaces.js'), app);
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'prod.yml'), file);
  own = party(cloud, 'own', { CONFIG_FILE: join(folder, 'prod.yml') });
  expect(await own.pool('start')).toMatchObject({ code: 0, stderr: LEFT_OUT });
  listing = await own.list();
});
afterAll(async () => {
  await own?.end();
  ec2.destroy();
});

test('row 35: with public_ip none the pool has no address, and each node serves at its own', async () => {
  expect(listing.address).toBe(null);
  expect((await holdings(ec2, own.name)).addresses).toEqual([]);
  for (const { public_ip: ip } of listing.instances)
    expect((await visit(`http://${ip}:8080/page`)).body).toMatch(
      /^a "b" \$c\|node[01]\|installed\|\/page\|all of it$/,
    );
});

test('user_data is a script that ran once on every node', async () => {
  const ran = () => own.on('all', 'cat /var/tmp/user-data');
  await expect.poll(async () => (await ran()).split('\n').sort()).toEqual(['node0: ran', 'node1: ran']);
});

test('a service of services: is enabled and runs on every node', async () => {
  const ask = 'systemctl is-enabled ticker.service; systemctl is-active ticker.service';
  const told = (await own.on('all', ask)).split('\n').sort();
  expect(told).toEqual(['node0: active', 'node0: enabled', 'node1: active', 'node1: enabled']);
});

test('the settings file and the key stay here, although they are in the folder of the app', async () => {
  expect(await own.on('0', 'cd /opt/poolparty/current && ls -A')).toBe(
    'made\npackage.json\nserver with spaces.js',
  );
});

test('the app runs by npm, which a node has with Node, as the app and without a word of its own', async () => {
  const npm = await own.on(
    '0',
    'npm -v; npm prefix --global; ps -o user= -C node; journalctl -u poolparty-app -o cat',
  );
  expect(npm).toMatch(/^\d+\.\d+\.\d+\n\/usr\/local\npoolpar/);
  expect(npm).not.toMatch(/npm (warn|notice|error)/i);
});

test('row 51: start again with the same settings restarts nothing', async () => {
  const pids = () => own.on('all', 'systemctl show --value -p MainPID poolparty-app haproxy ticker.service');
  const before = (await pids()).split('\n').sort();
  expect(await own.pool('start')).toMatchObject({ code: 0, stderr: LEFT_OUT });
  expect((await pids()).split('\n').sort()).toEqual(before);
});
