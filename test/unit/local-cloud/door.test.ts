// The door of EC2 and STS: what is not signed for this service and day, or not written as the protocol has it, stays out.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  ImportKeyPairCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { IMAGES } from '../../../src/local-cloud/model/images.ts';
import { servedCloud } from './cloud.fixture.ts';
import { signedRequest } from './signing.ts';

const EC2 = 'Action=DescribeInstances&Version=2016-11-15';
const STS = 'Action=GetCallerIdentity&Version=2011-06-15';
let served: Awaited<ReturnType<typeof servedCloud>>;
beforeAll(async () => {
  served = await servedCloud();
});
afterAll(() => served.close());

type Wish = Parameters<typeof signedRequest>[1];

/** Sends exactly this path and these headers, which fetch would tidy up. */
async function raw(method: string, path: string, headers: Record<string, string>, body = '') {
  const { hostname: host, port } = new URL(served.endpoint);
  const sent = request({ host, port, method, path, headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const said = await text(answer);
  return { status: answer.statusCode, code: /<Code>([\w.]+)/.exec(said)?.[1], said };
}

async function send(wish: Wish, after: { headers?: Record<string, string>; path?: string } = {}) {
  const { method, path, headers, body } = { ...(await signedRequest(served.endpoint, wish)), ...after };
  return await raw(method, path, headers, body);
}
const outcome = async (wish: Wish) => {
  const { status, code } = await send(wish);
  return [status, code];
};

describe('foreign 10: a signature', () => {
  test.for([
    ['of EC2', { body: EC2 }, [200, undefined]],
    ['of STS', { body: STS, service: 'sts' }, [200, undefined]],
    ['of another service', { body: EC2, service: 's3' }, [401, 'AuthFailure']],
    ['of STS at EC2', { body: EC2, service: 'sts' }, [401, 'AuthFailure']],
    ['of EC2 at STS', { body: STS, service: 'ec2' }, [403, 'SignatureDoesNotMatch']],
    ['of a region that is none', { body: EC2, region: 'xx-nowhere-9' }, [401, 'AuthFailure']],
    ['of no region', { body: EC2, region: '' }, [400, 'IncompleteSignature']],
    ['of a member of every object', { body: EC2, region: 'constructor' }, [401, 'AuthFailure']],
    ['of another region', { body: EC2, region: 'ap-southeast-7' }, [200, undefined]],
  ] as const)('%s: %j', async ([, wish, expected]) => {
    expect(await outcome(wish)).toEqual(expected);
  });

  test('whose scope names another day than its date is refused', async () => {
    const { headers, body, path } = await signedRequest(served.endpoint, { body: EC2, day: '20200101' });
    expect(await raw('POST', path, headers, body)).toMatchObject({ status: 401, code: 'AuthFailure' });
  });

  test('that does not cover the host is refused', async () => {
    const { headers, body, path } = await signedRequest(served.endpoint, { body: EC2, unsigned: ['host'] });
    expect(await raw('POST', path, headers, body)).toMatchObject({ status: 401, code: 'AuthFailure' });
  });

  test.for(['x', '', '-1', '1e3', '0x10', '1.5', 'NaN', 'Infinity'])(
    'in the query that is to live for %j seconds is refused',
    async (expires) => {
      const { status } = await send({ method: 'GET', body: '', query: EC2, expires });
      expect(status).toBeGreaterThanOrEqual(400);
    },
  );

  test('in the query is good where all is right', async () => {
    expect(await send({ method: 'GET', body: '', query: EC2, expires: '60' })).toMatchObject({ status: 200 });
  });

  test('of other bytes than a hash has is no error of ours', async () => {
    const { headers, body } = await signedRequest(served.endpoint, { body: EC2 });
    const authorization = (headers['authorization'] ?? '').replace(
      /.{2}$/,
      Buffer.from('é').toString('latin1'),
    );
    expect(await raw('POST', '/', { ...headers, authorization }, body)).toMatchObject({ status: 403 });
    const odd = authorization.replace(/SignedHeaders=[^,]*/, 'SignedHeaders=constructor;__proto__;toString');
    expect((await raw('POST', '/', { ...headers, authorization: odd }, body)).status).toBe(403);
  });
});

describe('foreign 10: a request', () => {
  test.for<[string, string]>([
    ['Action=DescribeInstances', 'MissingParameter'],
    ['Action=DescribeInstances&Version=', 'MissingParameter'],
    ['Action=DescribeInstances&Version=1999-01-01', 'NoSuchVersion'],
    ['Action=DescribeInstances&Version=constructor', 'NoSuchVersion'],
    ['Version=2016-11-15', 'MissingParameter'],
    ['', 'MissingParameter'],
    [`${EC2}&MaxResults=5.5`, 'InvalidParameterValue'],
    [`${EC2}&MaxResults=1e1`, 'InvalidParameterValue'],
    [`${EC2}&MaxResults=0x10`, 'InvalidParameterValue'],
    [`${EC2}&MaxResults=+7`, 'InvalidParameterValue'],
    [`${EC2}&MaxResults=99999999999999999999`, 'InvalidParameterValue'],
    [`${EC2}&MaxResults=-7`, 'InvalidParameterValue'],
    [`${EC2}&InstanceId=i-12345678`, 'UnknownParameter'],
    [`${EC2}&InstanceId=`, 'UnknownParameter'],
    [`${EC2}&InstanceId.0=i-12345678`, 'InvalidParameterValue'],
    [`${EC2}&InstanceId.01=i-12345678`, 'InvalidParameterValue'],
    [`${EC2}&InstanceId.1e0=i-12345678`, 'InvalidParameterValue'],
    [`${EC2}&InstanceId.-1=i-12345678`, 'InvalidParameterValue'],
    [`${EC2}&Filter=x`, 'UnknownParameter'],
    [`${EC2}&Filter.1=x`, 'UnknownParameter'],
    [`${EC2}&${'a.'.repeat(10_000)}a=x`, 'UnknownParameter'],
    [`${EC2}&Action=TerminateInstances`, 'MalformedQueryString'],
    ['Action=DescribeRegions&Version=2016-11-15&RegionName.1=us%zz', 'MalformedQueryString'],
    ['Action=DescribeRegions&Version=2016-11-15&RegionName.1=us%', 'MalformedQueryString'],
    ['Action=DescribeRegions&Version=2016-11-15&RegionName.1=us%00', 'InvalidParameterValue'],
    ['Action=DescribeRegions&Version=2016-11-15&RegionName.1=%ff', 'InvalidParameterValue'],
    ['Action=DescribeRegions&Version=2016-11-15&RegionName.1=%ED%A0%80', 'InvalidParameterValue'],
    ['Action=constructor&Version=2016-11-15', 'InvalidAction'],
    ['Action=__proto__&Version=2016-11-15', 'InvalidAction'],
    ['Action=a%01b&Version=2016-11-15', 'InvalidAction'],
  ])('of %s is refused as %s', async ([body, code]) => {
    const { status, code: found, said } = await send({ body });
    expect([status, found]).toEqual([400, code]);
    expect(said).not.toMatch(OUTSIDE_XML);
  });

  test.for(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'])(
    'by %s is refused',
    async (method) => {
      expect((await send({ method, body: EC2 })).status).toBe(400);
    },
  );

  test.for(['/x', '//', '/..', '/%2e%2e/', '/index.html', '/health/', '/./'])(
    'to %s is refused',
    async (path) => {
      expect((await send({ path, body: EC2 })).status).toBeGreaterThanOrEqual(400);
    },
  );

  test('of a whole megabyte of whatever is answered at once', async () => {
    const parts = Array.from({ length: 70_000 }, (_, n) => `a${n}.1=`)
      .join('&')
      .slice(0, 900_000);
    const ids = Array.from({ length: 30_000 }, (_, n) => `&InstanceId.${n + 1}=i-12345678`).join('');
    for (const body of [`${EC2}&${parts}`, `${EC2}${ids}`, `${EC2}&Filter.1.Name=${'*'.repeat(900_000)}`]) {
      const start = performance.now();
      expect((await send({ body })).status).toBe(400);
      expect(performance.now() - start).toBeLessThan(1_500);
    }
  });

  test('is told how the daemon is, but from a machine of the pool', async () => {
    expect(await raw('GET', '/health', {})).toMatchObject({ status: 200, said: '{}' });
    const { plan } = served.cloud;
    Object.assign(served.cloud, { plan: { ...plan, vpc: '127.0.0.0/8' } });
    const { status, said } = await raw('GET', '/health', {});
    Object.assign(served.cloud, { plan });
    expect([status, said.includes('<Code>')]).toEqual([400, true]);
  });

  test('that breaks off leaves no more than a line', async () => {
    const lines: string[] = [];
    const { log } = served.cloud;
    Object.assign(served.cloud, { log: (line: string) => lines.push(line) });
    const { port } = new URL(served.endpoint);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await once(socket, 'connect');
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.resetAndDestroy();
    expect((await send({ body: EC2 })).status).toBe(200);
    Object.assign(served.cloud, { log });
    expect(lines).toEqual([]);
  });
});

/** Whatever is no character of XML 1.0. */
const OUTSIDE_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const NO_XML = ['\u0000', '\u0001', '\u0008', '\u000b', '\u000c', '\u001b', '\u001f', '\ufffe', '\uffff'];
const refused = { name: 'InvalidParameterValue', $metadata: { httpStatusCode: 400 } };

describe('foreign 8: what XML cannot carry', () => {
  const group = async (GroupName: string, Description: string, Value = 'v', Key = 'k') => {
    const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: [{ Key, Value }] }];
    return await served.ec2.send(
      new CreateSecurityGroupCommand({ GroupName, Description, TagSpecifications }),
    );
  };

  test.for(NO_XML)('%j is refused in names, descriptions, tags and key pairs', async (char) => {
    const odd = `a${char}b`;
    const { SecurityGroups = [] } = await served.ec2.send(new DescribeSecurityGroupsCommand({}));
    const Resources = [SecurityGroups[0]?.GroupId ?? ''];
    const rule = { IpProtocol: 'tcp', FromPort: 1, ToPort: 1 };
    const described = { ...rule, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: odd }] };
    const key = Buffer.from('ssh-ed25519 AAAA');
    const attempts = [
      () => group(odd, 'd'),
      () => group('g', odd),
      () => group('g', 'd', odd),
      () => group('g', 'd', 'v', odd),
      () => served.ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'k', Value: odd }] })),
      () => served.ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: odd, Value: 'v' }] })),
      () => served.ec2.send(new CreateKeyPairCommand({ KeyName: odd, KeyType: 'ed25519' })),
      () => served.ec2.send(new ImportKeyPairCommand({ KeyName: odd, PublicKeyMaterial: key })),
      () =>
        served.ec2.send(
          new AuthorizeSecurityGroupIngressCommand({ GroupId: Resources[0], IpPermissions: [described] }),
        ),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(refused);
    expect((await served.ec2.send(new DescribeTagsCommand({}))).Tags).toEqual([]);
  });

  test('that an earlier version kept makes no answer unreadable', async () => {
    const id = Object.keys(served.cloud.state.groups)[0] ?? '';
    served.cloud.state.tags[id] = { old: 'a\u0001b' };
    const found = await served.ec2.send(new DescribeTagsCommand({}));
    expect(found.Tags).toMatchObject([{ Key: 'old', Value: 'a\ufffdb' }]);
    delete served.cloud.state.tags[id];
  });
});

