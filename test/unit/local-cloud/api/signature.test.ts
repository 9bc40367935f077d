// Signatures are really checked: the SDK's own signer makes them, and every change breaks them.
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, test } from 'vitest';
import { type SignedRequest, verify } from '../../../../src/local-cloud/api/signature.ts';
import { Sha256 } from '../signing.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const NOW = new Date('2026-05-31T12:00:00Z');

async function signed(
  change: { service?: string; path?: string; query?: Record<string, string>; token?: string } = {},
) {
  const credentials = {
    accessKeyId: 'AKIATEST',
    secretAccessKey: SECRET,
    ...(change.token ? { sessionToken: change.token } : {}),
  };
  const signer = new SignatureV4({
    credentials,
    region: 'eu-west-1',
    service: change.service ?? 'ec2',
    sha256: Sha256,
    uriEscapePath: change.service !== 's3',
  });
  const body = 'Action=DescribeInstances&Version=2016-11-15';
  const request = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '198.18.0.1',
      path: change.path ?? '/',
      query: change.query ?? {},
      headers: { host: '198.18.0.1:8000', 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    { signingDate: NOW },
  );
  const query = new URLSearchParams(change.query).toString();
  return {
    method: 'POST',
    url: `${request.path}${query && `?${query}`}`,
    headers: request.headers,
    body,
  } satisfies SignedRequest;
}

const find = (id: string) => (id === 'AKIATEST' ? { secret: SECRET } : undefined);
const refusal = (request: SignedRequest, now = NOW, key = find) => {
  try {
    verify(request, key, now);
    return 'accepted';
  } catch (error) {
    return (error as { refusal: string }).refusal;
  }
};

describe('a signature', () => {
  test('of the right key tells who asks and from which region', async () => {
    expect(verify(await signed(), find, NOW)).toEqual({
      accessKeyId: 'AKIATEST',
      region: 'eu-west-1',
      service: 'ec2',
    });
  });

  test('holds for paths and queries with odd characters', async () => {
    const request = await signed({
      service: 's3',
      path: '/bucket/a%20b/%C3%BC',
      query: { prefix: 'a/b', 'list-type': '2', list: 'x' },
    });
    expect(refusal(request)).toBe('accepted');
  });

  test('of another secret is refused', async () => {
    expect(refusal(await signed(), NOW, () => ({ secret: 'other' }))).toBe('wrong-signature');
  });

  test('does not cover another body', async () => {
    expect(refusal({ ...(await signed()), body: 'Action=TerminateInstances' })).toBe('wrong-signature');
  });

  test('of an unknown key, and none at all, are told apart', async () => {
    expect(refusal(await signed(), NOW, () => undefined)).toBe('unknown-key');
    expect(refusal({ method: 'POST', url: '/', headers: {}, body: '' })).toBe('missing');
    expect(refusal({ method: 'POST', url: '/', headers: { authorization: 'Basic x' }, body: '' })).toBe(
      'malformed',
    );
  });

  test('is good for fifteen minutes', async () => {
    expect(refusal(await signed(), new Date(NOW.getTime() + 14 * 60_000))).toBe('accepted');
    expect(refusal(await signed(), new Date(NOW.getTime() + 16 * 60_000))).toBe('expired');
    expect(refusal(await signed(), new Date(NOW.getTime() - 16 * 60_000))).toBe('expired');
  });

  test('of temporary credentials needs their token', async () => {
    const role = () => ({ secret: SECRET, token: 'the-token' });
    expect(refusal(await signed({ token: 'the-token' }), NOW, role)).toBe('accepted');
    expect(refusal(await signed({ token: 'another' }), NOW, role)).toBe('wrong-token');
    expect(refusal(await signed(), NOW, role)).toBe('wrong-token');
  });
});
