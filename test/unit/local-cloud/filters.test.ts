// Every filter that EC2's documentation has for an action of the local cloud is taken, and sees what is shown.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as AWS from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ACTIONS } from '../../../src/local-cloud/actions/index.ts';
import { IMAGES } from '../../../src/local-cloud/model/images.ts';
import { wildcard } from '../../../src/local-cloud/model/wildcards.ts';
import { servedCloud } from './cloud.fixture.ts';

const ITEM = /<li>[\s*]*<p>[\s*]*<code>([^<]+)<\/code>\s*(?:- |:&lt;key&gt;)/g;
/** The values of one filter, which stand in the documentation as its name does. */
const VALUES = ['informational', 'low', 'medium', 'high', 'critical'];
/** Some versions of the documentation have `tag` and `tag:<key>` for the same. */
const named = (text: string): string[] =>
  [...text.matchAll(ITEM)]
    .flatMap(([, name = '']) => (VALUES.includes(name) ? [] : [name]))
    .map((name) => name.replace('&lt;', '<').replace('&gt;', '>'))
    .map((name) => (name === 'tag' ? 'tag:<key>' : name));

/** As the SDK in use documents them. */
function inSdk(): Map<string, string[]> {
  const folder = 'node_modules/@aws-sdk/client-ec2/dist-types/models/';
  const files = readdirSync(folder).filter((name) => name.endsWith('.d.ts'));
  const all = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  return new Map(
    [...ACTIONS.ec2.keys()].map((action) => {
      const [, body = ''] = new RegExp(`interface ${action}Request \\{([\\s\\S]*?)\\n\\}`).exec(all) ?? [];
      const [before] = /[\s\S]*?(?=\n\s+Filters\?)/.exec(body) ?? [];
      return [action, before === undefined ? [] : named(before.slice(before.lastIndexOf('/**')))];
    }),
  );
}

/** As Debian's botocore has them: an older state of the same documentation. */
function inBotocore(): Map<string, string[]> {
  const program = 'import botocore, os; print(os.path.dirname(botocore.__file__))';
  const folder = execFileSync('/usr/bin/python3', ['-c', program], { encoding: 'utf8' }).trim();
  const model = JSON.parse(readFileSync(join(folder, 'data/ec2/2016-11-15/service-2.json'), 'utf8'));
  return new Map(
    [...ACTIONS.ec2.keys()].map((action) => {
      const { members } = model.shapes[model.operations[action].input?.shape] ?? { members: {} };
      return [action, named(members.Filters?.documentation ?? '')];
    }),
  );
}

describe('foreign A2: the documented filters', () => {
  test.for([
    ['the SDK', inSdk],
    ['botocore', inBotocore],
  ] as const)('of %s are all taken', ([, read]) => {
    const documented = read();
    const count = [...documented.values()].flat().length;
    expect(count).toBeGreaterThan(290);
    const refused = [...documented].flatMap(([action, names]) => {
      const taken = ACTIONS.ec2.get(action)?.filters ?? [];
      return names.filter((name) => !taken.includes(name)).map((name) => `${action} ${name}`);
    });
    expect(refused).toEqual([]);
  });
});

let served: Awaited<ReturnType<typeof servedCloud>>;
let id: string;
let ip: string;
beforeAll(async () => {
  served = await servedCloud();
  const { ec2 } = served;
  const launched = await ec2.send(
    new AWS.RunInstancesCommand({
      ImageId: IMAGES[0]?.id ?? '',
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'pool', Value: 'a*b' }] }],
    }),
  );
  id = launched.Instances?.[0]?.InstanceId ?? '';
  await vi.waitFor(() => expect(served.cloud.state.instances[id]?.state).toBe('running'), { interval: 5 });
  const { AllocationId, PublicIp } = await ec2.send(new AWS.AllocateAddressCommand({}));
  ip = PublicIp ?? '';
  await ec2.send(new AWS.AssociateAddressCommand({ AllocationId, InstanceId: id }));
});
afterAll(() => served.close());

const asked = async (action: string, filters: readonly (readonly [string, string])[]): Promise<unknown> => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: a test of all commands, which nobody bundles
  const Command = AWS[`${action}Command` as 'DescribeInstancesCommand'];
  const Filters = filters.map(([Name, value]) => ({ Name, Values: [value] }));
  return await served.ec2.send(new Command({ Filters }));
};

test('every one of them is really taken by its action, whatever its value', async () => {
  for (const [action, { filters }] of ACTIONS.ec2)
    if (filters.length > 0)
      await asked(
        action,
        filters.map((name) => [name.replace('<key>', 'pool'), 'nothing-has-this']),
      );
});

test.for(['DescribeInstances', 'DescribeInstanceTypes', 'DescribeVpcs', 'DescribeKeyPairs'] as const)(
  '%s refuses any other, also one that every object has',
  async (action) => {
    for (const name of ['colour', 'Instance-id', '', 'constructor', '__proto__', 'tag'])
      await expect(asked(action, [[name, 'x']])).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message: `The filter '${name}' is invalid`,
      });
  },
);

