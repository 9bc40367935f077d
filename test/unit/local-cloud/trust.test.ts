// Whom the local cloud believes: signed requests as they stand, for a quarter of an hour, and each machine for itself.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servedCloud } from './cloud.fixture.ts';
import { signedRequest } from './signing.ts';

const FORM = 'Action=DescribeInstances&Version=2016-11-15';
const NOW = new Date();
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
let served: Awaited<ReturnType<typeof servedCloud>>;

beforeAll(async () => {
  served = await servedCloud();
});
afterAll(() => served.close());

async function send(endpoint: string, signed: Awaited<ReturnType<typeof signedRequest>>) {
  const { method, path, headers, body } = signed;
  const answer = await fetch(`${endpoint}${path}`, { method, headers, body: method === 'GET' ? null : body });
  return { status: answer.status, code: /<Code>(\w+)/.exec(await answer.text())?.[1] };
}

const asked = async (change: Parameters<typeof signedRequest>[1], after: { body?: string } = {}) =>
  await send(served.endpoint, {
    ...(await signedRequest(served.endpoint, { body: FORM, ...change })),
    ...after,
  });

describe('a request to EC2', () => {
  test('is served when it is signed with the key', async () => {
    expect(await asked({})).toEqual({ status: 200, code: undefined });
  });

  test.for([
    ['a wrong secret', { secret: 'other' }, {}, 403, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'AKIAOTHER' }, {}, 401, 'AuthFailure'],
    ['the date of an hour ago', { at: minutes(-60) }, {}, 400, 'RequestExpired'],
    ['a date to come', { at: minutes(60) }, {}, 400, 'RequestExpired'],
    ['a body that was changed', {}, { body: `${FORM}&DryRun=true` }, 403, 'SignatureDoesNotMatch'],
    [
      'another action under the signature of this one',
      {},
      { body: 'Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-1' },
      403,
      'SignatureDoesNotMatch',
    ],
  ] as const)('is refused with %s', async ([, change, after, status, code]) => {
    expect(await asked(change, after)).toEqual({ status, code });
  });

  test('is refused without a signature, and nothing is done', async () => {
    const body = 'Action=AllocateAddress&Version=2016-11-15';
    const answer = await fetch(served.endpoint, { method: 'POST', body });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(served.cloud.state.addresses).toEqual({});
  });

  test('is refused when a signed header was changed on the way', async () => {
    const signed = await signedRequest(served.endpoint, { body: FORM, at: minutes(-20) });
    const [date = ''] = [NOW.toISOString().replace(/[-:]|\.\d+/g, '')];
    const headers = { ...signed.headers, 'x-amz-date': date };
    expect(await send(served.endpoint, { ...signed, headers })).toEqual({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });
});
