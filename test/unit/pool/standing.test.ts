// The shell that stays on a node, as a real /bin/sh runs it.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { endOf, questionOf, standing } from '../../../src/pool/standing.ts';

const shell = (script: string, input: string) => {
  const { stdout, status } = spawnSync('/bin/sh', ['-c', standing(script)], { input, encoding: 'utf8' });
  return { stdout, status };
};

test('it answers each question by its number, whatever the script ends with, and ends with its input', () => {
  const script = 'echo line\nprintf half';
  const answer = (number: number) => `line\nhalf${endOf(number)}`;
  expect(shell(script, questionOf(1) + questionOf(2))).toEqual({ stdout: answer(1) + answer(2), status: 0 });
  expect(shell(script, '')).toEqual({ stdout: '', status: 0 });
});

test('the script reads none of the questions, keeps its variables, and its failures end nothing', () => {
  const script = 'cat\nturn=$((turn + 1)); echo "turn $turn"\nno-such-program 2>/dev/null; false';
  const { stdout } = shell(`turn=\${turn:-0}; ${script}`, questionOf(1) + questionOf(2));
  expect(stdout).toBe(`turn 1\n${endOf(1)}turn 2\n${endOf(2)}`);
});
