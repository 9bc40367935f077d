// Generated requests of somebody who means ill, for EC2, STS, S3 and metadata; a seed gives the same ones again.
import fc from 'fast-check';
import { ACTIONS } from '../../../../src/local-cloud/actions/index.ts';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { stranger, type Twist } from './strangers.ts';

type To = 'ec2' | 'sts' | 's3' | 'metadata';

/** With what it is signed: `key` is the cloud's own, anything else must open nothing. */
export interface Signature {
  readonly is: 'key' | 'none' | 'forged';
  readonly accessKeyId: string;
  readonly secret: string;
  /** In place of a signature; '' makes one with the id and secret above. */
  readonly header: string;
  /** What is wrong with it although the key is right. */
  readonly twist?: Twist;
}

export interface Hostile {
  readonly to: To;
  readonly signature: Signature;
  readonly method: string;
  /** Path and query, as they go over the wire. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly delivery: (typeof DELIVERIES)[number];
}

/** Whole; its first half, and then the end, a reset or silence; byte by byte; or in chunks that are none. */
const DELIVERIES = ['whole', 'whole', 'whole', 'whole', 'end', 'reset', 'silence', 'drip', 'chunks'] as const;

const MEMBERS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const TRICKS = [
  ...['..', '.', '', '%2e%2e', '%2E', '..%2f..%2f..%2fcanary', '..%2F..%2Fcanary%2Fkeep.txt', '....//', '~'],
  ...['%252e%252e%252f', '..%5c..%5c', '%c0%ae%c0%ae', '..%00', '%00', '%0d%0aX-Injected:%201', '%01', '%7f'],
  ...[
    '%ff',
    '%ED%A0%80',
    '%zz',
    '%',
    '%EF%BF%BE',
    '%F0%9F%8E%89',
    '%20',
    '+',
    '%3Cx%3E',
    '%22%27%60',
    '$(id)',
  ],
  ...[
    '*a*a*a*a*b',
    '*'.repeat(300),
    '?'.repeat(300),
    `${'*a'.repeat(90)}b`,
    '\\*'.repeat(50),
    'a'.repeat(1_100),
  ],
  ...['0', '-1', '1', '5', '1000', '10001', '1e309', '0x10', '5.5', 'NaN', 'true', '99999999999999999999'],
  ...['i-0123456789abcdef0', 'sg-00000000', 'ami-00000000', '10.0.0.0/8', '010.0.0.0/08', '1.2.3.4/32;drop'],
  ...MEMBERS,
];
const trick = fc.constantFrom(...TRICKS);
/** Percent signs and their like as they are, everything else as a form needs it. */
const wire = (text: string): string => text.replace(/[^\w%*?.~+$()/\\;:-]/gu, encodeURIComponent);

const USUAL = ['GET', 'GET', 'POST', 'PUT', 'PUT', 'DELETE', 'HEAD'];
const METHODS = [...USUAL, ...USUAL, 'PATCH', 'OPTIONS', 'TRACE'];
const method = fc.constantFrom(...METHODS, 'PROPFIND');

const forged: fc.Arbitrary<Signature> = fc.record({
  is: fc.constant('forged' as const),
  accessKeyId: fc.constantFrom(...MEMBERS, 'AKIATEST', 'undefined', '', 'null', 'AKIAOTHER'),
  secret: fc.constantFrom('undefined', 'null', '', 'other', '[object Object]', 'function'),
  header: fc
    .constantFrom('', '', '', 'AWS4-HMAC-SHA256', 'Basic eDp4', 'AWS AKIATEST:x', 'Bearer x')
    .chain((start) =>
      start === ''
        ? fc.constant('')
        : trick.map(
            (one) => `${start} Credential=AKIATEST/${one}/us-east-1/ec2/aws4_request, Signature=${one}`,
          ),
    ),
});
const signature: fc.Arbitrary<Signature> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Signature>({ is: 'none', accessKeyId: '', secret: '', header: '' }) },
  { weight: 1, arbitrary: forged },
  // Half of them come past the door, and do harm behind it where they can.
  {
    weight: 2,
    arbitrary: fc.constant<Signature>({ is: 'key', accessKeyId: 'AKIATEST', secret: 'secret', header: '' }),
  },
);

