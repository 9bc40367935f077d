// Nodes over ssh, as a test's handler has them answer.
import type { Node } from '../../../src/pool/instance.ts';
import type { Output, Reach, Remote, RunOptions } from '../../../src/world/world.ts';

const NOTHING: Output = { code: 0, stdout: '', stderr: '' };

/** Nodes that answer what the test's handler says. */
export class FakeRemote implements Remote {
  /** Every script that was run, with its node. */
  readonly scripts: {
    readonly node: string;
    readonly script: string;
    readonly stdin: Uint8Array | undefined;
  }[] = [];
  /** What each script had on its standard input, beside `stdin`. */
  readonly inputs: string[] = [];
  /** Every node that the pool's lock was taken on. */
  readonly locks: string[] = [];
  readonly #locked = new Set<string>();
  /** Every node that was asked whether its sshd answers, once for each time. */
  readonly reached: string[] = [];
  /** Every node that a shell was opened on. */
  readonly shells: string[] = [];
  handler: (node: Node, script: string, options: RunOptions) => Partial<Output> | Promise<Partial<Output>> =
    () => NOTHING;
  answering: (node: Node) => boolean = (node) => node.state === 'running';
  shellCode = 0;
  closed = false;

  async reach(node: Node): Promise<Reach> {
    this.reached.push(node.name);
    return this.answering(node) ? { answers: true } : { answers: false, why: 'connection refused' };
  }

  async run(node: Node, script: string, options: RunOptions = {}): Promise<Output> {
    if (script.includes('\nhold_lock ')) return await this.#hold(node, options);
    this.scripts.push({ node: node.name, script, stdin: options.stdin });
    const input: Uint8Array[] = [];
    for await (const chunk of options.input ?? []) input.push(chunk);
    this.inputs.push(Buffer.concat(input).toString());
    const output = { ...NOTHING, ...(await this.handler(node, script, options)) };
    if (!options.onChunk) return output;
    const bytes = new TextEncoder();
    if (output.stdout) await options.onChunk(bytes.encode(output.stdout), 'stdout');
    if (output.stderr) await options.onChunk(bytes.encode(output.stderr), 'stderr');
    return { code: output.code, stdout: '', stderr: '' };
  }

  async ask(node: Node, script: string, timeout: number): Promise<string> {
    return (await this.run(node, script, { timeout })).stdout;
  }

  /** The pool's lock, held until the session ends. */
  async #hold({ name }: Node, { input, onChunk }: RunOptions): Promise<Output> {
    if (this.#locked.has(name)) return { ...NOTHING, code: 75, stdout: 'another session of this test' };
    this.locks.push(name);
    this.#locked.add(name);
    onChunk?.(new TextEncoder().encode('locked\n'), 'stdout');
    for await (const _sign of input ?? []);
    this.#locked.delete(name);
    return NOTHING;
  }

  async shell(node: Node): Promise<number> {
    this.shells.push(node.name);
    return this.shellCode;
  }

  close(): void {
    this.closed = true;
  }
}
