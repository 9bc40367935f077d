// F6: credentials are fetched before a call, within a limit, and what is wrong with them is told as this machine's.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ownCredentials } from '../../../../src/world/ec2/own-credentials.ts';

beforeEach(() => {
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/none');
});
afterEach(() => vi.unstubAllEnvs());

const FILES = { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
const GOOD = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };

/** A call of a client whose credentials are these; whether it was sent. */
function calling(credentials: () => Promise<typeof GOOD>, asked?: string) {
  const sent: unknown[] = [];
  let call: (request: unknown) => Promise<unknown> = async () => undefined;
  const add = (middleware: (next: typeof call) => typeof call) => {
    call = middleware(async (request) => sent.push(request));
  };
  const client = { config: { credentials, region: async () => 'us-east-1' }, middlewareStack: { add } };
  const own = ownCredentials(asked, FILES, 20);
  own.guard(client);
  return { own, sent, call: () => call('request') };
}

test('a chain that does not end is told after the limit, and nothing is sent', async () => {
  const { call, sent } = calling(() => new Promise(() => undefined));
  await expect(call()).rejects.toMatchObject({
    code: 1,
    message: expect.stringMatching(
      /^no AWS credentials: what gives them has not ended within 0\.02 s; source ~\/\.pool_keys/,
    ),
  });
  expect(sent).toEqual([]);
});

test('credentials in time are no trouble', async () => {
  const { call, sent } = calling(async () => GOOD);
  await call();
  expect(sent).toEqual(['request']);
});

test('a role that is refused by STS is told as that, not as a refusal of the call', async () => {
  const denied = Object.assign(new Error('may not\nassume'), {
    name: 'AccessDenied',
    Code: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  });
  await expect(calling(() => Promise.reject(denied)).call()).rejects.toMatchObject({
    code: 1,
    message:
      'the AWS credentials could not be fetched: may not assume; look at ~/.aws/config and the network',
  });
});

test('what the SDK says of the last way that came to nothing is told', async () => {
  const failed = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  });
  const { own, call } = calling(() => Promise.reject(failed));
  for (const line of ['-> Unable to find environment variable credentials.', '-> Command failed: vault'])
    own.logger.debug(`@smithy/property-provider ${line}`);
  own.logger.debug('something else');
  await expect(call()).rejects.toMatchObject({
    message: expect.stringMatching(/^no AWS credentials: Command failed: vault; source/),
  });
});
