// The query parser undoes what the SDK's own serializer does.

import {
  AuthorizeSecurityGroupIngress$,
  DescribeInstances$,
  RunInstances$,
  type RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import { AwsEc2QueryProtocol } from '@aws-sdk/core/protocols';
import type { StaticOperationSchema } from '@smithy/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../../src/local-cloud/api/query.ts';

const VERSION = '2016-11-15';
const protocol = new AwsEc2QueryProtocol({
  defaultNamespace: 'com.amazonaws.ec2',
  xmlNamespace: `http://ec2.amazonaws.com/doc/${VERSION}/`,
  version: VERSION,
  errorTypeRegistries: [],
});

function serialize(operation: StaticOperationSchema, input: object): URLSearchParams {
  const { serializer } = protocol as unknown as {
    serializer: { write(schema: unknown, value: object): void; flush(): string };
  };
  serializer.write(operation[4], input);
  return new URLSearchParams(`Action=${operation[2]}&Version=${VERSION}${serializer.flush()}`);
}

const tag = fc.record({ Key: fc.string({ minLength: 1 }), Value: fc.string() });
const tags = fc.array(tag, { minLength: 1, maxLength: 12 });
const texts = fc.array(fc.string(), { minLength: 1, maxLength: 12 });

const runInstances: fc.Arbitrary<RunInstancesRequest> = fc.record(
  {
    MinCount: fc.integer({ min: 1, max: 100 }),
    MaxCount: fc.integer({ min: 1, max: 100 }),
    ClientToken: fc.string(),
    ImageId: fc.string(),
    KeyName: fc.string(),
    SecurityGroupIds: texts,
    SecurityGroups: texts,
    UserData: fc.base64String(),
    DryRun: fc.boolean(),
    EbsOptimized: fc.boolean(),
    IamInstanceProfile: fc.record({ Name: fc.string() }),
    Placement: fc.record({ AvailabilityZone: fc.string() }),
    TagSpecifications: fc.array(fc.record({ ResourceType: fc.constant('instance' as const), Tags: tags }), {
      minLength: 1,
    }),
    NetworkInterfaces: fc.array(
      fc.record({ DeviceIndex: fc.nat(5), AssociatePublicIpAddress: fc.boolean(), Groups: texts }),
      { minLength: 1, maxLength: 3 },
    ),
    BlockDeviceMappings: fc.array(
      fc.record({
        DeviceName: fc.string(),
        Ebs: fc.record({ VolumeSize: fc.nat(100), DeleteOnTermination: fc.boolean() }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['MinCount', 'MaxCount', 'ClientToken'] },
);

describe('reading a query', () => {
  test('inverts the serializer of the SDK for RunInstances', () => {
    fc.assert(
      fc.property(runInstances, (input) => {
        expect(parseQuery(RunInstances$, serialize(RunInstances$, input))).toEqual(input);
      }),
      { numRuns: 200 },
    );
  });

  test('inverts it for filters and for permissions', () => {
    const describeInstances = {
      Filters: [{ Name: 'tag:a.b', Values: ['x', 'y'] }],
      MaxResults: 7,
      InstanceIds: ['i-1'],
    };
    expect(parseQuery(DescribeInstances$, serialize(DescribeInstances$, describeInstances))).toEqual(
      describeInstances,
    );
    const authorize = {
      GroupId: 'sg-1',
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 0,
          ToPort: 9,
          IpRanges: [{ CidrIp: '0.0.0.0/0' }],
          UserIdGroupPairs: [{ GroupId: 'sg-2' }],
        },
      ],
    };
    const form = serialize(AuthorizeSecurityGroupIngress$, authorize);
    expect(parseQuery(AuthorizeSecurityGroupIngress$, form)).toEqual(authorize);
  });

  test('keeps the order of a list with more than nine members', () => {
    const ids = Array.from({ length: 12 }, (_, n) => `i-${n}`);
    expect(parseQuery(DescribeInstances$, serialize(DescribeInstances$, { InstanceIds: ids }))).toEqual({
      InstanceIds: ids,
    });
  });

  test.for([
    ['Nonsense=1', 'UnknownParameter', 'The parameter Nonsense is not recognized'],
    ['Placement.Nonsense=1', 'UnknownParameter', 'The parameter Placement.Nonsense is not recognized'],
    ['MinCount=one', 'InvalidParameterValue', "Invalid value 'one' for integer parameter MinCount"],
    ['DryRun=perhaps', 'InvalidParameterValue', "Invalid value 'perhaps' for boolean parameter DryRun"],
    [
      'SecurityGroupId.x=1',
      'InvalidParameterValue',
      "Invalid value 'x' for integer parameter SecurityGroupId.x",
    ],
  ])('refuses %s', ([form, code, message]) => {
    expect(() => parseQuery(RunInstances$, new URLSearchParams(form))).toThrow(
      expect.objectContaining({ code, message }),
    );
  });
});
