// What the set-up scripts say to people on machines that lack something.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const scripts = new URL('../../../scripts/', import.meta.url).pathname;

function bash(commands: string, input = ''): { code: number | null; out: string; err: string } {
  const text = `set -euo pipefail; source ${scripts}lib.sh; source ${scripts}local-env.sh; ${commands}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', text], { encoding: 'utf8', input });
  return { code: status, out: stdout, err: stderr };
}

test('installed packages are not asked for again', () => {
  const { code, out } = bash('as_root() { echo "root: $*"; }; need_packages why bash coreutils');
  expect([code, out]).toEqual([0, '']);
});

test('a missing package is named with its reason, and its service is not started', () => {
  const root = 'as_root() { echo "root: $*" >&2; }; is_installed() { [ "$1" = bash ]; }; POLICY=/nowhere/rc;';
  const { code, out, err } = bash(`${root} need_packages "the tests" bash wrk`);
  expect([code, out]).toEqual([0, '-- Installing wrk (the tests)\n']);
  expect(err.trimEnd().split('\n')).toEqual([
    'root: apt-get update -qq',
    'root: tee /nowhere/rc',
    'root: chmod 755 /nowhere/rc',
    'root: env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk',
    'root: rm -f /nowhere/rc',
  ]);
});

test('without root and sudo it refuses politely', () => {
  const { code, err } = bash('id() { echo 1000; }; command() { return 1; }; as_root apt-get update');
  expect([code, err]).toEqual([1, 'This needs root for: apt-get update. Run it as root, or install sudo.\n']);
});

test('what is of AWS is forgotten before the local cloud is used', () => {
  const { out } = bash(
    "export AWS_PROFILE=x AWS_SESSION_TOKEN=y; forget_aws; env | grep -E '^AWS_(PROFILE|SESSION)' || true",
  );
  expect(out.trim()).toBe('');
});

test('dev:setup knows only its own options', () => {
  const { code, err } = bash(`bash ${scripts}dev-setup.sh --amazon`);
  expect([code, err]).toEqual([2, 'dev:setup does not know --amazon: it knows --aws and --yes\n']);
});
