// Names that every object has (`constructor`, `__proto__`, …) mean nothing to the local cloud unless somebody gave them.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AllocateAddressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTIONS } from '../../../src/local-cloud/actions/index.ts';
import { findKey } from '../../../src/local-cloud/api/keys.ts';
import type { Wanted } from '../../../src/local-cloud/faults/fault.ts';
import { Mistake } from '../../../src/local-cloud/faults/read.ts';
import { addFaults } from '../../../src/local-cloud/life/faults.ts';
import { IMAGES } from '../../../src/local-cloud/model/images.ts';
import { createS3 } from '../../../src/local-cloud/s3/server.ts';
import { fakeCloud, servedCloud } from './cloud.fixture.ts';
import { signedRequest } from './signing.ts';

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const FORMS = {
  ec2: 'Action=DescribeInstances&Version=2016-11-15',
  sts: 'Action=GetCallerIdentity&Version=2011-06-15',
};

let served: Awaited<ReturnType<typeof servedCloud>>;
let s3: Server;
let folder: string;
beforeAll(async () => {
  served = await servedCloud();
  folder = await mkdtemp(join(tmpdir(), 'poolparty-own-'));
  s3 = createS3(served.cloud, folder).listen(0, '127.0.0.1');
  await once(s3, 'listening');
});
afterAll(async () => {
  served.close();
  s3.closeAllConnections();
  s3.close();
  await rm(folder, { recursive: true, force: true });
});

async function send(endpoint: string, wish: Parameters<typeof signedRequest>[1]) {
  const { method, path, headers, body } = await signedRequest(endpoint, wish);
  const answer = await fetch(`${endpoint}${path}`, { method, headers, body: method === 'GET' ? null : body });
  return { status: answer.status, code: /<Code>(\w+(?:\.\w+)*)/.exec(await answer.text())?.[1] };
}

describe('foreign 1: a key id named like a member of every object, with the secret "undefined",', () => {
  test.for(NAMES)('%s is let in nowhere', async (accessKeyId) => {
    const who = { accessKeyId, secret: 'undefined' };
    expect(await send(served.endpoint, { ...who, body: FORMS.ec2 })).toEqual({
      status: 401,
      code: 'AuthFailure',
    });
    expect(await send(served.endpoint, { ...who, service: 'sts', body: FORMS.sts })).toEqual({
      status: 403,
      code: 'InvalidClientTokenId',
    });
    const endpoint = `http://127.0.0.1:${(s3.address() as AddressInfo).port}`;
    expect(await send(endpoint, { ...who, service: 's3', method: 'GET' })).toEqual({
      status: 403,
      code: 'InvalidAccessKeyId',
    });
  });

  test.for([
    ['without a secret', { secret: undefined }],
    ['with an empty secret', { secret: '' }],
    ['without a token', { token: undefined }],
    ['without an expiry', { expires: undefined }],
    ['with an expiry that is no time', { expires: 'never' }],
    ['that has expired', { expires: '2020-01-01T00:00:00.000Z' }],
  ] as const)('a kept key %s is none', ([, change]) => {
    const { cloud } = fakeCloud();
    const good = { secret: 's', token: 't', expires: '2999-01-01T00:00:00.000Z' };
    const rest = { updated: '2026-01-01T00:00:00.000Z', instanceId: 'i-1', role: 'poolparty' };
    cloud.state.roleKeys['ASIAGOOD'] = { ...good, ...rest };
    cloud.state.roleKeys['ASIABAD'] = { ...good, ...rest, ...(change as object) };
    expect(findKey(cloud, 'ASIAGOOD')).toEqual({ secret: 's', token: 't' });
    expect(findKey(cloud, 'ASIABAD')).toBeUndefined();
  });
});

/** Every parameter of an action that takes text, as it is written in a form. */
function parameters(schema: NormalizedSchema, path = ''): string[] {
  if (schema.isStructSchema())
    return [...schema.structIterator()].flatMap(([name, member]) => {
      const { ec2QueryName, xmlName } = member.getMergedTraits() as Record<string, string>;
      const key = ec2QueryName ?? xmlName ?? name;
      return parameters(member, `${path && `${path}.`}${key[0]?.toUpperCase()}${key.slice(1)}`);
    });
  if (schema.isListSchema()) return parameters(schema.getValueSchema(), `${path}.1`);
  return schema.isStringSchema() ? [path] : [];
}

test.for([...ACTIONS.ec2.keys()])(
  'foreign 1: %s takes no such name for something that is there',
  async (action) => {
    const { operation } = ACTIONS.ec2.get(action) ?? {};
    const asked = parameters(NormalizedSchema.of(operation?.[4] ?? 'unit'));
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    for (const name of NAMES) {
      for (const parameter of asked) {
        // A key of the other type takes a second to make.
        const type = action === 'CreateKeyPair' ? { KeyType: 'ed25519' } : {};
        const params = { Action: action, Version: '2016-11-15', ...type, [parameter]: name };
        const { status } = await send(served.endpoint, { body: String(new URLSearchParams(params)) });
        expect([parameter, name, status]).not.toEqual([parameter, name, 500]);
      }
    }
    expect(Object.getOwnPropertyNames(Object.prototype).length).toBe(before);
  },
);

describe('foreign 1: such a name that somebody did give', () => {
  const Tags = NAMES.map((Key) => ({ Key, Value: `value of ${Key}` }));
  const sorted = [...Tags].sort((a, b) => (a.Key < b.Key ? -1 : 1));

  test('is kept as a tag, at creation and afterwards, and found by it', async () => {
    const specification = { ResourceType: 'security-group' as const, Tags };
    const made = await served.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: '__proto__',
        Description: 'constructor',
        TagSpecifications: [specification],
      }),
    );
    expect(made.Tags).toEqual(sorted);
    const { AllocationId } = await served.ec2.send(new AllocateAddressCommand({}));
    await served.ec2.send(new CreateTagsCommand({ Resources: [AllocationId ?? ''], Tags }));
    const Filters = [{ Name: 'resource-id', Values: [AllocationId ?? ''] }];
    const found = await served.ec2.send(new DescribeTagsCommand({ Filters }));
    expect(found.Tags?.map(({ Key, Value }) => ({ Key, Value }))).toEqual(sorted);
    const byTag = { Filters: [{ Name: 'tag:__proto__', Values: ['value of __proto__'] }] };
    const groups = await served.ec2.send(new DescribeSecurityGroupsCommand(byTag));
    expect(groups.SecurityGroups?.map(({ GroupName }) => GroupName)).toEqual(['__proto__']);
  });

  test.for(NAMES)('%s is no kind of fault', (kind) => {
    const wanted = [{ kind } as unknown as Wanted];
    expect(() => addFaults(served.cloud, wanted)).toThrow(Mistake);
    expect(served.cloud.state.faults).toEqual([]);
  });

  test.for(NAMES)('%s is a client token like any other', async (ClientToken) => {
    const input = { ImageId: IMAGES[0]?.id, InstanceType: 't3.nano' as const, MinCount: 1, MaxCount: 1 };
    const launch = async () =>
      (await served.ec2.send(new RunInstancesCommand({ ...input, ClientToken }))).Instances?.[0]?.InstanceId;
    const first = await launch();
    expect(await launch()).toBe(first);
    expect(JSON.parse(JSON.stringify(served.cloud.state.launches))).toHaveProperty([ClientToken]);
  });
});
