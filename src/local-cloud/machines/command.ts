// Runs one program of the host and says in one line what failed.
import { spawn } from 'node:child_process';

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Programs of the host are found also where a user's PATH leaves out the sbin folders. */
const env = {
  ...process.env,
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`,
  LC_ALL: 'C',
};

/** Runs a program to its end, whatever its exit code. Rejects only when it cannot be started. */
export function attempt(words: readonly string[], input?: string): Promise<Output> {
  const [program = '', ...rest] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.on('data', (piece: Buffer) => err.push(piece));
    child.on('error', (error) => reject(new Error(`${program} could not be started: ${error.message}`)));
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      }),
    );
    // A program that ends before it read its input breaks the pipe; its exit code tells why.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

/** Runs a program and gives its standard output. Rejects with its last line of complaint when it fails. */
export async function run(words: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await attempt(words, input);
  if (code === 0) return stdout;
  throw new Error(`${words.slice(0, 3).join(' ')} failed (exit ${code}): ${complaint(stderr)}`);
}

function complaint(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const errors = lines.filter((line) => /error/i.test(line) && !/level=warning/.test(line));
  return (errors.at(-1) ?? lines.at(-1) ?? '').trim();
}
