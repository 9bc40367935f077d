// What is the script's of all that a channel brings, whatever pieces it comes in; a real shell says it.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Frame, framed, readScript } from '../../../../src/world/ssh/frame.ts';

/** Both streams of a script behind a login shell that runs these lines first. */
function run(
  script: string,
  rc = '',
  { input = framed(script, 'n') as Uint8Array, shell = '/bin/bash' } = {},
) {
  const line = `${rc}\n${readScript(Buffer.byteLength(script), 'n')}`;
  return spawnSync(shell, ['-c', line], { input });
}

/** What a frame gives out of these bytes in pieces of this size. */
function own(bytes: Buffer, size: number, late = false, from: 'stdout' | 'stderr' = 'stdout') {
  const frame = new Frame('n', from, { late });
  let said = '';
  for (let at = 0; at < bytes.length; at += size) said += frame.push(bytes.subarray(at, at + size));
  return { said: said + frame.rest(), code: frame.code, talk: frame.talk };
}

const TALK = 'printf hello; trap "printf bye; exit 3" EXIT';
const SCRIPT = 'printf "poolparty-n-ends-std poolparty-n-begins-stdout"; exit 5';
const SAID = 'poolparty-n-ends-std poolparty-n-begins-stdout';

describe('F13: a script behind a login shell that talks', () => {
  test.for([1, 2, 7, 34, 1_000])('is heard alone, in pieces of %i bytes', (size) => {
    const { stdout, stderr } = run(SCRIPT, TALK);
    expect(own(stdout, size)).toEqual({ said: SAID, code: 5, talk: '' });
    expect(own(stderr, size, false, 'stderr')).toEqual({ said: '', code: 5, talk: '' });
  });

  test.for([1, 7, 1_000])(
    'and what comes late is heard where that is asked for, in pieces of %i bytes',
    (size) => {
      const { stdout } = run(SCRIPT, TALK);
      expect(own(stdout, size, true)).toEqual({ said: `${SAID}bye`, code: 5, talk: '' });
    },
  );

  test('is heard at once, but for what may be the beginning of its end', () => {
    const frame = new Frame('n', 'stdout');
    frame.push(Buffer.from('poolparty-n-begins-stdout\n'));
    const pieces = ['one line\n', 'poolparty-', 'of a night'].map(
      (piece) => `${frame.push(Buffer.from(piece))}`,
    );
    expect(pieces).toEqual(['one line\n', '', 'poolparty-of a night']);
  });

  test('may print the line that runs it, as ps does', () => {
    const { stdout } = run('tr "\\\\0" " " </proc/$PPID/cmdline; exit 3');
    expect(own(stdout, 1_000)).toEqual({ said: expect.stringMatching(/exit \$1 $/), code: 3, talk: '' });
  });

  test('where both streams are one, is heard on that one', () => {
    const { stdout } = run('echo out; echo err >&2', 'exec 2>&1');
    expect(own(stdout, 1_000)).toEqual({ said: 'out\nerr\n', code: 0, talk: '' });
  });

  test.for([1, 7, 1_000])(
    'where both are one, and late words are asked for, no mark is told, in pieces of %i',
    (size) => {
      const { stdout } = run('echo out; echo err >&2; exit 7', 'exec 2>&1; trap "echo bye" EXIT');
      expect(own(stdout, size, true)).toEqual({ said: 'out\nerr\nbye\n', code: 7, talk: '' });
    },
  );

  test.for([
    ['kill $$; echo on', 143, ''],
    ['trap "echo got" TERM; kill $$; echo on; exit 3', 3, 'got\non\n'],
    ['die() { kill -TERM $$; }; x=$(die); sleep 1; echo on', 143, ''],
    ['(exit 4); exec sh -c "echo new; exit 6"', 6, 'new\n'],
  ] as const)('can end itself by its number: %s', ([script, code, said]) => {
    expect(own(run(script).stdout, 9)).toMatchObject({ code, said });
  });

  test('that runs nothing leaves what it said, and no more of it than a page', () => {
    expect(own(run('', 'echo closed; exit 0').stdout, 3)).toEqual({
      said: '',
      code: undefined,
      talk: 'closed\n',
    });
    expect(own(Buffer.alloc(1_000_000, 'x'), 10_000).talk).toHaveLength(64 * 1024);
  });

  test('that takes the first line says so, and nothing is run', () => {
    const { stdout, stderr, status } = run('echo ran; echo ran', 'read -r x');
    expect(own(stdout, 9)).toMatchObject({ said: '', code: undefined });
    expect(own(stderr, 9, false, 'stderr').said).toMatch(
      /^its login shell reads what is meant for our script; .*\n$/,
    );
    expect(status).toBe(1);
  });

  test('that becomes a shell of its own, which takes its input for commands, runs none of them', () => {
    const { stdout, stderr, status } = run('echo ran', 'exec /bin/sh');
    expect([`${stdout}`, `${stderr}`, status]).toEqual(['', '', 1]);
  });

  test.for(['/bin/sh', '/bin/bash'])('has its code and its own input in %s', (shell) => {
    const script = 'cat; exit 4';
    const input = Buffer.concat([framed(script, 'n'), Buffer.from('input')]);
    expect(own(run(script, '', { input, shell }).stdout, 9)).toMatchObject({ said: 'input', code: 4 });
  });
});
