// Our verbs of EC2 against a cloud that misbehaves: row 36, call by call.
import { ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Wanted } from '../../../../src/local-cloud/faults/fault.ts';
import { addFaults } from '../../../../src/local-cloud/life/faults.ts';
import { defaultsIn } from '../../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../../src/world/ec2.ts';
import type { Cloud } from '../../../../src/world/world.ts';
import { servedCloud } from '../../local-cloud/cloud.fixture.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJkrHyKeAUi/V0202L4UsMxhT4Nq17wS+Rp+mSbs7xfd tester';
const POOL = 'party';
const web = {
  protocol: 'tcp',
  fromPort: 80,
  toPort: 80,
  peer: '0.0.0.0/0',
  about: 'poolparty: web',
} as const;
let served: Awaited<ReturnType<typeof servedCloud>>;
let cloud: Cloud;

beforeEach(async () => {
  served = await servedCloud();
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', served.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  await served.ec2.send(
    new ImportKeyPairCommand({ KeyName: 'poolparty', PublicKeyMaterial: Buffer.from(KEY) }),
  );
  cloud = createCloud({ ...defaultsIn('/party'), region: 'us-east-1' }, process.env);
});
afterEach(() => {
  vi.unstubAllEnvs();
  served.close();
});

const wrong = (...faults: Wanted[]) => addFaults(served.cloud, faults);
const groups = () =>
  Object.values(served.cloud.state.groups).filter(({ name }) => name === 'poolparty-party');

describe('row 36: the group', () => {
  const open = async () => await cloud.openGroup(POOL, (await cloud.subnets([]))[0]?.vpcId ?? '', [web]);

  test('is opened though EC2 does not know it yet', async () => {
    wrong({ kind: 'unknown-ids', delay: 700 });
    const id = await open();
    expect(groups().map((one) => one.id)).toEqual([id]);
    expect(groups()[0]?.rules.filter(({ egress }) => !egress)).toMatchObject([{ fromPort: 80 }]);
  });

  test.for<[string, Wanted[]]>([
    ['looks lag', [{ kind: 'lag', delay: 700 }]],
    [
      'the answer that made it is lost',
      [
        { kind: 'cut', action: 'CreateSecurityGroup', how: 'after', count: 1 },
        { kind: 'unknown-ids', delay: 700 },
      ],
    ],
  ])('is made once though %s', async ([, faults]) => {
    wrong(...faults);
    const [first, second] = [await open(), await open()];
    expect(first).toBe(second);
    expect(groups()).toHaveLength(1);
  });
});

test('row 36: a group that a look still shows, though it is deleted, is made anew', async () => {
  const open = async () => await cloud.openGroup(POOL, (await cloud.subnets([]))[0]?.vpcId ?? '', [web]);
  const first = await open();
  await cloud.deleteGroup(first);
  wrong({ kind: 'lag', delay: 700 });
  const second = await open();
  expect(second).not.toBe(first);
  expect(groups().map(({ id }) => id)).toEqual([second]);
});

describe('row 36: a call', () => {
  test.for<[string, Wanted]>([
    ['is throttled', { kind: 'throttle', count: 2 }],
    ['fails', { kind: 'error', count: 2 }],
    ['is cut before', { kind: 'cut', how: 'before', count: 2 }],
    ['is cut in mid-answer', { kind: 'cut', how: 'after', count: 2 }],
  ])('that %s is repeated', async ([, fault]) => {
    wrong(fault);
    expect((await cloud.look(POOL)).nodes).toEqual([]);
    expect(served.cloud.state.faults[0]?.struck ?? 2).toBe(2);
  });
});