test('tags are no filter of what cannot have any', async () => {
  for (const action of ['DescribeRegions', 'DescribeAvailabilityZones', 'DescribeInstanceTypes'])
    await expect(asked(action, [['tag:pool', 'x']])).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test.for([
  ['DescribeInstances', 'affinity', 'default', false],
  ['DescribeInstances', 'availability-zone-id', 'use1-az1', true],
  ['DescribeInstances', 'block-device-mapping.delete-on-termination', 'true', true],
  ['DescribeInstances', 'block-device-mapping.device-name', '/dev/xvda', true],
  ['DescribeInstances', 'hibernation-options.configured', 'false', true],
  ['DescribeInstances', 'network-interface.association.allocation-id', 'eipalloc-*', true],
  ['DescribeInstances', 'network-interface.attachment.device-index', '0', true],
  ['DescribeInstances', 'network-interface.group-name', 'default', true],
  ['DescribeInstances', 'network-interface.ipv6-addresses.ipv6-address', '*', false],
  ['DescribeInstances', 'platform', '*', false],
  ['DescribeInstances', 'source-dest-check', 'true', true],
  ['DescribeInstances', 'tag:pool', 'a\\*b', true],
  ['DescribeInstances', 'tag:pool', 'a\\?b', false],
  ['DescribeInstanceStatus', 'event.not-before', '*', false],
  ['DescribeInstanceTypes', 'network-info.ena-support', 'required', true],
  ['DescribeInstanceTypes', 'bare-metal', 'true', false],
  ['DescribeInstanceTypes', 'vcpu-info.valid-threads-per-core', '2', true],
  ['DescribeImages', 'block-device-mapping.volume-size', '8', true],
  ['DescribeImages', 'owner-alias', 'amazon', false],
  ['DescribeSecurityGroups', 'egress.ip-permission.cidr', '0.0.0.0/0', true],
  ['DescribeSecurityGroups', 'ip-permission.group-name', 'default', true],
  ['DescribeSecurityGroups', 'ip-permission.ipv6-cidr', '*', false],
  ['DescribeSubnets', 'ipv6-native', 'false', true],
  ['DescribeSubnets', 'outpost-arn', '*', false],
  ['DescribeVolumes', 'attachment.delete-on-termination', 'true', true],
  ['DescribeVpcs', 'cidr-block-association.state', 'associated', true],
  ['DescribeVpcs', 'dhcp-options-id', 'dopt-*', true],
  ['DescribeAddresses', 'domain', 'vpc', true],
  ['DescribeAddresses', 'domain', 'standard', false],
  ['DescribeAvailabilityZones', 'group-name', 'us-east-1', true],
  ['DescribeAvailabilityZones', 'message', '*', false],
] as const)('%s by %s = %s: %s', async ([action, name, value, isFound]) => {
  const { $metadata: _, ...answer } = (await asked(action, [[name, value]])) as Record<string, unknown>;
  const [list] = Object.values(answer);
  expect(Array.isArray(list) && list.length > 0).toBe(isFound);
});

test("an instance is found by its Elastic IP's filters, and not by another's", async () => {
  const name = 'network-interface.addresses.association.public-ip';
  expect(await asked('DescribeInstances', [[name, ip]])).toMatchObject({ Reservations: [{}] });
  expect(await asked('DescribeInstances', [[name, '192.0.2.1']])).toMatchObject({ Reservations: [] });
});

describe('foreign 5: a wildcard', () => {
  test.for<[string, string, boolean]>([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['?', '🎉', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-c-', false],
    ['**a**', 'bab', true],
    ['*a', 'aaab', false],
    ['*ab', 'aab', true],
    ['.+', 'ab', false],
    ['[ab]', 'a', false],
    ['\\*amazon\\?\\\\', '*amazon?\\', true],
    ['\\*', 'x', false],
    ['a\\b\\\\c', 'a\\b\\\\c', true],
    ['a\\b', 'a\\b', true],
    ['a\\', 'a\\', true],
    ['line*', 'line\nbreak', true],
  ])('%j lets %j through: %s', ([pattern, text, fits]) => {
    expect(wildcard(pattern)(text)).toBe(fits);
  });

  test.for([
    ['*a*a*a*a*b', 'a'.repeat(255)],
    [`${'*a'.repeat(120)}b`, 'a'.repeat(255)],
    [`${'*?a'.repeat(80)}b`, 'a'.repeat(255)],
    [`*${'a'.repeat(2_000)}b`, 'a'.repeat(4_000)],
  ] as const)('%s takes no longer than others', ([pattern, text]) => {
    const start = performance.now();
    expect(wildcard(pattern)(text)).toBe(false);
    expect(performance.now() - start).toBeLessThan(250);
  });

  test('of a foreign hand is answered at once through the API, and so are very many', async () => {
    const start = performance.now();
    const Tags = [{ Key: 'long', Value: 'a'.repeat(255) }];
    await served.ec2.send(new AWS.CreateTagsCommand({ Resources: [id], Tags }));
    const Values = Array.from({ length: 200 }, (_, n) => `${'*a'.repeat(100)}${n}`);
    const few = new AWS.DescribeInstancesCommand({ Filters: [{ Name: 'tag:long', Values }] });
    expect((await served.ec2.send(few)).Reservations).toEqual([]);
    const many = new AWS.DescribeInstancesCommand({
      Filters: [{ Name: 'tag:long', Values: [...Values, ...Values] }],
    });
    await expect(served.ec2.send(many)).rejects.toMatchObject({ name: 'FilterLimitExceeded' });
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
