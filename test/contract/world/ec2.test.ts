// What goes over the wire to EC2, and how its failures are told: our client against an endpoint that a test answers.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../src/world/ec2.ts';

const actions: string[] = [];
let server: Server;
let url = '';
let answer: (response: ServerResponse, action: string) => void;

beforeEach(async () => {
  actions.length = 0;
  answer = (response, action) => response.end(`<${action}Response/>`);
  server = createServer(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    actions.push(action);
    answer(response, action);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'marker-of-aws');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const cloud = (publicIp = 'auto') =>
  createCloud({ ...defaultsIn('/party'), region: 'us-east-1', public_ip: publicIp }, process.env);

const refused = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );

const fails = (status: number, code: string, message: string) => (response: ServerResponse) => {
  response.statusCode = status;
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.end(`<Response><Errors>${error}</Errors><RequestID>1</RequestID></Response>`);
};

test('a look is two calls', async () => {
  await cloud().look('party');
  expect(actions.sort()).toEqual(['DescribeAddresses', 'DescribeInstances']);
});

test('row 35: with public_ip none no call is about addresses', async () => {
  await cloud('none').look('party');
  expect(actions).toEqual(['DescribeInstances']);
});

test('row 36: throttling is tried again up to a limit, then reported plainly', async () => {
  answer = fails(503, 'RequestLimitExceeded', 'Request limit exceeded.');
  expect(await refused(cloud('none').look('party'))).toBe(
    'EC2 refused DescribeInstances: RequestLimitExceeded: Request limit exceeded.',
  );
  expect(actions).toHaveLength(4);
});

test('a wrong key: one line with the way out, and no secret', async () => {
  answer = fails(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials');
  const message = await refused(cloud('none').look('party'));
  expect(message).toBe(
    'EC2 refused DescribeInstances: AuthFailure: AWS was not able to validate the provided access credentials; check AWS_ACCESS_KEY_ID (or source ~/.pool_keys again)',
  );
  expect(message).not.toContain('marker');
});

test('an endpoint that does not answer', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', 'http://127.0.0.1:9');
  expect(await refused(cloud('none').look('party'))).toBe(
    'EC2 at http://127.0.0.1:9 does not answer (ECONNREFUSED); is the local cloud up? (pool local up)',
  );
});
