// Which proxy a request goes through: the forms of the variables that curl, Go and Python understand.
import { describe, expect, test } from 'vitest';
import { checkEndpoints, endpointOf, targetOf } from '../../../src/pool/endpoints.ts';
import { proxyFor, shownProxy } from '../../../src/pool/proxy.ts';

const EC2 = 'https://ec2.eu-west-1.amazonaws.com';
const proxy = (env: Record<string, string>, target = EC2) => proxyFor(target, env)?.href;

test.for([
  [{ HTTPS_PROXY: 'http://one:3128' }, 'http://one:3128/'],
  [{ https_proxy: 'http://one:3128', HTTPS_PROXY: 'http://two:1' }, 'http://one:3128/'],
  [{ https_proxy: '', HTTPS_PROXY: 'http://two:1' }, 'http://two:1/'],
  [{ HTTPS_PROXY: 'one:3128' }, 'http://one:3128/'],
  [{ HTTPS_PROXY: 'one' }, 'http://one/'],
  [{ HTTPS_PROXY: ' https://one:3128 ' }, 'https://one:3128/'],
  [{ ALL_PROXY: 'http://all:1' }, 'http://all:1/'],
  [{ HTTP_PROXY: 'http://other:1' }, undefined],
  [{ HTTPS_PROXY: '' }, undefined],
  [{}, undefined],
] as const)('%j: %s', ([env, expected]) => {
  expect(proxy(env)).toBe(expected);
});

test('F6: a password with a bare % is told, and one that is a code is not', () => {
  expect(() => proxy({ HTTPS_PROXY: 'http://me:100%@one:3128' })).toThrow(
    'HTTPS_PROXY has a % in its user or password that is no code; write it as %25',
  );
  expect(proxy({ HTTPS_PROXY: 'http://me:100%25@one:3128' })).toBe('http://me:100%25@one:3128/');
});

test('a plain endpoint goes through HTTP_PROXY', () => {
  const env = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://secure:1' };
  expect(proxy(env, 'http://198.18.4.1:8001')).toBe('http://plain:1/');
});

describe('NO_PROXY', () => {
  test.for([
    ['*', true],
    ['amazonaws.com', true],
    ['.amazonaws.com', true],
    ['*.amazonaws.com', true],
    ['AmazonAWS.com', true],
    ['ec2.eu-west-1.amazonaws.com', true],
    ['ec2.eu-west-1.amazonaws.com:443', true],
    ['ec2.eu-west-1.amazonaws.com:80', false],
    ['localhost,127.0.0.1, .amazonaws.com', true],
    ['localhost 127.0.0.1 amazonaws.com', true],
    ['azonaws.com', false],
    ['amazonaws.com.example', false],
    ['', false],
    [',', false],
    ['.', false],
  ] as const)('%j spares a name: %s', ([NO_PROXY, spared]) => {
    expect(proxy({ HTTPS_PROXY: 'http://one:1', NO_PROXY }) === undefined).toBe(spared);
    expect(proxy({ HTTPS_PROXY: 'http://one:1', no_proxy: NO_PROXY }) === undefined).toBe(spared);
  });

  test.for([
    ['http://198.18.4.1:8001', '198.18.4.1', true],
    ['http://198.18.4.1:8001', '198.18.4.1:8001', true],
    ['http://198.18.4.1:8001', '198.18.4.1:8002', false],
    ['http://198.18.4.1:8001', '198.18.0.0/15', true],
    ['http://198.18.4.1:8001', '198.18.4.0/32', false],
    ['http://198.18.4.1:8001', '10.0.0.0/8', false],
    ['http://198.18.4.1:8001', 'nonsense/8', false],
    ['http://ec2.test:80', '10.0.0.0/8', false],
    ['http://[::1]:80', '::1', true],
    ['http://[::1]:80', '[::1]', true],
    ['http://[::1]:80', '[::1]:80', true],
    ['http://[::1]:80', '[::1]:81', false],
    ['http://[2001:db8::1]', '2001:db8::1', true],
  ] as const)('of %s, %s: %s', ([target, NO_PROXY, spared]) => {
    expect(proxy({ HTTP_PROXY: 'http://one:1', NO_PROXY }, target) === undefined).toBe(spared);
  });
});

test.for(['socks5://one:1080', 'http://', 'http://one:99999', 'ftp://one', '://', 'http://a b'])(
  '%s is no proxy that can be used, told in one line with code 2 and without its password',
  (HTTPS_PROXY) => {
    const failure = { code: 2, message: expect.stringMatching(/^HTTPS_PROXY is .*unset it$/) };
    expect(() => proxy({ HTTPS_PROXY })).toThrow(expect.objectContaining(failure));
  },
);

test('a password of a proxy is not shown', () => {
  const url = proxyFor(EC2, { HTTPS_PROXY: 'http://me:marker@one:3128' });
  expect(url && shownProxy(url)).toBe('http://one:3128');
  expect(() => proxy({ HTTPS_PROXY: 'socks5://me:marker@one' })).toThrow(/^(?!.*marker)/);
});

describe('endpoints', () => {
  test.for([
    ['', /^$/],
    ['http://127.0.0.1:9', /^$/],
    ['https://ec2.eu-west-1.amazonaws.com/', /^$/],
    ['localhost:4566', /as http:\/\/localhost:4566,/],
    ['127.0.0.1:8001', /as http:\/\/127\.0\.0\.1:8001,/],
    ['ec2.example.com', /as http:\/\/ec2\.example\.com,/],
    ['ftp://one', /http:\/\/HOST:PORT/],
    ['http://', /http:\/\/HOST:PORT/],
    ['http://one:99999', /http:\/\/HOST:PORT/],
    [' ', /http:\/\/HOST:PORT/],
    ['nonsense and\nmore', /begins with http/],
  ] as const)('%j', ([text, line]) => {
    for (const name of [
      'AWS_ENDPOINT_URL',
      'AWS_ENDPOINT_URL_EC2',
      'AWS_ENDPOINT_URL_S3',
      'AWS_ENDPOINT_URL_STS',
    ]) {
      let told = '';
      try {
        checkEndpoints({ [name]: text });
      } catch (error) {
        told = (error as Error).message;
        expect(error).toMatchObject({ code: 2 });
        expect(told).not.toContain('\n');
        expect(told.startsWith(`${name} is `)).toBe(true);
      }
      expect(told).toMatch(line);
    }
  });

  test('an empty one counts as unset', () => {
    expect(endpointOf('EC2', { AWS_ENDPOINT_URL_EC2: '', AWS_ENDPOINT_URL: 'http://all' })).toBe(
      'http://all',
    );
    expect(endpointOf('EC2', { AWS_ENDPOINT_URL_EC2: '', AWS_ENDPOINT_URL: '' })).toBeUndefined();
    expect(targetOf('S3', undefined, { AWS_REGION: 'eu-west-1' })).toBe('https://s3.eu-west-1.amazonaws.com');
    expect(targetOf('EC2', 'cn-north-1', {})).toBe('https://ec2.cn-north-1.amazonaws.com.cn');
  });
});