describe('foreign 10: tags', () => {
  let Resources: string[];
  beforeAll(() => {
    Resources = [Object.keys(served.cloud.state.groups)[0] ?? ''];
  });
  afterEach(() => {
    for (const id of Resources) delete served.cloud.state.tags[id];
  });
  const tag = (Tags: { Key: string; Value: string }[]) =>
    served.ec2.send(new CreateTagsCommand({ Resources, Tags }));

  test.for(['aws:x', 'AWS:x', 'Aws:x', 'aWs:'])('%s is of the cloud alone', async (Key) => {
    await expect(tag([{ Key, Value: 'v' }])).rejects.toMatchObject(refused);
  });

  test('of one key are given once', async () => {
    const twice = [
      { Key: 'k', Value: 'a' },
      { Key: 'k', Value: 'b' },
    ];
    await expect(tag(twice)).rejects.toMatchObject(refused);
  });

  test('are counted in characters', async () => {
    await tag([{ Key: '🎉'.repeat(127), Value: '🎉'.repeat(255) }]);
    const { Tags } = await served.ec2.send(new DescribeTagsCommand({}));
    expect(Tags).toMatchObject([{ Key: '🎉'.repeat(127), Value: '🎉'.repeat(255) }]);
    await expect(tag([{ Key: 'k', Value: '🎉'.repeat(257) }])).rejects.toMatchObject(refused);
    await expect(tag([{ Key: '🎉'.repeat(129), Value: 'v' }])).rejects.toMatchObject(refused);
  });
});

