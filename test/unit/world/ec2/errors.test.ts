// EC2's failures in the user's words.
import { expect, test } from 'vitest';
import { explain, refusalCode } from '../../../../src/world/ec2/errors.ts';

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
