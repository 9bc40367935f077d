// Heavy load, by wrk: many connections at once, until it is told to end.
import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';

export interface Heavy {
  /** Ends it; requests that were answered, and those that were not, or not well. */
  end(): Promise<{ readonly answers: number; readonly failures: number }>;
}

const count = (text: string, pattern: RegExp): number =>
  (pattern.exec(text)?.slice(1) ?? []).reduce((sum, one) => sum + Number(one), 0);

const ERRORS = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/;

/** So many connections ask for `url` again and again; an answer may take 30 s. */
export function wrk(url: string, connections: number): Heavy {
  const args = ['-t', '1', '-c', `${connections}`, '-d', '600', '--timeout', '30', url];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    async end() {
      child.kill('SIGINT');
      await over;
      const failures = count(text, ERRORS) + count(text, /Non-2xx or 3xx responses: (\d+)/);
      return { answers: count(text, /(\d+) requests in/), failures };
    },
  };
}
