// A node whose scripts run in this machine's own /bin/sh, in a folder of the test's: real tar, real quoting.
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import type { Node } from '../../../../src/pool/instance.ts';
import type { Output, Reach, Remote, RunOptions } from '../../../../src/world/world.ts';

export class LocalShell implements Remote {
  readonly ran: string[] = [];

  async reach(): Promise<Reach> {
    return { answers: true };
  }

  run(node: Node, script: string, options: RunOptions = {}): Promise<Output> {
    this.ran.push(node.name);
    const child = spawn('/bin/sh', ['-c', script]);
    const out = { stdout: '', stderr: '' };
    for (const from of ['stdout', 'stderr'] as const)
      child[from].on('data', (chunk: Buffer) => {
        if (options.onChunk) options.onChunk(chunk, from);
        else out[from] += chunk.toString();
      });
    child.stdin.on('error', () => undefined);
    if (options.input) Readable.from(options.input).pipe(child.stdin);
    else child.stdin.end(options.stdin);
    return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? 255, ...out })));
  }

  async ask(node: Node, script: string, timeout: number): Promise<string> {
    return (await this.run(node, script, { timeout })).stdout;
  }

  async shell(): Promise<number> {
    return 0;
  }

  close(): void {}
}
