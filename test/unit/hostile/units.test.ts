// What reaches a unit of systemd is refused by the schema, or leaves the unit's lines as they are.
import { describe, expect, test } from 'vitest';
import { storageFiles } from '../../../src/persistent-storage/mount.ts';
import { type NodeFacts, nodeFiles } from '../../../src/plans/node-files.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { SCHEMAS } from '../../../src/pool/settings-schema.ts';
import { builtIn, factsOf, instance } from '../built-in.ts';
import { around, hostileStrings } from './strings.ts';

const base: Partial<Settings> = { shared_bucket: 'bucket', instance_profile: 'poolparty' };
const address = {
  ip: '192.0.2.3',
  allocationId: 'eipalloc-0',
  associationId: undefined,
  holder: undefined,
  ours: true,
  stopping: false,
};

function units(changed: Partial<Settings>): readonly string[] {
  const facts = factsOf([instance(0)], { ...base, ...changed });
  const own: NodeFacts = { ...facts, pool: { ...facts.pool, address } };
  return nodeFiles(own)
    .filter(({ path }) => /\.(service|timer|conf)$|watch\.env$/.test(path))
    .map(({ content }) => content);
}

const lines = (texts: readonly string[]) => texts.map((text) => text.split('\n').length);
/** Left of the first `=`: which directive a line is. */
const directives = (texts: readonly string[]) =>
  texts.flatMap((text) => text.split('\n').map((line) => line.split('=')[0]));

describe.for([
  ['name', 'party', 50],
  ['shared_bucket', 'bucket', 51],
  ['shared_path', '/data', 52],
  ['username', 'admin', 53],
  ['region', 'us-east-1', 54],
  ['instance_profile', 'poolparty', 55],
  ['size', 't3.small', 56],
  ['public_ip', '192.0.2.1', 57],
  ['ami', 'debian-12', 58],
] as const)('%s', ([key, form, seed]) => {
  const strings = [...hostileStrings(seed), ...around(form, hostileStrings(seed + 100))];
  /** As they come out: a list is taken word for word. */
  const accepted = strings.flatMap((one) => {
    const parsed = SCHEMAS[key].safeParse(one);
    return parsed.success ? [parsed.data].flat().map(String) : [];
  });

  test('is of its form, or refused', () => {
    for (const one of accepted) expect(one).toMatch(/^[A-Za-z0-9._/@:+=,-]+$/);
  });

  test('adds no line and no directive to any unit', () => {
    const before = units({});
    for (const one of new Set(accepted)) {
      const after = units({ [key]: one });
      expect(lines(after)).toEqual(lines(before));
      if (key !== 'name') expect(directives(after).length).toBe(directives(before).length);
    }
  });
});

test('services are names of units, or refused: no option, no pattern, no substitution', () => {
  for (const one of [...hostileStrings(60), ...around('cron', hostileStrings(61))]) {
    const parsed = SCHEMAS.services.safeParse([one]);
    if (parsed.success) expect(one).toMatch(/^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*$/);
    const text = SCHEMAS.services.safeParse(one);
    if (text.success)
      for (const name of text.data) expect(name).toMatch(/^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*$/);
  }
});

test('an endpoint or a region of the environment that is none is refused; others leave the mount as it is', () => {
  const settings = { ...factsOf([instance(0)]).settings, ...base, shared_path: '/data' } as Settings;
  const mount = (environment: Record<string, string>) =>
    storageFiles(settings, environment, builtIn)[0]?.content;
  const plain = mount({ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }) ?? '';
  for (const one of [...hostileStrings(62), ...around('http://127.0.0.1', hostileStrings(63))]) {
    for (const environment of [
      { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: one },
      { AWS_REGION: one, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' },
    ]) {
      let text: string | undefined;
      try {
        text = mount(environment);
      } catch (error) {
        expect(error).toMatchObject({ code: 2 });
        continue;
      }
      expect(text?.split('\n').length).toBe(plain.split('\n').length);
      const options = /S3FS_OPTIONS=(\S*)$/m.exec(text ?? '')?.[1] ?? '';
      expect(options).not.toMatch(/[%"'\\$]/);
      expect(options.split(',').length).toBe(/S3FS_OPTIONS=(\S*)$/m.exec(plain)?.[1]?.split(',').length);
    }
  }
});
