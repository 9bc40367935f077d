// EC2's failures in the user's words.
import { describe, expect, test } from 'vitest';
import { OwnTrouble } from '../../../../src/pool/failure.ts';
import { explain, refusalCode, type Service } from '../../../../src/world/ec2/errors.ts';

const endpoint = 'http://198.18.0.1:8000';
const sdkError = (message: string, more: object) => Object.assign(new Error(message), more);

/** As the SDK makes it of an answer whose body is no XML of EC2's. */
const stranger = sdkError('Unknown', { name: 'NotFound', $metadata: { httpStatusCode: 404 } });

test('an answer that is none of EC2 is not taken for a refusal of EC2', () => {
  expect(explain('DescribeInstances', stranger, endpoint).message).toBe(
    `what answers at ${endpoint} is not EC2 (HTTP 404 to DescribeInstances); is the local cloud up? (pool local up)`,
  );
  expect(explain('DescribeInstances', stranger, undefined).message).toContain('check the network');
});

test("another service's refusal has its name and its own mends", () => {
  const answer = { name: 'TooManyBuckets', $metadata: { httpStatusCode: 400 } };
  const error = { ...answer, Code: 'TooManyBuckets' };
  const service = { name: 'S3', mends: { TooManyBuckets: 'remove one' } };
  expect(explain('CreateBucket', sdkError('too many', error), endpoint, service).message).toBe(
    'S3 refused CreateBucket: TooManyBuckets: too many; remove one',
  );
});

test('silence asks whether the local cloud is up', () => {
  const refused = sdkError('connect ECONNREFUSED', { code: 'ECONNREFUSED', $metadata: { attempts: 4 } });
  expect(explain('DescribeInstances', refused, endpoint).message).toBe(
    `EC2 at ${endpoint} does not answer (ECONNREFUSED); is the local cloud up? (pool local up)`,
  );
});

test("EC2's own refusal keeps its code and message, with the mend where one is known", () => {
  const answer = { name: 'AuthFailure', Code: 'AuthFailure', $metadata: { httpStatusCode: 401 } };
  expect(explain('RunInstances', sdkError('AWS was\nnot able', answer), endpoint).message).toBe(
    'EC2 refused RunInstances: AuthFailure: AWS was not able; check AWS_ACCESS_KEY_ID (or source ~/.pool_keys again)',
  );
});

test('an answer that breaks off is a failure of the connection, whose outcome nobody knows', () => {
  const answer = { code: 'ECONNRESET', $metadata: { httpStatusCode: 200, attempts: 1 } };
  const told = explain('RunInstances', sdkError('aborted\n  Deserialization error', answer), endpoint);
  expect(told.message).toBe(
    `EC2 at ${endpoint} broke off its answer to RunInstances (ECONNRESET); is the local cloud up? (pool local up)`,
  );
  expect(refusalCode(told)).toBe('ECONNRESET');
});

test('a proxy that says in its own words that EC2 does not answer is as EC2 that says so', () => {
  const answer = { name: '502', $metadata: { httpStatusCode: 502 } };
  expect(refusalCode(explain('RunInstances', sdkError('Bad Gateway', answer), endpoint))).toBe(
    'ServiceUnavailable',
  );
});

