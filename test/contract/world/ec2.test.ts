// What goes over the wire to EC2, and how its failures are told: our client against an endpoint that a test answers.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../src/world/ec2.ts';
import type { LaunchRequest } from '../../../src/world/world.ts';
import { ofEc2 } from '../true-answers.ts';

const actions: string[] = [];
const bodies: URLSearchParams[] = [];
let server: Server;
let url = '';
let answer: (response: ServerResponse, action: string, asked: URLSearchParams) => void;

beforeEach(async () => {
  actions.length = 0;
  bodies.length = 0;
  answer = (response, action) => response.end(ofEc2(action));
  server = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    const action = asked.get('Action') ?? '';
    actions.push(action);
    bodies.push(asked);
    answer(response, action, asked);
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

const REQUEST: LaunchRequest = {
  pool: 'party',
  count: 1,
  image: {
    id: 'ami-1',
    name: 'debian-12',
    architecture: 'x86_64',
    created: '',
    rootDevice: '/dev/xvda',
    rootSize: 8,
  },
  type: 't3.small',
  market: 'on-demand',
  subnetId: 'subnet-1',
  groupId: 'sg-1',
  volumeSize: undefined,
  keypair: 'poolparty',
  instanceProfile: undefined,
  userData: undefined,
  token: 'ab'.repeat(32),
};

test.for([
  [
    500,
    'InsufficientInstanceCapacity',
    'set size to a list of types, or zones to others, or try again later',
  ],
  [503, 'RequestLimitExceeded', undefined],
  [
    400,
    'VcpuLimitExceeded',
    'ask AWS for a higher quota of vCPUs, or lower minimum_instances, or set a smaller size',
  ],
  [400, 'MaxSpotInstanceCountExceeded', 'ask AWS for a higher quota of spot instances, or set spot to false'],
] as const)(
  'row 36: a launch is asked for once, and its refusal is an answer: %s %s',
  async ([status, code, mend]) => {
    answer = fails(status, code, 'No.');
    expect(await refused(cloud().launch(REQUEST))).toBe(
      `EC2 refused RunInstances: ${code}: No.${mend ? `; ${mend}` : ''}`,
    );
    expect(actions).toEqual(['RunInstances']);
  },
);

/** The values below a name of the request, by the rest of their names. */
const below = (name: string): Record<string, string> =>
  Object.fromEntries(
    [...(bodies[0] ?? [])]
      .filter(([key]) => key.startsWith(`${name}.`))
      .map(([key, value]) => [key.slice(name.length + 1), value]),
  );

test('row 38: whatever a launch makes is tagged by it; the volume is encrypted, metadata wants its token', async () => {
  await cloud().launch({ ...REQUEST, market: 'spot', volumeSize: 20 });
  const tags = below('TagSpecification');
  expect([1, 2, 3, 4].map((at) => tags[`${at}.ResourceType`])).toEqual([
    'instance',
    'volume',
    'network-interface',
    'spot-instances-request',
  ]);
  for (const at of [1, 2, 3, 4])
    expect([tags[`${at}.Tag.1.Key`], tags[`${at}.Tag.1.Value`]]).toEqual(['poolparty:pool', 'party']);
  expect(below('BlockDeviceMapping')).toEqual({
    '1.DeviceName': '/dev/xvda',
    '1.Ebs.DeleteOnTermination': 'true',
    '1.Ebs.Encrypted': 'true',
    '1.Ebs.VolumeSize': '20',
    '1.Ebs.VolumeType': 'gp3',
  });
  expect(below('MetadataOptions')).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: '1' });
  expect(below('InstanceMarketOptions')).toEqual({
    MarketType: 'spot',
    'SpotOptions.SpotInstanceType': 'one-time',
    'SpotOptions.InstanceInterruptionBehavior': 'terminate',
  });
});

test('on demand no market is named, and without volume_size the image says how large the volume is', async () => {
  await cloud().launch(REQUEST);
  expect(below('InstanceMarketOptions')).toEqual({});
  expect(below('BlockDeviceMapping')).not.toHaveProperty('1.Ebs.VolumeSize');
});

test('an alias asks for its owner alone, for what is available, and reads every page', async () => {
  answer = (response, _action, asked) => {
    const isLast = asked.get('NextToken') === 'more';
    const id = isLast ? 'ami-2' : 'ami-1';
    const image = `<item><imageId>${id}</imageId><architecture>arm64</architecture></item>`;
    const more = isLast ? '' : '<nextToken>more</nextToken>';
    response.end(ofEc2('DescribeImages', `<imagesSet>${image}</imagesSet>${more}`));
  };
  const images = await cloud().images('ubuntu-24.04');
  expect(images.map(({ id }) => id)).toEqual(['ami-1', 'ami-2']);
  expect(below('Owner')).toEqual({ '1': '099720109477' });
  expect(below('Filter')).toMatchObject({ '2.Name': 'state', '2.Value.1': 'available' });
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
