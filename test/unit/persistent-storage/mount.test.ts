// What a node is told of the shared bucket: a unit, its functions, and an app that waits for the mount.
import { describe, expect, test } from 'vitest';
import { storageFiles } from '../../../src/persistent-storage/mount.ts';
import { configurationOf } from '../../../src/plans/configuration.ts';
import { configureScript } from '../../../src/plans/configure.ts';
import type { NodeFacts } from '../../../src/plans/node-files.ts';
import { nodeFiles } from '../../../src/plans/node-files.ts';
import { difference, UNTOUCHED } from '../../../src/plans/node-state.ts';
import { releaseOf } from '../../../src/plans/release.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { app, builtIn, factsOf, instance } from '../built-in.ts';

const shared = { shared_bucket: 'files', instance_profile: 'nodes' };
const facts = (changed: Partial<Settings>) => factsOf([instance(0)], changed);

/** s3fs's options in the unit, in a cloud of these variables. */
function options(environment: Record<string, string>, bucket = 'files'): readonly string[] {
  const [unit] = storageFiles(facts({ ...shared, shared_bucket: bucket }).settings, environment, builtIn);
  return /S3FS_OPTIONS=(\S+)/.exec(unit?.content ?? '')?.[1]?.split(',') ?? [];
}

const paths = (changed: Partial<Settings>) => nodeFiles(facts(changed)).map(({ path }) => path);
const content = (changed: Partial<Settings>, path: string) =>
  nodeFiles(facts(changed)).find((file) => file.path === path)?.content ?? '';

const UNIT = '/etc/systemd/system/poolparty-data.service';
const APP_UNIT = '/etc/systemd/system/poolparty-app.service';

/** For a node that has nothing yet. */
function scriptOf(all: NodeFacts): string {
  const configuration = configurationOf(all);
  return configureScript(configuration, difference(configuration, UNTOUCHED), builtIn);
}

describe('row 47: a bucket is set', () => {
  test('the unit mounts it at shared_path; it comes before its functions, so that it is ended before them', () => {
    const files = storageFiles(facts({ ...shared, shared_path: '/srv/all' }).settings, {}, builtIn);
    expect(files.map(({ path, reaction }) => [path, reaction])).toEqual([
      [UNIT, 'restart-data'],
      ['/opt/poolparty/data.sh', 'restart-data'],
    ]);
    expect(files[0]?.content).toContain('Environment=SHARED_BUCKET=files SHARED_PATH=/srv/all S3FS_OPTIONS=');
    expect(paths(shared)).toContain(UNIT);
  });

  test('the app starts after the mount, and knows where it is', () => {
    const unit = content(shared, APP_UNIT);
    expect(unit).toMatch(/^After=.* poolparty-data\.service$/m);
    expect(unit).toContain('ExecStartPre=/usr/bin/mountpoint -q /data\n');
    expect(content(shared, '/etc/poolparty/app.env')).toContain('POOL_SHARED_PATH="/data"\n');
  });

  test('configuring mounts it before it starts the app', () => {
    const { settings, ...rest } = facts(shared);
    const release = releaseOf(app(), '1');
    const script = scriptOf({ ...rest, settings, release });
    const calls = script.slice(script.lastIndexOf('\nbegin\n')).split('\n');
    const at = (word: string) => calls.findIndex((line) => line.startsWith(word));
    expect(at('want')).toBeLessThan(at('mount_data'));
    expect(calls[at('want')]).toContain('poolparty-data.service');
    expect(at('read_units')).toBeLessThan(at('mount_data'));
    expect(at('mount_data')).toBeLessThan(at('release '));
  });

  test('nothing is remembered of what other nodes may change', () => {
    const all = options({ AWS_REGION: 'eu-west-1' });
    expect(all).toEqual(
      expect.arrayContaining(['stat_cache_expire=0', 'attr_timeout=0', 'entry_timeout=0', 'allow_other']),
    );
    expect(all.join()).not.toMatch(/use_cache|enable_noobj_cache|kernel_cache/);
  });

  test('row 48: neither unit nor options hold a key', () => {
    const all = storageFiles(facts(shared).settings, { AWS_REGION: 'eu-west-1' }, builtIn);
    expect(JSON.stringify(all)).not.toMatch(/passwd_file|AWS_ACCESS|AWS_SECRET|AKIA/);
  });
});

describe('where S3 is', () => {
  test("AWS's own, in the pool's region", () => {
    expect(options({ AWS_REGION: 'eu-west-1' })).toEqual(
      expect.arrayContaining(['url=https://s3.eu-west-1.amazonaws.com', 'endpoint=eu-west-1']),
    );
    expect(options({ AWS_REGION: 'cn-north-1' })).toContain('url=https://s3.cn-north-1.amazonaws.com.cn');
    expect(options({ AWS_REGION: 'eu-west-1' })).not.toContain('use_path_request_style');
  });

  test('a bucket with dots is named in the path, since no certificate is made for it', () => {
    expect(options({ AWS_REGION: 'eu-west-1' }, 'files.example.com')).toContain('use_path_request_style');
  });

  test.for(['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'])('the one that %s names', (name) => {
    const all = options({ AWS_REGION: 'us-east-1', [name]: 'http://198.18.0.1:8001' });
    expect(all).toEqual(expect.arrayContaining(['url=http://198.18.0.1:8001', 'use_path_request_style']));
  });
});

test('row 47: without a bucket there is no unit, no path for the app, and nothing to wait for', () => {
  expect(paths({})).not.toContain(UNIT);
  expect(content({}, APP_UNIT)).not.toMatch(/poolparty-data|mountpoint/);
  expect(content({}, '/etc/poolparty/app.env')).not.toContain('SHARED');
  expect(scriptOf(facts({}))).not.toMatch(/^mount_data$/m);
});
