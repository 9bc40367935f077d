// The simulated machines over ssh, as one program on one of them reaches them.
import { BrokenConnection, PoolError } from '../../pool/failure.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import type { Output, Reach, Remote, RunOptions } from '../../world/world.ts';
import type { Luck } from './luck.ts';
import type { Machine } from './machine.ts';
import type { Park } from './park.ts';
import type { Program } from './program.ts';
import type { Errand, Scripts } from './scripts.ts';

/** A warm connection is given up after so long without a sign of life (src/world/ssh/connection.ts); ms. */
const KEEPALIVE = 15_000;
const CONNECT_LIMIT = 10_000;

export interface SshParts {
  readonly program: Program;
  readonly park: Park;
  readonly scripts: Scripts;
  readonly luck: Luck;
  /** A script that changes something is sent. */
  changes(node: InstanceId): void;
}

export class SimulatedRemote implements Remote {
  readonly #parts: SshParts;
  readonly #warm = new Set<InstanceId>();

  constructor(parts: SshParts) {
    this.#parts = parts;
  }

  /** A connection that is warm is not tried: it may be dead, and nobody knows. */
  async reach(node: Node, timeout = 5_000): Promise<Reach> {
    if (this.#warm.has(node.id)) return { answers: true };
    const { program, park, luck } = this.#parts;
    const machine = park.machine(node.id);
    const door = park.door(program.machine, machine);
    await program.pause(door === 'is silent' ? timeout : luck.longTailed(30));
    if (door === 'is silent') return { answers: false, why: 'Timed out while waiting for handshake' };
    if (door === 'refuses') return { answers: false, why: 'connect ECONNREFUSED' };
    this.#warm.add(node.id);
    return { answers: true };
  }

  async run(node: Node, script: string, { stdin, timeout = 60_000 }: RunOptions = {}): Promise<Output> {
    const { program, park, scripts, changes } = this.#parts;
    const reach = await this.reach(node, CONNECT_LIMIT);
    if (!reach.answers)
      throw new PoolError(`${node.name} (${node.id}) does not answer on ssh: ${reach.why}; is it running?`);
    const machine = park.machine(node.id);
    const errand = scripts.errand(machine, script, stdin);
    if (errand.changes) changes(node.id);
    if (park.door(program.machine, machine) !== 'answers') return await this.#hang(node, timeout);
    await program.pause(Math.min(errand.ms, timeout));
    if (errand.ms > timeout) throw this.#tooLong(node, timeout);
    return await this.#end(node, machine, errand, timeout);
  }

  async ask(node: Node, script: string, timeout: number): Promise<string> {
    return (await this.run(node, script, { timeout })).stdout;
  }

  /** What was begun on a machine that moves comes to its end there, whether or not anybody hears of it. */
  async #end(node: Node, machine: Machine, errand: Errand, timeout: number): Promise<Output> {
    const { program, park } = this.#parts;
    const output = park.moves(machine) ? errand.end() : undefined;
    if (output !== undefined && park.door(program.machine, machine) === 'answers') return output;
    return await this.#hang(node, timeout - errand.ms);
  }

  async #hang(node: Node, timeout: number): Promise<never> {
    await this.#parts.program.pause(Math.min(timeout, KEEPALIVE));
    if (timeout <= KEEPALIVE) throw this.#tooLong(node, timeout);
    this.#warm.delete(node.id);
    throw new BrokenConnection(`${node.name} (${node.id}): the connection broke while a command ran`);
  }

  /** Too little time for ssh to notice, but the next who asks is likely to find the connection closed. */
  #tooLong(node: Node, timeout: number): PoolError {
    this.#warm.delete(node.id);
    return new PoolError(`${node.name} (${node.id}): no end of a command within ${timeout / 1_000} s`);
  }

  shell(): Promise<number> {
    return Promise.reject(new Error('nobody sits at a simulated terminal'));
  }

  close(): void {
    this.#warm.clear();
  }
}
