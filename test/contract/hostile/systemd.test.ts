// Environment files and units with hostile values, read by a real systemd: each value arrives as it is, and no other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import { storageFiles } from '../../../src/persistent-storage/mount.ts';
import { environmentFile } from '../../../src/plans/environment.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { SCHEMAS } from '../../../src/pool/settings-schema.ts';
import { healthPath, publicUrl } from '../../../src/pool/url.ts';
import { builtIn, factsOf, instance } from '../../unit/built-in.ts';
import { around, hostileStrings } from '../../unit/hostile/strings.ts';
import { bootMachine, endMachines, type Machine } from '../plans/machine.ts';

let machine: Machine;

beforeAll(async () => {
  await buildImages(() => undefined);
  machine = await bootMachine('hostile');
}, 600_000);
afterAll(endMachines);

const unit = (lines: string): string =>
  `[Service]\nType=oneshot\n${lines}\nExecStart=/usr/bin/env -0\nStandardOutput=file:/tmp/out\n`;

/** What a service is given, by names that begin with V. */
async function given(files: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  for (const [path, content] of Object.entries(files)) {
    const { code, stderr } = await machine.run(`cat >${path}`, new TextEncoder().encode(content));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
  const { code, stdout } = await machine.run(
    'rm -f /tmp/out; systemctl daemon-reload && systemctl start hostile && base64 -w 0 /tmp/out',
  );
  expect(code).toBe(0);
  const pairs = Buffer.from(stdout, 'base64')
    .toString('utf8')
    .split('\0')
    .map((one) => /^([^=]*)=(.*)$/s.exec(one));
  return new Map(pairs.flatMap((found) => (found?.[1]?.startsWith('V') ? [[found[1], found[2] ?? '']] : [])));
}

test('row 20: values of app.env come to the app as they are, or are refused with the name of the variable', async () => {
  const accepted = new Map<string, string>();
  let text = '';
  hostileStrings(80).forEach((value, at) => {
    try {
      text += environmentFile({ [`V${at}`]: value });
      accepted.set(`V${at}`, value);
    } catch (error) {
      expect(error).toMatchObject({ code: 2, message: expect.stringContaining(`app.env.V${at} `) });
    }
  });
  expect(accepted.size).toBeGreaterThan(hostileStrings(80).length / 3);
  const found = await given({
    '/etc/hostile.env': text,
    '/etc/systemd/system/hostile.service': unit('EnvironmentFile=/etc/hostile.env'),
  });
  expect(found).toEqual(accepted);
});

test('a URL comes to a unit as it is', async () => {
  const { settings } = factsOf([instance(0)]);
  const urls = hostileStrings(81).map((one) => publicUrl('192.0.2.1', settings, healthPath(`/${one}`)));
  const found = await given({
    '/etc/hostile.env': urls.map((url, at) => `V${at}=${url}\n`).join(''),
    '/etc/systemd/system/hostile.service': unit('EnvironmentFile=/etc/hostile.env'),
  });
  expect([...found.values()]).toEqual(urls);
});

test('bucket, path, region and endpoint come to the mount as they are, or are refused', async () => {
  const base: Settings = {
    ...factsOf([instance(0)]).settings,
    shared_bucket: 'bucket',
    shared_path: '/data',
  };
  const wanted = new Map<string, string>();
  const lines: string[] = [];
  const strings = [...around('http://127.0.0.1:8001', hostileStrings(82)), ...hostileStrings(83)];
  strings.forEach((one, at) => {
    const path = SCHEMAS.shared_path.safeParse(one).success ? one : '/data';
    const bucket = SCHEMAS.shared_bucket.safeParse(one).success ? one : 'bucket';
    const settings = { ...base, shared_path: path, shared_bucket: bucket };
    try {
      const [file] = storageFiles(settings, { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: one }, builtIn);
      const line = /^Environment=(.*)$/m.exec(file?.content ?? '')?.[1] ?? '';
      lines.push(`Environment=${line.replace(/(SHARED_BUCKET|SHARED_PATH|S3FS_OPTIONS)=/g, `V${at}_$1=`)}`);
      wanted.set(`V${at}_SHARED_BUCKET`, bucket).set(`V${at}_SHARED_PATH`, path);
      wanted.set(`V${at}_S3FS_OPTIONS`, /S3FS_OPTIONS=(\S*)/.exec(line)?.[1] ?? '');
    } catch (error) {
      expect(error).toMatchObject({ code: 2 });
    }
  });
  const found = await given({ '/etc/systemd/system/hostile.service': unit(lines.join('\n')) });
  expect(found).toEqual(wanted);
});
