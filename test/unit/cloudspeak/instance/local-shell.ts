// A node whose scripts run in this machine's own /bin/sh, in a folder of the test's: real tar, real quoting.
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import type { Node } from '../../../../src/pool/instance.ts';
import { Frame, framed, readScript } from '../../../../src/world/ssh/frame.ts';
import type { Output, Reach, Remote, RunOptions } from '../../../../src/world/world.ts';

const NONCE = '0123456789abcdef';

async function* all(script: string, { stdin, input }: RunOptions): AsyncGenerator<Uint8Array> {
  yield framed(script, NONCE);
  if (stdin) yield stdin;
  if (input) yield* input;
}

export class LocalShell implements Remote {
  readonly ran: string[] = [];
  readonly #greeting: string;

  /** `greeting`: lines of shell that run before each script's own shell, as a user's .bashrc does. */
  constructor(greeting = '') {
    this.#greeting = greeting;
  }

  async reach(): Promise<Reach> {
    return { answers: true };
  }

  run(node: Node, script: string, options: RunOptions = {}): Promise<Output> {
    this.ran.push(node.name);
    const line = readScript(Buffer.byteLength(script), NONCE);
    const child = spawn('/bin/sh', ['-c', `${this.#greeting}\n${line}`]);
    const out = { stdout: '', stderr: '' };
    const frames = { stdout: new Frame(NONCE, 'stdout'), stderr: new Frame(NONCE, 'stderr') };
    child.stdin.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      // As over ssh: what fails here ends the command, whose input ends where it is.
      const stop = (error: Error) => {
        child.stdin.destroy();
        child.once('close', () => reject(error));
        for (const from of ['stdout', 'stderr'] as const) child[from].removeAllListeners('data').resume();
      };
      // As over ssh: what is not taken yet holds the command up.
      let taken: Promise<unknown> = Promise.resolve();
      const wait = (from: 'stdout' | 'stderr', taking: void | Promise<void>) => {
        if (!taking) return;
        child[from].pause();
        taken = Promise.all([taken, taking.then(() => child[from].resume())]);
        taken.catch(stop);
      };
      for (const from of ['stdout', 'stderr'] as const)
        child[from].on('data', (piece: Buffer) => {
          const chunk = frames[from].push(piece);
          if (chunk.length === 0) return;
          try {
            wait(from, options.onChunk?.(chunk, from));
          } catch (error) {
            stop(error as Error);
          }
          if (!options.onChunk) out[from] += chunk.toString();
        });
      Readable.from(all(script, options)).once('error', stop).pipe(child.stdin);
      const codeOf = (code: number | null) => frames.stdout.code ?? (code || 255);
      child.once('close', (code) => taken.then(() => resolve({ code: codeOf(code), ...out }), reject));
    });
  }

  async ask(node: Node, script: string, timeout: number): Promise<string> {
    return (await this.run(node, script, { timeout })).stdout;
  }

  async shell(): Promise<number> {
    return 0;
  }

  close(): void {}
}
