// One command of ours as a process: what it says, how it ends, within a limit.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Said {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
  /** What it has said on stdout so far. */
  soFar(): string;
}

interface Options {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly input?: string;
  /** The process is killed after this time; ms. */
  readonly limit?: number;
}

/** Starts a program; `ended` always comes, or throws, with all that was said, where it is not over at the limit. */
export function launch(program: string, words: readonly string[], options: Options): Running {
  const { env, cwd, input = '', limit = 120_000 } = options;
  const child = spawn(program, [...words], { env, cwd });
  let isLate = false;
  const end = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limit);
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  // Who does not read what it is given is no failure here.
  child.stdin.on('error', () => undefined).end(input);
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(end);
    if (isLate)
      throw new Error(`${words.join(' ')}: not over after ${limit / 1_000} s\n${said.stdout}${said.stderr}`);
    return { code: code as number | null, ...said };
  });
  return { child, ended, soFar: () => said.stdout };
}

/** A program to its end. */
export const speak = (program: string, words: readonly string[], options: Options): Promise<Said> =>
  launch(program, words, options).ended;
