// F6: what answers in the place of AWS is told as that, whatever it says, and one that comes to no end has a limit.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultsIn } from '../../../../src/pool/settings-defaults.ts';
import { whoAmI } from '../../../../src/world/doctor/identity.ts';
import { mayCall } from '../../../../src/world/doctor/permissions.ts';
import { connect } from '../../../../src/world/ec2/client.ts';
import { instancesWith } from '../../../../src/world/ec2/instances.ts';
import { createBuckets } from '../../../../src/world/s3.ts';

const XHTML = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Hotel</title></head><body/></html>`;
const OF_EC2 = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';
const OF_STS = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
const ID = '<requestId>8f7724cf</requestId>';

type Say = (response: ServerResponse, action: string, request: IncomingMessage) => void;
let say: Say;
let calls: number;
let server: Server;
let url: string;

beforeEach(async () => {
  calls = 0;
  server = createServer(async (request, response) => {
    calls += 1;
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    say(response, action, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of ['EC2', 'STS', 'S3']) vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, url);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/none');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const ec2 = (limits = {}) =>
  connect('us-east-1', process.env, {
    limits: {
      ...{ maxAttempts: 4, connectionTimeout: 2_000, requestTimeout: 2_000, pace: 2_000, whole: 4_000 },
      ...limits,
    },
  });
const settings = () => ({ ...defaultsIn('/party'), region: 'us-east-1' });
const message = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'believed',
    (error: Error) => error.message,
  );
const plain =
  (body: string, status = 200, headers = {}): Say =>
  (response) =>
    void response.writeHead(status, headers).end(body);

/** Answers of others, and what is told of each. */
const STRANGERS: readonly (readonly [string, Say, string])[] = [
  [
    "a captive portal's XHTML",
    plain(XHTML, 200, { 'content-type': 'application/xhtml+xml' }),
    'HTTP 200 with an HTML page',
  ],
  ['HTML', plain('<!doctype html><html><p>hi</html>'), 'HTTP 200 with an HTML page'],
  ['nothing', plain(''), 'HTTP 200 with an empty answer'],
  ['204', plain('', 204), 'HTTP 204 with an empty answer'],
  ['some XML', plain('<a><b>1</b></a>'), 'HTTP 200 with XML whose root is <a>'],
  ['a part', plain('<a/>', 206), 'HTTP 206 with XML whose root is <a>'],
  ['SOAP', plain('<s:Envelope xmlns:s="x"/>'), 'HTTP 200 with XML whose root is <s:Envelope>'],
  ['JSON', plain('{"ok":true}'), 'HTTP 200 with something that is no XML'],
  [
    "S3's refusal",
    plain('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 403),
    'HTTP 403 with XML whose root is <Error>',
  ],
];

describe('F6: what is none of EC2 is not believed', () => {
  test.for([
    ...STRANGERS,
    ['no name', plain(`<DescribeInstancesResponse>${ID}</DescribeInstancesResponse>`), 'no namespace of AWS'],
    [
      'no id',
      plain(`<DescribeInstancesResponse ${OF_EC2}><reservationSet/></DescribeInstancesResponse>`),
      'without the id of a request',
    ],
    [
      'a part of its own',
      plain(`<DescribeInstancesResponse ${OF_EC2}>${ID}</DescribeInstancesResponse>`, 206),
      'HTTP 206 with XML whose root is <DescribeInstancesResponse>',
    ],
    [
      'another action',
      plain(`<DescribeVolumesResponse ${OF_EC2}>${ID}<volumeSet/></DescribeVolumesResponse>`),
      'XML whose root is <DescribeVolumesResponse>',
    ],
  ] as const)('%s', async ([, answer, what]) => {
    say = answer;
    const told = await message(instancesWith(ec2()));
    expect(told).toContain(`what answers at ${url} is not EC2 (HTTP `);
    expect(told).toContain(what);
    expect(told).toMatch(
      / to Describe\w+\); check AWS_ENDPOINT_URL_EC2 \(or AWS_ENDPOINT_URL, or endpoint_url in ~\/.aws\/config\)$/,
    );
    expect(told).not.toContain('\n');
    // What is a stranger's is not asked again.
    expect(calls).toBe(1);
  });

  test('EC2 itself is, with a prolog, a comment and other versions of its schema', async () => {
    say = (response, action) =>
      response.end(
        `<?xml version="1.0"?>\n<!-- x -->\n<${action}Response xmlns='http://ec2.amazonaws.com/doc/2013-10-15/'>\n  ${ID}\n</${action}Response>`,
      );
    expect(await instancesWith(ec2())).toEqual([]);
  });

  test('nor is a stranger who never ends heard to the end', async () => {
    say = (response) => {
      response.write('<x/>');
      const drip = setInterval(() => response.write('<x/>'), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect(await message(instancesWith(ec2()))).toContain('XML whose root is <x>');
  });
});

describe('F6: what is none of STS is not believed', () => {
  test.for([
    ...STRANGERS,
    [
      'EC2',
      plain(`<GetCallerIdentityResponse ${OF_EC2}>${ID}</GetCallerIdentityResponse>`),
      'no namespace of AWS',
    ],
    ['no id', plain(`<GetCallerIdentityResponse ${OF_STS}></GetCallerIdentityResponse>`), 'without the id'],
  ] as const)('%s', async ([, answer, what]) => {
    say = answer;
    const told = await message(whoAmI(settings(), process.env));
    expect(told).toContain(`what answers at ${url} is not STS (HTTP `);
    expect(told).toContain(what);
  });
});

describe('F6: what is none of S3 is not believed', () => {
  const buckets = () => createBuckets(settings(), process.env);
  const html = plain(XHTML, 200, { 'content-type': 'text/html' });
  const acts = {
    look: () => buckets().look('shared'),
    make: () => buckets().make('shared'),
    put: () => buckets().put('shared', 'key', 'text'),
    remove: () => buckets().remove('shared', 'key'),
    list: () => buckets().list('shared', '', ''),
    get: () => buckets().get('shared', 'key'),
  };

  test.for(Object.keys(acts) as (keyof typeof acts)[])('an HTML page for %s', async (act) => {
    say = html;
    expect(await message(acts[act]())).toMatch(
      /^what answers at .* is not S3 \(HTTP 200 with an HTML page to/,
    );
  });

  test.for(['look', 'put', 'list', 'get'] as const)('204 for %s', async (act) => {
    say = plain('', 204);
    expect(await message(acts[act]())).toMatch(/is not S3 \(HTTP 204 with an empty answer to/);
  });

  test('servers that send no id of a request, and call an empty answer HTML, are', async () => {
    const listing = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
    const named: Record<string, object> = { HEAD: { 'x-amz-x': '1' } };
    say = (response, _, { method, url: path = '' }) => {
      if (method === 'GET' && path.includes('list-type')) return void response.end(listing);
      const html = { 'content-type': 'text/html' };
      if (method === 'DELETE') return void response.writeHead(204, html).end();
      response.writeHead(200, { ...html, etag: '"1"', ...named[method ?? ''] });
      response.end(method === 'GET' ? 'the text' : '');
    };
    expect(await acts.look()).toBe('ours');
    await acts.make();
    await acts.put();
    await acts.remove();
    expect(await acts.list()).toEqual([]);
    expect(await acts.get()).toBe('the text');
  });
});

describe('F6: a refusal of HeadBucket, which has no body,', () => {
  const look = () => createBuckets(settings(), process.env).look('shared');
  const refusal = (code: string) =>
    `<Error><Code>${code}</Code><Message>The token has expired.</Message></Error>`;

  test('is told in the words that S3 has for another call', async () => {
    say = (response, _, { method }) =>
      void response.writeHead(400).end(method === 'HEAD' ? '' : refusal('ExpiredToken'));
    expect(await message(look())).toMatch(/ExpiredToken.*log in again/);
  });

  test('is asked again where S3 is merely busy', async () => {
    let busy = 6;
    say = (response, _, { method }) => {
      busy -= 1;
      if (busy > 0) return void response.writeHead(503).end(method === 'HEAD' ? '' : refusal('SlowDown'));
      response.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    };
    expect(await look()).toBe('ours');
  });
});

describe('F6: an answer has an end', () => {
  /** A part each 20 ms, for ever. */
  const dripping =
    (part: string): Say =>
    (response, action) => {
      response.write(`<${action}Response ${OF_EC2}>${ID}`);
      const drip = setInterval(() => response.write(part), 20);
      response.on('close', () => clearInterval(drip));
    };

  test('silence is asked twice, and told', async () => {
    say = () => undefined;
    const told = await message(instancesWith(ec2({ requestTimeout: 150 })));
    expect(told).toBe(`EC2 at ${url} does not answer (ETIMEDOUT); is the local cloud up? (pool local up)`);
    expect(calls).toBe(2);
  });

  test('drops are asked for twice, and told', async () => {
    say = dripping('<a/>');
    const told = await message(instancesWith(ec2({ pace: 150 })));
    expect(told).toMatch(
      /^EC2 at http:\S+ does not come to the end of its answer to Describe\w+ \(\d+ bytes in 0\.2 s\); is the/,
    );
    expect(calls).toBe(2);
  });

  test('a stream without an end is told after the whole limit', async () => {
    say = dripping('<a/>'.repeat(10_000));
    expect(await message(instancesWith(ec2({ pace: 150, whole: 600, maxAttempts: 1 })))).toMatch(
      /\(\d+ bytes in 0\.\d+ s\)/,
    );
  });

  test('one that is slow, but comes on, is waited for', async () => {
    say = (response, action) => {
      response.write(`<${action}Response ${OF_EC2}>${ID}<!--`);
      let left = 15;
      const flow = setInterval(() => {
        left -= 1;
        if (left > 0) return void response.write('x'.repeat(4096));
        clearInterval(flow);
        response.end(`--></${action}Response>`);
      }, 20);
    };
    expect(await instancesWith(ec2({ pace: 150 }))).toEqual([]);
  });

  test('a part of the journal may take longer on its way to S3 than other requests', async () => {
    const short = { maxAttempts: 1, connectionTimeout: 2_000, requestTimeout: 200, pace: 200, whole: 1_000 };
    const slow = (headers: object) => (response: ServerResponse) =>
      void setTimeout(() => response.writeHead(200, { ...headers }).end(), 400);
    say = slow({ etag: '"1"' });
    const buckets = createBuckets(settings(), process.env, undefined, short);
    await buckets.put('shared', 'key', 'text');
    expect(await message(buckets.look('shared'))).toMatch(/does not answer/);
  });

  test.for(['dripping', 'silent'])('also of S3 and STS: %s', async (how) => {
    const short = { maxAttempts: 2, connectionTimeout: 2_000, requestTimeout: 150, pace: 150, whole: 1_000 };
    say =
      how === 'silent'
        ? () => undefined
        : (response) => {
            response.writeHead(200, { etag: '"1"' });
            response.write(`<GetCallerIdentityResponse ${OF_STS}>`);
          };
    const late =
      how === 'silent' ? / does not answer \(ETIMEDOUT\)/ : / does not come to the end of its answer to/;
    expect(await message(whoAmI(settings(), process.env, short))).toMatch(late);
    const buckets = createBuckets(settings(), process.env, undefined, short);
    expect(await message(buckets.get('shared', 'key'))).toMatch(late);
    if (how === 'silent') expect(await message(buckets.put('shared', 'key', 'text'))).toMatch(late);
  });
});

test('F6: a stranger allows nothing', async () => {
  say = plain(XHTML);
  const asked = mayCall(ec2(), { pool: 'party', vpcId: 'vpc-1' } as Parameters<typeof mayCall>[1]);
  expect(await message(asked)).toContain('is not EC2 (HTTP 200 with an HTML page to ');
});