describe('foreign 10: of the same kind', () => {
  test.for([
    '010.0.0.0/8',
    '10.0.0.0/08',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0',
    ' 10.0.0.0/8',
    '10.0.0.0/8 ',
    '0x0a.0.0.0/8',
    '10.0.0.0/8/8',
    '1.2.3.4/32; drop',
  ])('a range of %j reaches no firewall', async (CidrIp) => {
    const GroupId = Object.keys(served.cloud.state.groups)[0] ?? '';
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1, IpRanges: [{ CidrIp }] }];
    const attempt = served.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    await expect(attempt).rejects.toMatchObject(refused);
  });

  test.for(['10.1.0.010', '10.1.0.0x9', ' 10.1.0.9', '10.1.0.9\n', '10.1.0', '__proto__', '10.1.0.9/24'])(
    'an address of %j reaches no machine',
    async (PrivateIpAddress) => {
      const input = { ImageId: IMAGES[0]?.id, MinCount: 1, MaxCount: 1, PrivateIpAddress };
      await expect(served.ec2.send(new RunInstancesCommand(input))).rejects.toMatchObject(refused);
    },
  );

  test('a group has up to 60 rules in each direction, and no rule twice', async () => {
    const { GroupId } = await served.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'many', Description: 'd' }),
    );
    const range = (n: number) => ({ CidrIp: `10.${n}.0.0/16` });
    const rules = (count: number, from = 0) => [
      { IpProtocol: '-1', IpRanges: Array.from({ length: count }, (_, n) => range(n + from)) },
    ];
    const add = (IpPermissions: ReturnType<typeof rules>) =>
      served.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    await expect(add(rules(61))).rejects.toMatchObject({ name: 'RulesPerSecurityGroupLimitExceeded' });
    await expect(add([...rules(1), ...rules(1)])).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
    });
    await add(rules(60));
    await expect(add(rules(1, 60))).rejects.toMatchObject({ name: 'RulesPerSecurityGroupLimitExceeded' });
  });

  test('the name of a key pair is one line of ASCII, and a private key is none to import', async () => {
    for (const KeyName of ['a\nssh-rsa AAAA', 'ä', 'x'.repeat(256)])
      await expect(served.ec2.send(new CreateKeyPairCommand({ KeyName }))).rejects.toMatchObject(refused);
    const { KeyMaterial = '' } = await served.ec2.send(
      new CreateKeyPairCommand({ KeyName: 'good', KeyType: 'ed25519' }),
    );
    const own = new ImportKeyPairCommand({ KeyName: 'own', PublicKeyMaterial: Buffer.from(KeyMaterial) });
    await expect(served.ec2.send(own)).rejects.toMatchObject({ name: 'InvalidKey.Format' });
  });

  test('a key of 2048 bits is made beside the other work', async () => {
    const making = served.ec2.send(new CreateKeyPairCommand({ KeyName: 'slow' }));
    await vi.waitFor(async () => expect((await send({ body: EC2 })).status).toBe(200));
    expect((await making).KeyMaterial).toContain('PRIVATE KEY');
  });
});
