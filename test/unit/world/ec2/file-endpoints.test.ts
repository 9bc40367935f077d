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
function added(env: Readonly<Record<string, string>> = {}, profile?: string) {
  const own = { HOME: home, ...env };
  const all = Object.entries(withFileEndpoints(own, profile)).filter(([name]) => !(name in own));
  return Object.fromEntries(all.map(([name, url]) => [name.replace('AWS_ENDPOINT_URL_', ''), url]));
}

const all = (url: string) => ({ EC2: url, S3: url, STS: url });

describe('F6: an endpoint of ~/.aws', () => {
  test.for<readonly [string, string, object]>([
    ['of no profile', '', {}],
    ['of the default', '[default]\nendpoint_url = http://a:1 # here\n', all('http://a:1')],
    ['of another profile', '[profile two]\nendpoint_url=http://a:1\n[default]\nregion=x\n', {}],
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
      '[default]\ns3 =\n  endpoint_url = http://a:1\nregion = x\n',
      {},
    ],
    [
      'after another name',
      '[default]\ns3 =\n  addressing_style = path\nendpoint_url = http://a:1\n',
      all('http://a:1'),
    ],
  ])('%s', ([, config, endpoints]) => {
    write(config);
    expect(added()).toEqual(endpoints);
  });

  test('counts where the environment names none, and does not say that none counts', () => {
    write('[default]\nendpoint_url=http://a:1\n[profile two]\nendpoint_url=http://a:2\n');
    expect(added({ AWS_ENDPOINT_URL: 'http://b' })).toEqual({});
    expect(added({ AWS_ENDPOINT_URL_S3: 'http://b' })).toEqual({ EC2: 'http://a:1', STS: 'http://a:1' });
    expect(added({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toEqual({});
    expect(added({ AWS_PROFILE: 'two' })).toEqual(all('http://a:2'));
    expect(added({ AWS_PROFILE: 'default' }, 'two')).toEqual(all('http://a:2'));
  });

  test('is named where it does not answer, and told to the nodes', async () => {
    write('[default]\nregion=us-east-1\nendpoint_url=http://127.0.0.1:9\n');
    for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_')))
      vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries({
      HOME: home,
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
    }))
      vi.stubEnv(name, value);
    const cloud = createCloud({ ...defaultsIn('/party'), region: 'us-east-1' }, process.env);
    await expect(cloud.look('party')).rejects.toThrow(
      'EC2 at http://127.0.0.1:9 does not answer (ECONNREFUSED)',
    );
    expect(await cloud.environment()).toMatchObject({ AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:9' });
  });
});