const PARAMETERS = [
  ...['InstanceId.1', 'InstanceId', 'InstanceId.01', 'Filter.1.Name', 'Filter.1.Value.1', 'Filter.2.Name'],
  ...['ResourceId.1', 'Tag.1.Key', 'Tag.1.Value', 'Tag.2.Key', 'TagSpecification.1.ResourceType'],
  ...['TagSpecification.1.Tag.1.Key', 'TagSpecification.1.Tag.1.Value', 'GroupName', 'GroupDescription'],
  ...['GroupId', 'KeyName', 'KeyType', 'PublicKeyMaterial', 'IpPermissions.1.IpRanges.1.CidrIp', 'CidrIp'],
  ...['IpPermissions.1.IpProtocol', 'FromPort', 'ToPort', 'IpProtocol', 'MaxResults', 'NextToken', 'ImageId'],
  ...['MinCount', 'MaxCount', 'ClientToken', 'UserData', 'PrivateIpAddress', 'SubnetId', 'InstanceType'],
  ...['Attribute', 'Value', 'AllocationId', 'PublicIp', 'RegionName.1', 'DryRun', 'Version', 'Action'],
  ...MEMBERS,
];
const NAMES = [...ACTIONS.ec2.keys()].filter((name) => name !== 'CreateKeyPair');

/** Requests that are good but for one value, and come as far as anything does. */
const NEARLY_GOOD = [
  'DescribeInstances&Filter.1.Name=tag:x&Filter.1.Value.1=@',
  'DescribeInstances&MaxResults=5&NextToken=@',
  'DescribeInstanceTypes&Filter.1.Name=instance-type&Filter.1.Value.1=@',
  'DescribeTags&Filter.1.Name=value&Filter.1.Value.1=@',
  'DescribeSecurityGroups&Filter.1.Name=tag:@&Filter.1.Value.1=*',
  'DescribeImages&Owner.1=@',
  'DescribeRegions&RegionName.1=@',
  'CreateSecurityGroup&GroupName=@&GroupDescription=d',
  'CreateSecurityGroup&GroupName=g&GroupDescription=@&TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=@&TagSpecification.1.Tag.1.Value=@',
  'AuthorizeSecurityGroupIngress&GroupName=default&IpProtocol=tcp&FromPort=1&ToPort=2&CidrIp=@',
  'AuthorizeSecurityGroupIngress&GroupName=default&IpProtocol=@&FromPort=@&ToPort=@&CidrIp=10.0.0.0/8',
  `RunInstances&ImageId=${IMAGES[0]?.id}&InstanceType=t3.nano&MinCount=1&MaxCount=1&ClientToken=@`,
  `RunInstances&ImageId=${IMAGES[0]?.id}&InstanceType=t3.nano&MinCount=1&MaxCount=1&UserData=@&PrivateIpAddress=@`,
  'ImportKeyPair&KeyName=@&PublicKeyMaterial=c3NoLWVkMjU1MTkgQUFBQQ==',
  'AllocateAddress&Address=@',
  'DescribeAccountAttributes&AttributeName.1=@',
];
const nearlyGood = fc
  .tuple(fc.constantFrom(...NEARLY_GOOD), trick)
  .map(([form, value]) => `Version=2016-11-15&Action=${form.replaceAll('@', wire(value))}`);

const form = (to: To): fc.Arbitrary<string> =>
  to === 'ec2' ? fc.oneof(nearlyGood, anyForm(to)) : anyForm(to);

const anyForm = (to: To): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...(to === 'sts' ? ['GetCallerIdentity'] : NAMES), ...MEMBERS),
      fc.array(fc.tuple(fc.constantFrom(...PARAMETERS), trick), { maxLength: 3 }),
      fc.constantFrom(...Array<string>(8).fill(to === 'sts' ? '2011-06-15' : '2016-11-15'), '', '1999-01-01'),
    )
    .map(([action, pairs, version]) =>
      [
        `Action=${action}`,
        `Version=${version}`,
        ...pairs.map(([name, value]) => `${name}=${wire(value)}`),
      ].join('&'),
    );

const parts = (list: readonly string[]) =>
  list.map((number) => `<Part><PartNumber>${number}</PartNumber><ETag>"x"</ETag></Part>`).join('');
const BODIES = [
  '',
  'content',
  'a'.repeat(70_000),
  `<CompleteMultipartUpload>${parts(['1', '2'])}</CompleteMultipartUpload>`,
  `<CompleteMultipartUpload>${parts(['../../canary', '-1'])}</CompleteMultipartUpload>`,
  `<Delete>${'<Object><Key>../../canary/keep.txt</Key></Object>'.repeat(1_001)}</Delete>`,
  '<'.repeat(20_000),
  '<a>'.repeat(20_000),
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Delete><Object><Key>&b;</Key></Object></Delete>',
  '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&f;</Key></Object></Delete>',
  '<CreateBucketConfiguration><LocationConstraint>__proto__</LocationConstraint></CreateBucketConfiguration>',
  '5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\n\r\n',
  'ffffffffffffffff\r\nx',
];

