// What the probe's script needs on a node: nothing but what every Debian has and what the installer brings.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkScript } from '../../../src/plans/install.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';
import { builtIn } from '../built-in.ts';

/** Programs of coreutils, which Debian never lacks. */
const COREUTILS = ['nproc', 'mkdir', 'mv', 'rm'];

const TABLE = '# pxname,svname,qcur,scur,stot,status,\\napp,BACKEND,3,3,70,UP,\\n\\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-probe-'));
  mkdirSync(join(folder, 'bin'));
  for (const name of COREUTILS) symlinkSync(`/usr/bin/${name}`, join(folder, 'bin', name));
  put('socat', `printf '${TABLE}'`);
  put(
    'curl',
    `echo "$*" >>${folder}/calls; case "$*" in *PUT*) echo token ;; *) echo ' @404 [] @200 ' ;; esac`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

/** Nothing else is found, and its own notes lie in this folder. */
const probe = () => {
  const script = probeScript.replaceAll('/run/poolparty', join(folder, 'run'));
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  return parseProbe(
    execFileSync('/bin/sh', ['-uc', script], {
      encoding: 'utf8',
      env: { PATH: join(folder, 'bin') },
      stdio: [...stdio],
    }),
  );
};
const calls = (): readonly string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

const onLinux = test.runIf(process.platform === 'linux');

onLinux('row 67: measuring needs no program that the installer does not install', async () => {
  for (const name of ['socat', 'curl']) expect(checkScript(builtIn, 'no')).toContain(`${name}=${name}`);
  expect(probe()).toMatchObject({
    load: expect.any(Number),
    cpus: expect.any(Number),
    queue: 3,
    requests: 70,
  });
  await vi.waitFor(() => expect(probe().notice).toBe('none'), { timeout: 10_000 });
});

onLinux('the metadata is asked with a token, and again only after some seconds', async () => {
  await vi.waitFor(() => expect(probe().notice).toBe('none'), { timeout: 10_000 });
  const before = calls().length;
  probe();
  expect(calls()).toHaveLength(before);
  expect(calls().slice(0, 2)).toEqual([
    expect.stringMatching(/-X PUT .*metadata-token-ttl-seconds: \d+ .*\/latest\/api\/token$/),
    expect.stringMatching(/metadata-token: token .*spot\/instance-action .*events\/maintenance\/scheduled$/),
  ]);
});

onLinux('one at a time asks the metadata, and one that was cut off is not waited for', async () => {
  const uptime = Number.parseInt(readFileSync('/proc/uptime', 'utf8'), 10);
  const mark = join(folder, 'run/notice.asking');
  mkdirSync(join(folder, 'run'));
  writeFileSync(mark, `${uptime}\n`);
  probe();
  for (const left of [`${uptime - 11}\n`, '']) {
    writeFileSync(mark, left);
    probe();
    expect(existsSync(mark)).toBe(false);
  }
  expect(existsSync(join(folder, 'calls'))).toBe(false);
  await vi.waitFor(() => expect(probe().notice).toBe('none'), { timeout: 10_000 });
  await vi.waitFor(() => expect(existsSync(mark)).toBe(false));
});

onLinux('row 64: on a node that has neither of them the rest is told', () => {
  for (const name of ['socat', 'curl']) rmSync(join(folder, 'bin', name));
  expect(probe()).toMatchObject({ memory: expect.any(Number), queue: undefined, notice: undefined });
});
