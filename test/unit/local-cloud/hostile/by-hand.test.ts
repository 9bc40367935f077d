// What an attacker tries by hand at the ports of the local cloud: two requests in one, half ones, heavy ones, odd ones.
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { troubleOf } from './good.ts';
import { hostileGround } from './ground.ts';
import type { Hostile } from './requests.ts';
import { ask, say, statusesIn, written } from './send.ts';

const ground = hostileGround();
const SERVICES = ['ec2', 's3', 'metadata'] as const;
type To = Hostile['to'];

afterEach(() => ground.checkWell());

/** Signed with the key, unless the wish says otherwise. */
function request(wish: Partial<Hostile> & Pick<Hostile, 'to'>): Hostile {
  const { accessKeyId, secret } = ground.kept;
  const signature = { is: 'key', accessKeyId, secret, header: '' } as const;
  return { signature, method: 'POST', path: '/', headers: [], body: '', delivery: 'whole', ...wish };
}
const NOBODY = { is: 'none', accessKeyId: '', secret: '', header: '' } as const;

const asked = (wish: Parameters<typeof request>[0]): Promise<string> =>
  ask(request(wish), ...ground.at[wish.to]);
const said = (to: To, text: string): Promise<string> => say(text, ...ground.at[to]);

/** The request on the wire, after which its connection ends. */
const last = (wish: Parameters<typeof request>[0]): string =>
  written(request(wish), ground.at[wish.to].join(':'));
/** The same, but its connection goes on. */
const line = (wish: Parameters<typeof request>[0]): string => last(wish).replace('connection: close\r\n', '');

const form = (text: string): string => `Version=2016-11-15&${text}`;
const codeIn = (answer: string): string | undefined => /<Code>(\w+)/.exec(answer)?.[1];

/** Every good request that comes while the work goes on is answered rightly and at once; tells the work's outcome. */
async function beside<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  work.then(end, end);
  const troubles: (string | undefined)[] = [];
  for (let number = 0; number < 4 || !isOver; number++)
    troubles.push(await troubleOf(number, ground.kept, ground.at, ground.bystander));
  expect(troubles.filter(Boolean)).toEqual([]);
  return work;
}

describe.for(SERVICES)('at %s, two requests in one', (to) => {
  const second = 'GET /second HTTP/1.1\r\nhost: x\r\n\r\n';
  test.for([
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked'],
    ['chunks and a length', 'transfer-encoding: chunked\r\ncontent-length: 5'],
    ['two lengths', 'content-length: 0\r\ncontent-length: 5'],
    ['a list of lengths', 'content-length: 0, 5'],
    ['a length with a sign', 'content-length: +5'],
    ['a length in hexadecimal', 'content-length: 0x5'],
    ['chunks after a vertical tab', 'transfer-encoding:\u000bchunked'],
    ['chunks in another code', 'transfer-encoding: chunked, identity'],
    ['a name with a space', 'content-length : 5'],
    ['a folded line', 'x: a\r\n content-length: 5'],
    ['a bare line feed', 'x: a\ncontent-length: 5'],
    ['a bare return', 'x: a\rcontent-length: 5'],
    ['a zero byte', 'x: a\u0000b'],
  ])('by %s are refused, and the second is not read', async ([, headers]) => {
    const answer = await said(to, `POST / HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n0\r\n\r\n${second}`);
    expect(statusesIn(answer)).toEqual([400]);
  });
});

describe('one behind the other', () => {
  test('good ones are all answered, in their order', async () => {
    const { key, bucket, content } = ground.kept;
    const good = line({ to: 's3', method: 'GET', path: `/${bucket}/${key}` });
    const absent = (end: typeof line) => end({ to: 's3', method: 'GET', path: `/${bucket}/absent` });
    const answer = await said('s3', (good + absent(line)).repeat(19) + good + absent(last));
    expect(statusesIn(answer)).toEqual(Array.from({ length: 20 }, () => [200, 404]).flat());
    expect(answer.split(content)).toHaveLength(21);
    const regions = (end: typeof line) => end({ to: 'ec2', body: form('Action=DescribeRegions') });
    expect(statusesIn(await said('ec2', regions(line).repeat(39) + regions(last)))).toEqual(
      Array.from({ length: 40 }, () => 200),
    );
  });

  test('a good one in the body of one that is refused is not served', async () => {
    const { key, bucket } = ground.kept;
    const good = line({ to: 's3', method: 'DELETE', path: `/${bucket}/${key}` });
    for (const more of ['', 'expect: 100-continue\r\n']) {
      const head = `PUT /kept/new HTTP/1.1\r\nhost: x\r\n${more}content-length: ${good.length}\r\n\r\n`;
      const after = last({ to: 's3', method: 'GET', path: `/${bucket}/${key}` });
      expect(statusesIn(await said('s3', head + good + after))).toEqual([403, 200]);
    }
  });
});