const HEADERS = [
  ...['x-amz-copy-source', 'range', 'content-md5', 'x-amz-decoded-content-length', 'x-amz-date', 'x-amz-acl'],
  ...['content-type', 'x-amz-meta-a', 'if-match', 'if-none-match', 'x-amz-security-token', 'x-forwarded-for'],
  ...['x-aws-ec2-metadata-token', 'x-aws-ec2-metadata-token-ttl-seconds', 'x-http-method-override', 'host'],
  ...['content-encoding', 'x-amz-checksum-crc32', 'x-amz-trailer', 'cookie', 'upgrade', '__proto__'],
];
/** What two readers of one request may take for two different requests. */
const SMUGGLED: readonly (readonly [string, string])[] = [
  ['transfer-encoding', 'chunked'],
  ['transfer-encoding', 'xchunked'],
  ['transfer-encoding', 'chunked, identity'],
  ['content-length', '0'],
  ['content-length', '-5'],
  ['content-length', '5, 6'],
  ['expect', '100-continue'],
  ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
  ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
  ['x-long', 'x'.repeat(20_000)],
];
const headers = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(
        fc.constantFrom(...HEADERS),
        trick.map((one) => one.slice(0, 200)),
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom(...SMUGGLED) },
  ),
  { maxLength: 2 },
);

const segments = (known: readonly string[]) =>
  fc.array(fc.oneof(fc.constantFrom(...known), trick.map(wire)), { minLength: 1, maxLength: 5 });
const S3_QUERIES = [
  ...['uploads', 'delete', 'tagging', 'acl', 'versions', 'location', 'list-type=2&max-keys=@&prefix=@'],
  ...['partNumber=@&uploadId=@', 'uploadId=@', 'marker=@&delimiter=@', 'continuation-token=@&list-type=2'],
  ...['response-content-type=@', 'X-Amz-Signature=@', 'X-Amz-Expires=@&X-Amz-Signature=@', 'versionId=@'],
];
const s3Path = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(['bucket'], ['bucket', 'key'], ['bucket', 'new']),
      segments(['bucket', 'key', 'canary']),
      segments(['key', 'canary']).map((path) => ['bucket', ...path]),
    ),
    fc.constantFrom('', '', ...S3_QUERIES),
    trick,
  )
  .map(([path, query, value]) => `/${path.join('/')}${query && `?${query.replaceAll('@', wire(value))}`}`);
const apiPath = fc.oneof(
  { weight: 6, arbitrary: fc.constant('/') },
  { weight: 1, arbitrary: segments(['health/', 'services']).map((path) => `/${path.join('/')}`) },
  { weight: 1, arbitrary: form('ec2').map((query) => `/?${query}`) },
);
const TREE = ['latest', 'meta-data', 'iam', 'security-credentials', 'poolparty', 'user-data', 'api', 'token'];
const metadataPath = segments(TREE).map((path) => `/${path.join('/')}`);

const about = (to: To): fc.Arbitrary<Hostile> => {
  const isApi = to === 'ec2' || to === 'sts';
  return fc.record({
    to: fc.constant(to),
    signature,
    method: isApi
      ? fc.oneof({ weight: 4, arbitrary: fc.constant('POST') }, { weight: 1, arbitrary: method })
      : method,
    path: isApi ? apiPath : to === 's3' ? s3Path : metadataPath,
    headers: fc.oneof(fc.constant([]), headers),
    body: isApi ? form(to) : fc.constantFrom(...BODIES),
    delivery: fc.constantFrom(...DELIVERIES),
  });
};

/**
 * So many requests of this seed to EC2, STS and metadata, and half as many to S3 among them. A third is wrong in nothing
 * but in who sends it. `instance` is one that is there, which no request with the key names.
 */
export function hostileRequests(count: number, seed: number, instance: string): Hostile[] {
  const [ec2, sts, metadata, s3] = (['ec2', 'sts', 'metadata', 's3'] as const).map((to) =>
    fc.oneof({ weight: 2, arbitrary: about(to) }, { weight: 1, arbitrary: stranger(to, instance) }),
  ) as [fc.Arbitrary<Hostile>, fc.Arbitrary<Hostile>, fc.Arbitrary<Hostile>, fc.Arbitrary<Hostile>];
  const api = fc.sample(fc.oneof(ec2, ec2, sts, metadata), { numRuns: count, seed });
  const others = fc.sample(s3, { numRuns: Math.ceil(count / 2), seed });
  return api.flatMap((one, index) => (index % 2 === 0 ? [one, others[index / 2] as Hostile] : [one]));
}
