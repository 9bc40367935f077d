// s3fs's own integration tests (version of this Debian) against the local S3: how many of its cases fail. Needs root and
// /dev/fuse. Debian's source package is fetched at run time; S3FS_SOURCE names a folder with it instead. Three cases are
// programs for python2, which Debian 12 lacks: PYTHON2 names one (test_write_multiple_offsets, …_backwards, test_ut_ossfs).
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { s3Alone } from './lib/s3-alone.mjs';

const exec = promisify(execFile);
const SOURCES = '/etc/apt/sources.list.d/debian.sources';

/** apt with lists of its own, which know source packages, too. */
async function aptIn(folder) {
  for (const one of ['lists/partial', 'archives/partial', 'parts'])
    await mkdir(path.join(folder, one), { recursive: true });
  const sources = (await readFile(SOURCES, 'utf8')).replaceAll(/^Types: deb$/gm, 'Types: deb deb-src');
  await writeFile(path.join(folder, 'parts', 'all.sources'), sources);
  const options = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': path.join(folder, 'parts'),
    'Dir::State::Lists': path.join(folder, 'lists'),
    'Dir::Cache': folder,
    'APT::Sandbox::User': 'root',
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = (...what) => exec('apt-get', [...words, '-qq', ...what], { cwd: folder });
  await apt('update');
  return apt;
}

async function binaries(apt, folder, root) {
  await apt('download', 's3fs', 'fuse', 'libfuse2', 'attr');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  for (const file of files) await exec('dpkg', ['-x', path.join(folder, file), root]);
}

async function sources(apt, folder) {
  if (process.env.S3FS_SOURCE) return process.env.S3FS_SOURCE;
  await apt('source', 's3fs');
  const found = (await readdir(folder, { withFileTypes: true })).find(
    (one) => one.isDirectory() && one.name.startsWith('s3fs-fuse'),
  );
  if (!found) throw new Error('apt-get source gave no s3fs-fuse');
  return path.join(folder, found.name);
}

/** The suite starts `../src/s3fs`: Debian's, with the libraries that were fetched with it. */
async function lay(folder) {
  const apt = await aptIn(folder);
  const root = path.join(folder, 'root');
  await binaries(apt, folder, root);
  await cp(path.join(await sources(apt, folder), 'test'), path.join(folder, 'test'), { recursive: true });
  await mkdir(path.join(folder, 'src'));
  const libraries = `${root}/lib/x86_64-linux-gnu:${root}/usr/lib/x86_64-linux-gnu`;
  const script = `#!/bin/sh\nLD_LIBRARY_PATH=${libraries} exec ${root}/usr/bin/s3fs "$@"\n`;
  await writeFile(path.join(folder, 'src', 's3fs'), script);
  await chmod(path.join(folder, 'src', 's3fs'), 0o755);
  if (process.env.PYTHON2) await symlink(process.env.PYTHON2, path.join(root, 'usr/bin/python2'));
  return `${root}/usr/bin:${root}/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
}

async function environment(folder, PATH, s3) {
  const keys = path.join(folder, 'passwd');
  await writeFile(keys, `${s3.accessKeyId}:${s3.secretAccessKey}\n`, { mode: 0o600 });
  return {
    PATH,
    HOME: folder,
    TMPDIR: folder,
    S3PROXY_BINARY: '',
    S3_URL: s3.endpoint,
    S3FS_CREDENTIALS_FILE: keys,
    AWS_DEFAULT_REGION: 'us-east-1',
    DBGLEVEL: 'err',
  };
}

/** What the suite says; it ends with 1 where a case fails. */
async function said(folder, env) {
  const options = { cwd: path.join(folder, 'test'), env, timeout: 900_000, maxBuffer: 1e9 };
  const done = await exec('bash', ['small-integration-test.sh'], options).catch((error) => error);
  if (process.env.S3FS_SUITE_LOG)
    await writeFile(process.env.S3FS_SUITE_LOG, `${done.stdout}\n${done.stderr}`);
  return String(done.stdout);
}

async function run() {
  const folder = await mkdtemp(path.join(tmpdir(), 'poolparty-s3fs-'));
  const s3 = await s3Alone();
  try {
    const text = await said(folder, await environment(folder, await lay(folder), s3));
    const [, passed, failed] = /: (\d+) tests passed\. {2}(\d+) tests failed/.exec(text) ?? [];
    if (passed === undefined)
      throw new Error('the suite came to no end; S3FS_SUITE_LOG=FILE keeps what it says');
    const names = [...text.matchAll(/^FAIL: (\w+)/gm)].map(([, name]) => name);
    console.error(`   ${passed} passed, ${failed} failed: ${names.join(', ') || 'none'}`);
    return Number(failed);
  } finally {
    await s3.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export default { name: "cases of s3fs's own suite that fail, of 49", target: 3, unit: 'cases', run };
