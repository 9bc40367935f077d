// Credentials by SSO are asked for through the proxy, too.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultsIn } from '../../../../src/pool/settings-defaults.ts';
import { whoAmI } from '../../../../src/world/doctor/identity.ts';
import { createCloud } from '../../../../src/world/ec2.ts';

const START = 'https://sso.example.com/start';
const CONFIG = `[profile q]
sso_start_url = ${START}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = admin
`;

let home: string;
let proxy: Server;
let asked: string[];

beforeEach(async () => {
  asked = [];
  proxy = createServer().listen(0, '127.0.0.1');
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await once(proxy, 'listening');
  home = mkdtempSync(join(tmpdir(), 'poolparty-sso-'));
  const cache = join(home, '.aws/sso/cache');
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(home, '.aws/config'), CONFIG);
  const token = { accessToken: 'token', expiresAt: new Date(Date.now() + 3_600_000), startUrl: START };
  writeFileSync(join(cache, `${createHash('sha1').update(START).digest('hex')}.json`), JSON.stringify(token));
  for (const name of Object.keys(process.env).filter((one) => /^AWS_|_PROXY$/i.test(one)))
    vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  proxy.close();
  rmSync(home, { recursive: true });
});

test.each(['EC2', 'STS'])('F6: for %s', async (service) => {
  const settings = { ...defaultsIn('/party'), region: 'eu-west-1', aws_profile: 'q' };
  const work =
    service === 'EC2' ? createCloud(settings, process.env).look('party') : whoAmI(settings, process.env);
  await expect(work).rejects.toThrow();
  expect(new Set(asked)).toEqual(new Set(['portal.sso.eu-west-1.amazonaws.com:443']));
});
