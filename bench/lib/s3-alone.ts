// The local cloud's S3 alone on a port of the loopback, without machines: prints its endpoint and key, ends with its parent.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createS3 } from '../../src/local-cloud/s3/server.ts';
import { fakeCloud } from '../../test/unit/local-cloud/cloud.fixture.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'poolparty-s3-alone-'));
const { cloud } = fakeCloud();
const server = createS3({ ...cloud, log: (line) => console.error(line) }, folder).listen(0, '127.0.0.1');
await once(server, 'listening');
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
console.log(JSON.stringify({ endpoint, folder, pid: process.pid, ...cloud.key }));
process.stdin.resume();
await once(process.stdin, 'end');
await rm(folder, { recursive: true, force: true });
process.exit(0);
