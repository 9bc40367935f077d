// Brings the binaries that the test tools need on this machine, where npm left optional packages out (--omit=optional):
// each is taken by its name and version from package-lock.json, and held against the hash there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
const here = { os: process.platform, cpu: process.arch, libc };

/** Does npm's own rule (absent: everywhere) let this package run here? */
const runsHere = (entry) => Object.entries(here).every(([key, value]) => entry[key]?.includes(value) ?? true);

/** `name-gnu` without a libc of its own in the lock file is for glibc, as `name-musl` is for musl. */
const isForeign = (path) => (libc === 'glibc' ? /musl/ : /-gnu\b/).test(path);

const missing = Object.entries(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages).filter(
  ([path, entry]) =>
    entry.dev &&
    entry.optional &&
    entry.os !== undefined &&
    runsHere(entry) &&
    !isForeign(path) &&
    !existsSync(path),
);

/** Unpacks one package where npm would have put it. Throws where its bytes are not those of the lock file. */
function bring([path, { version, integrity }], folder) {
  const name = path.replace(/^.*node_modules\//, '');
  const words = ['pack', '--silent', '--pack-destination', folder, `${name}@${version}`];
  const file = join(folder, execFileSync('npm', words, { encoding: 'utf8' }).trim().split('\n').at(-1));
  const hash = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (integrity !== undefined && hash !== integrity)
    throw new Error(`${name}@${version} is not what package-lock.json says; look at its hash there`);
  mkdirSync(path, { recursive: true });
  execFileSync('tar', ['-xzf', file, '-C', path, '--strip-components=1']);
}

const folder = mkdtempSync(join(tmpdir(), 'poolparty-tools-'));
try {
  for (const one of missing) {
    console.log(
      `-- Installing ${one[0].replace(/^.*node_modules\//, '')}, which the tests need and npm left out`,
    );
    bring(one, folder);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
