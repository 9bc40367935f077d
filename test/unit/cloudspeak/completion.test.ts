// Completion, asked of a real bash.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { INSTANCE, POOL } from '../../../src/cloudspeak/words.ts';
import { speak } from '../fake-world.ts';

const script = async (shell: string): Promise<string> => (await speak(['pool', 'completion', shell])).stdout;

/** What bash offers for the last of the words. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const source = `${await script('bash')}\n${ask}`;
  const output = execFileSync('bash', ['--norc', '-c', source, 'bash', ...words], { encoding: 'utf8' });
  return output.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  test('pool st', async () => {
    expect(await offered('pool', 'st')).toEqual(['start', 'stop']);
  });

  test('every word of both commands', async () => {
    expect(await offered('pool', '')).toEqual([...POOL.words.map((word) => word.name), 'help']);
    expect(await offered('instance', '')).toEqual([...INSTANCE.words.map((word) => word.name), 'help']);
  });

  test('what follows a word: its choices, its keys, its options', async () => {
    expect(await offered('pool', 'local', '')).toEqual(['up', 'down', 'status', 'fault']);
    expect(await offered('instance', 'scp', '')).toEqual(['i=', 'src=', 'dest=', 'from=']);
    expect(await offered('pool', 'local', '--ho')).toEqual(['--host-port', '--home', '--how']);
    expect(await offered('pool', '--json', 'start', '--mini')).toEqual(['--minimum-instances']);
    expect(await offered('pool', 'start', '--')).not.toContain('--home');
  });

  test('both commands are registered', async () => {
    const registered = execFileSync(
      'bash',
      ['--norc', '-c', `${await script('bash')}\ncomplete -p pool instance`],
      { encoding: 'utf8' },
    );
    expect(registered).toContain('-F _pool pool');
    expect(registered).toContain('-F _instance instance');
  });
});

test.for(['zsh', 'fish'])('%s gets every word', async (shell) => {
  const text = await script(shell);
  for (const word of [...POOL.words, ...INSTANCE.words]) expect(text).toContain(word.name);
});