describe('F6: what is no answer of EC2 is not told as one', () => {
  const wrongPort = (code: string) =>
    sdkError('Parse Error: Expected HTTP/', { code, $metadata: { attempts: 4 } });

  test.for([
    ['HPE_INVALID_CONSTANT', 'HTTP'],
    ['HPE_INVALID_HEADER_TOKEN', 'HTTP'],
    ['EPROTO', 'TLS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS'],
  ])('an endpoint that speaks something else: %s', ([code = '', lacks]) => {
    const told = (service?: Service) =>
      explain('DescribeAddresses', wrongPort(code), endpoint, service).message;
    expect(told()).toBe(
      `what answers at ${endpoint} is not EC2 (no ${lacks}: ${code} to DescribeAddresses); check AWS_ENDPOINT_URL_EC2 (or AWS_ENDPOINT_URL, or endpoint_url in ~/.aws/config)`,
    );
    for (const name of ['S3', 'STS'])
      expect(told({ name, mends: {} })).toMatch(
        new RegExp(`^what answers at .* is not ${name} .*; check AWS_ENDPOINT_URL_${name} `),
      );
  });

  test('nor through a proxy, or at AWS itself: there is no variable to check', () => {
    const error = wrongPort('EPROTO');
    expect(explain('X', error, endpoint, undefined, 'http://proxy:3128').message).toMatch(
      /; look at HTTPS_PROXY/,
    );
    expect(explain('X', error, undefined).message).toMatch(/; check the network/);
  });

  test.for([
    [new TypeError('Invalid character in header content ["authorization"]'), 'TypeError: Invalid character'],
    [sdkError('open files', { code: 'EMFILE' }), /EMFILE: open files; let more files .* ulimit -n$/],
    [sdkError('connect EPERM 198.18.0.1:8000', { code: 'EPERM' }), /EPERM: .*; a firewall or a policy/],
    [sdkError('', { code: 'EBADF' }), 'EBADF'],
    [new RangeError('too\nlong'), 'RangeError: too long'],
  ] as const)('a failure of this machine: %s', ([error, line]) => {
    const told = explain('DescribeAddresses', error, endpoint);
    expect(told).toBeInstanceOf(OwnTrouble);
    expect(told.message).toMatch(/^this machine could not ask EC2 for DescribeAddresses: /);
    expect(told.message).toMatch(line);
    expect(told.message).not.toMatch(/refused|\n/);
  });

  test('an answer without a status is one all the same where it has a code of AWS', () => {
    expect(explain('X', sdkError('no', { Code: 'Blocked' }), endpoint).message).toBe(
      'EC2 refused X: Blocked: no',
    );
  });

  test('a refusal without a code is nobody’s', () => {
    const error = sdkError('UnknownError', { name: '', Code: '', $metadata: { httpStatusCode: 400 } });
    expect(explain('X', error, endpoint).message).toMatch(/^what answers at .* is not EC2 \(HTTP 400 to X\)/);
  });

  test('a refusal of any length is told in one line that can be read', () => {
    const answer = { Code: 'C'.repeat(3_000), $metadata: { httpStatusCode: 400 } };
    const told = explain('X', sdkError('m '.repeat(200_000), answer), endpoint).message;
    expect(told).toMatch(/^EC2 refused X: C{200}…: (m )+…$/);
    expect(told.length).toBeLessThan(5_000);
  });

  test('a request that is too big is told with what made it so', () => {
    const error = sdkError('Unknown', { name: '431', $metadata: { httpStatusCode: 431 } });
    expect(explain('X', error, endpoint).message).toMatch(/\(HTTP 431\): the session token .*; log in again/);
  });
});

test('F6: a proxy that hangs up, or wants a password, is named', () => {
  const proxy = 'http://127.0.0.1:3128';
  const told = (error: Error) => explain('DescribeAddresses', error, undefined, undefined, proxy).message;
  expect(told(new Error('Proxy connection ended before receiving CONNECT response'))).toBe(
    `EC2 at its public address, through the proxy ${proxy}, broke off its answer to DescribeAddresses (ECONNRESET); look at HTTPS_PROXY (or HTTP_PROXY) and NO_PROXY, then repeat the command`,
  );
  expect(told(sdkError('Unknown', { name: 'Unknown', $metadata: { httpStatusCode: 407 } }))).toBe(
    `the proxy ${proxy} wants a name and a password (HTTP 407 to DescribeAddresses); put them into HTTPS_PROXY (or HTTP_PROXY), as http://NAME:PASSWORD@HOST:PORT`,
  );
});