describe.for(SERVICES)('at %s', (to) => {
  test.for([
    ['no host', 'GET /latest HTTP/1.1\r\n\r\n', 400],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['no protocol at all', '\u0016\u0003\u0001\u0002\u0000', 400],
    ['a long header', `GET /latest HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a long address', `GET /${'a/'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    [
      'an expectation nobody knows',
      'PUT / HTTP/1.1\r\nhost: x\r\nexpect: 200-ok\r\nconnection: close\r\n\r\n',
      417,
    ],
  ] as const)('%s is refused', async ([, text, status]) => {
    expect(statusesIn(await said(to, text))).toEqual([status]);
  });

  test('neither an upgrade nor a tunnel nor HTTP/1.0 nor the address of another host opens anything', async () => {
    const upgrade = 'connection: upgrade, close\r\nupgrade: websocket\r\n';
    for (const text of [
      `GET / HTTP/1.1\r\nhost: x\r\n${upgrade}\r\n`,
      'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /latest/user-data HTTP/1.0\r\n\r\n',
      'GET http://127.0.0.1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    ])
      for (const status of statusesIn(await said(to, text))) expect(status).toBeGreaterThanOrEqual(400);
  });
});

test('1,500 requests that never end keep nobody waiting', async () => {
  const sockets = Array.from({ length: 1_500 }, (_, index): Socket => {
    const [host, port] = ground.at[SERVICES[index % 3] as To];
    const socket = connect({ host, port }).on('error', () => {});
    // Some end in the line, some in a header, some in the body.
    socket.write(
      [
        'PO',
        'POST / HTTP/1.1\r\nhost: x\r\nconte',
        'PUT /a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx',
      ][(index % 7) % 3] ?? '',
    );
    return socket;
  });
  try {
    await beside(wait(500));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

/** As heavy as one megabyte of a form can be. */
const HEAVY = {
  'many names': Array.from({ length: 45_000 }, (_, n) => `a.b.c.d.e.f.${n}=`).join('&'),
  'no names': '&'.repeat(990_000),
  'one name of points': `a${'.'.repeat(990_000)}=`,
  'nothing but signs to decode': `a=${'%41'.repeat(330_000)}`,
  spaces: '+'.repeat(990_000),
  'many ids': Array.from({ length: 40_000 }, (_, n) => `InstanceId.${n + 1}=i-12345678`)
    .join('&')
    .slice(0, 990_000),
};

describe('a form of a megabyte', () => {
  test.for(Object.entries(HEAVY))(
    '%s: 32 strangers with it at once keep nobody waiting',
    async ([, heavy]) => {
      const body = form(`Action=DescribeInstances&${heavy}`);
      const all = Array.from({ length: 32 }, () => asked({ to: 'ec2', body, signature: NOBODY }));
      const answers = await beside(Promise.all(all));
      expect(new Set(answers.map(codeIn))).toEqual(new Set(['MissingAuthenticationToken']));
    },
  );

  test.for(Object.entries(HEAVY))('%s: eight with the key at once keep nobody waiting', async ([, heavy]) => {
    const body = form(`Action=DescribeInstances&${heavy}`);
    const all = Array.from({ length: 8 }, () => asked({ to: 'ec2', body }));
    for (const answer of await beside(Promise.all(all))) expect(statusesIn(answer)).not.toEqual([]);
  });

  test.for([NOBODY, undefined])('that is larger is told so (%j)', async (signature) => {
    const wish = { to: 'ec2', body: form(`Action=DescribeInstances&x=${'a'.repeat(3_000_000)}`) } as const;
    const answer = await asked(signature ? { ...wish, signature } : wish);
    expect([statusesIn(answer), codeIn(answer)]).toEqual([[413], 'RequestEntityTooLarge']);
  });
});

const EC2_ODD: readonly [string, number][] = [
  ['Action=DescribeInstances&Filter.1.Name=tag:a&Filter.1.Name=tag:b', 400],
  ['Action=DescribeInstances&Filter.999999999.Name=tag:a&Filter.999999999.Value.1=x', 400],
  ['Action=DescribeInstances&Filter.1.Value.99999999999999999999=x&Filter.1.Name=tag:a', 400],
  ['Action=DescribeInstances&MaxResults=5&NextToken=forged', 400],
  [`Action=DescribeInstances&MaxResults=5&NextToken=${'A'.repeat(500_000)}`, 400],
  ['Action=DescribeInstances&MaxResults=5&NextToken=%00', 400],
  ['Action=DescribeTags&MaxResults=5&NextToken=..%2f..%2fetc', 400],
];
test.for(EC2_ODD)('EC2 refuses %s', async ([text, status]) => {
  expect(statusesIn(await asked({ to: 'ec2', body: form(text) }))).toEqual([status]);
});

const DOCUMENTS = {
  'nested tags': `<Delete>${'<a>'.repeat(1_000_000)}`,
  attributes: `<Delete ${'a="b" '.repeat(600_000)}/>`,
  'too many keys': `<Delete>${'<Object><Key>k</Key></Object>'.repeat(130_000)}</Delete>`,
  entities: `<Delete>${'&lt;'.repeat(900_000)}</Delete>`,
  'entities in a key': `<Delete><Object><Key>${'&#65;'.repeat(800_000)}</Key></Object></Delete>`,
  'names of tags': `<Delete>${Array.from({ length: 300_000 }, (_, n) => `<a${n}/>`).join('')}</Delete>`,
  'an open comment': `<Delete><!--${'-'.repeat(4_000_000)}`,
  'spaces in an ETag': `<Delete><Object><Key>key</Key><ETag>a${' '.repeat(900_000)}b</ETag></Object></Delete>`,
  'entities of entities': `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, n) => `<!ENTITY a${n} "${`&a${n - 1 < 0 ? '' : n - 1};`.repeat(10)}">`).join('')}]><Delete><Object><Key>&a19;</Key></Object></Delete>`,
};
test.for(Object.entries(DOCUMENTS))(
  'a document for DeleteObjects of %s deletes nothing and keeps nobody waiting',
  async ([, body]) => {
    const path = `/${ground.kept.bucket}?delete`;
    const all = Array.from({ length: 4 }, () => asked({ to: 's3', path, body }));
    for (const answer of await beside(Promise.all(all))) expect(answer).not.toContain('<Deleted>');
  },
);

describe('S3', () => {
  const get = (headers: Hostile['headers']): Promise<string> =>
    asked({ to: 's3', method: 'GET', path: `/${ground.kept.bucket}/${ground.kept.key}`, headers });

  test.for([
    ['bytes=0-', 206],
    ['bytes=-0', 416],
    ['bytes=5-1', 200],
    ['bytes=0-0,1-1', 200],
    ['bytes=--1', 200],
    ['bytes=0x1-2', 200],
    ['bytes=1e1-', 200],
    ['bytes=18446744073709551616-', 416],
    [`bytes=0-${'9'.repeat(400)}`, 206],
    [`bytes=-${'9'.repeat(400)}`, 206],
    [`bytes=${' '.repeat(14_000)}x`, 200],
    [`bytes=1${' '.repeat(7_000)}-${' '.repeat(7_000)}x`, 200],
  ] as const)('answers the range %s at once', async ([range, status]) => {
    const start = performance.now();
    expect(statusesIn(await get([['range', range]]))).toEqual([status]);
    expect(performance.now() - start).toBeLessThan(300);
  });

  test.for(['if-match', 'if-none-match'])('answers an odd %s at once', async (name) => {
    for (const value of [
      `a${' '.repeat(14_000)}b`,
      '"'.repeat(14_000),
      'W/'.repeat(7_000),
      ','.repeat(14_000),
    ]) {
      const start = performance.now();
      expect(statusesIn(await get([[name, value]]))).toEqual([name === 'if-match' ? 412 : 200]);
      expect(performance.now() - start).toBeLessThan(300);
    }
  });

  test.for([
    ...['%00', 'a%00b', '%c0%ae%c0%ae%c0%af', '%ed%a0%80', '%f8%88%80%80%80', '%ff', '%zz', '%'],
    ...['%f4%90%80%80', '%e0%80%af', '%01', '%1b%5b2J', '%ef%bf%bf'],
  ])('takes no key of %s', async (key) => {
    for (const method of ['PUT', 'GET', 'DELETE'])
      expect(statusesIn(await asked({ to: 's3', method, path: `/kept/${key}`, body: 'x' }))).toEqual([400]);
  });
});
