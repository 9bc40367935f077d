// Requests that would do harm or tell secrets if only they were signed: somebody without the key sends them, or with a twist.
import fc from 'fast-check';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import type { Hostile, Signature } from './requests.ts';

/** What is wrong with a signature that the right key made; each must be enough to be refused. */
const TWISTS = [
  ...['stale', 'ahead', 'day', 'service', 'region', 'end', 'method', 'path'],
  ...['host', 'cut', 'empty', 'long'],
] as const;
export type Twist = (typeof TWISTS)[number];

const MEMBERS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const KEY = { accessKeyId: 'AKIATEST', secret: 'secret', header: '' };

const signature: fc.Arbitrary<Signature> = fc.oneof(
  fc.constant<Signature>({ is: 'none', accessKeyId: '', secret: '', header: '' }),
  fc.record({
    is: fc.constant('forged' as const),
    accessKeyId: fc.constantFrom('AKIATEST', 'AKIATEST', ...MEMBERS, 'AKIAOTHER', ''),
    secret: fc.constantFrom('undefined', 'null', '', 'other', '[object Object]'),
    header: fc.constantFrom('', '', '', 'AWS4-HMAC-SHA256', 'Basic QUtJQVRFU1Q6c2VjcmV0', 'AWS AKIATEST:x'),
  }),
  fc.constantFrom(...TWISTS).map((twist) => ({ is: 'forged' as const, ...KEY, twist })),
);

const INSTANCE = '@';
const FORMS = [
  'DescribeInstances',
  'DescribeSecurityGroups',
  'GetConsoleOutput&InstanceId=@',
  'DescribeInstanceAttribute&InstanceId=@&Attribute=userData',
  'AllocateAddress',
  'CreateKeyPair&KeyName=intruder&KeyType=ed25519',
  'CreateSecurityGroup&GroupName=intruder&GroupDescription=d',
  'AuthorizeSecurityGroupIngress&GroupName=kept&IpProtocol=-1&CidrIp=0.0.0.0/0',
  'CreateTags&ResourceId.1=@&Tag.1.Key=is&Tag.1.Value=taken',
  'StopInstances&InstanceId.1=@',
  'TerminateInstances&InstanceId.1=@',
  'ModifyInstanceAttribute&InstanceId=@&InstanceType.Value=t3.large',
  `RunInstances&ImageId=${IMAGES[0]?.id}&InstanceType=t3.nano&MinCount=1&MaxCount=1`,
];
const S3 = [
  ...['GET /', 'GET /kept', 'GET /kept/key', 'HEAD /kept/key', 'PUT /kept/key', 'PUT /kept/new'],
  ...['DELETE /kept/key', 'PUT /intruder', 'POST /kept/key?uploads', 'POST /kept?delete', 'DELETE /bucket'],
];
const METADATA = [
  ...['', 'latest', 'latest/meta-data', 'latest/meta-data/instance-id', 'latest/user-data'],
  ...['latest/meta-data/iam/security-credentials', 'latest/dynamic/instance-identity/document'],
  ...['latest/meta-data/tags/instance/is', '2021-07-15/meta-data/mac', 'latest//meta-data/%6dac'],
];
const TOKENS = [
  '',
  'x',
  '0.',
  '.',
  '9999999999999.',
  `9999999999999.${'A'.repeat(43)}`,
  '__proto__',
  'NaN.x',
];

const plain = { headers: [], body: '', delivery: 'whole' } as const;
const api = { ...plain, method: 'POST', path: '/' } as const;

/** By where they go; `instance` is one that is there. */
export function stranger(to: Hostile['to'], instance: string): fc.Arbitrary<Hostile> {
  if (to === 'metadata')
    return fc
      .tuple(
        fc.constantFrom(...METADATA),
        fc.option(fc.constantFrom(...TOKENS)),
        fc.constantFrom('GET', 'HEAD'),
      )
      .map(([path, token, method]) => ({
        ...{ ...plain, to, method, path: `/${path}` },
        signature: { is: 'none', accessKeyId: '', secret: '', header: '' },
        headers: token === null ? [] : [['x-aws-ec2-metadata-token', token]],
      }));
  if (to === 's3')
    return fc.tuple(fc.constantFrom(...S3), signature).map(([line, signed]) => {
      const [method = '', path = ''] = line.split(' ');
      const body = method === 'POST' ? '<Delete><Object><Key>key</Key></Object></Delete>' : '';
      return { ...plain, to, method, path, body, signature: signed };
    });
  const forms = to === 'sts' ? ['GetCallerIdentity'] : FORMS;
  const version = to === 'sts' ? '2011-06-15' : '2016-11-15';
  return fc.tuple(fc.constantFrom(...forms), signature).map(([form, signed]) => ({
    ...{ ...api, to, signature: signed },
    body: `Action=${form.replace(INSTANCE, instance)}&Version=${version}`,
  }));
}
