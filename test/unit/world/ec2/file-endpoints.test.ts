// Endpoints out of ~/.aws: whose they are, and what stands above them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultsIn } from '../../../../src/pool/settings-defaults.ts';
import { withFileEndpoints } from '../../../../src/world/ec2/file-endpoints.ts';
import { createCloud } from '../../../../src/world/ec2.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'poolparty-endpoints-'));
  mkdirSync(join(home, '.aws'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const write = (config: string) => writeFileSync(join(home, '.aws', 'config'), config);

/** The endpoints that are added to this environment, by service. */
async function added(env: Readonly<Record<string, string>> = {}, profile?: string) {
  const own = { HOME: home, ...env };
  vi.stubEnv('HOME', home);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, undefined);
  const all = Object.entries(await withFileEndpoints(own, profile)).filter(([name]) => !(name in own));
  return Object.fromEntries(all.map(([name, url]) => [name.replace('AWS_ENDPOINT_URL_', ''), url]));
}

const all = (url: string) => ({ EC2: url, S3: url, STS: url });

describe('F6: an endpoint of ~/.aws', () => {
  test.for<readonly [string, string, object]>([
    ['of no profile', '', {}],
    ['of the default', '[default]\nendpoint_url = http://a:1 # here\n', all('http://a:1')],
    [
      'as the SDK reads it: indented, with a comment between, by a quoted name',
      '[profile "default"]\n  services = own\n[services own]\nec2 =\n# mine\n\n  endpoint_url = http://a:1\n',
      { EC2: 'http://a:1' },
    ],
    ['of another profile', '[profile two]\nendpoint_url=http://a:1\n[default]\noutput=json\n', {}],
    [
      'of one service',
      '[default]\nservices = own\n[services own]\nec2 =\n  endpoint_url = http://a:1\ns3 =\n\tendpoint_url=http://a:2\n',
      { EC2: 'http://a:1', S3: 'http://a:2' },
    ],
    [
      'of one service, and of all others',
      '[services own]\nsts =\n  endpoint_url = http://a:1\n\n[default]\nservices=own\nendpoint_url=http://a:9\n',
      { ...all('http://a:9'), STS: 'http://a:1' },
    ],
    [
      'below another name, which is no endpoint',
      '[default]\ns3 =\n  endpoint_url = http://a:1\noutput = json\n',
      {},
    ],
    [
      'after another name',
      '[default]\ns3 =\n  addressing_style = path\nendpoint_url = http://a:1\n',
      all('http://a:1'),
    ],
  ])('%s', async ([, config, endpoints]) => {
    write(config);
    expect(await added()).toEqual(endpoints);
  });

  test('counts where the environment names none, and does not say that none counts', async () => {
    write('[default]\nendpoint_url=http://a:1\n[profile two]\nendpoint_url=http://a:2\n');
    expect(await added({ AWS_ENDPOINT_URL: 'http://b' })).toEqual({});
    expect(await added({ AWS_ENDPOINT_URL_S3: 'http://b' })).toEqual({
      EC2: 'http://a:1',
      STS: 'http://a:1',
    });
    const none = { EC2: undefined, S3: undefined, STS: undefined };
    expect(await added({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' })).toMatchObject(none);
    const ignoring = {
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_ENDPOINT_URL_EC2: 'http://b',
      HOME: home,
    };
    expect((await withFileEndpoints(ignoring, undefined))['AWS_ENDPOINT_URL_EC2']).toBeUndefined();
    expect(await added({ AWS_PROFILE: 'two' })).toEqual(all('http://a:2'));
    expect(await added({ AWS_PROFILE: 'default' }, 'two')).toEqual(all('http://a:2'));
  });

  test.for<readonly [string, RegExp]>([
    [
      '[default]\nendpoint_url = ftp://a\n',
      /^endpoint_url of the AWS profile "default" is "ftp:\/\/a", and must be a URL/,
    ],
    ['[default]\nendpoint_url = "http://a"\n', /is "\\"http:\/\/a\\"", and must be a URL/],
    [
      '[default]\nservices = own\n',
      /^the AWS profile "default" has services = own, and ~\/\.aws\/config has no \[services own\]/,
    ],
  ])('that is none is told: %j', async ([config, words]) => {
    write(config);
    const failure = await added().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 2, message: expect.stringMatching(words) });
  });

  test('comes with the region, where the environment names none', async () => {
    write('[default]\nregion = eu-central-1\n');
    expect(await added()).toEqual({ AWS_REGION: 'eu-central-1' });
    expect(await added({ AWS_REGION: 'x' })).toEqual({});
    expect(await added({ AWS_DEFAULT_REGION: 'x' })).toEqual({});
  });

  const alone = () => {
    for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_')))
      vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', home);
  };
  const KEYS = 'aws_access_key_id=AKIATEST\naws_secret_access_key=secret\n';

  test('of the profile that the settings name is where EC2 is asked', async () => {
    write(
      `[profile two]\n${KEYS}endpoint_url=http://127.0.0.1:9\n[default]\nendpoint_url=http://127.0.0.1:11\n`,
    );
    alone();
    const settings = { ...defaultsIn('/party'), region: 'us-east-1', aws_profile: 'two' };
    const cloud = createCloud(settings, await withFileEndpoints(process.env, 'two'));
    await expect(cloud.look('party')).rejects.toThrow(
      'EC2 at http://127.0.0.1:9 does not answer (ECONNREFUSED)',
    );
  });

  test('is named where it does not answer, and told to the nodes', async () => {
    write(`[default]\n${KEYS}endpoint_url=http://127.0.0.1:9\n`);
    alone();
    const cloud = createCloud(
      { ...defaultsIn('/party'), region: 'us-east-1' },
      await withFileEndpoints(process.env, undefined),
    );
    await expect(cloud.look('party')).rejects.toThrow(
      'EC2 at http://127.0.0.1:9 does not answer (ECONNREFUSED)',
    );
    expect(await cloud.environment()).toMatchObject({ AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:9' });
  });
});
