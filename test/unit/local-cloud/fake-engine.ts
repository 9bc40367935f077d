// An engine without machines, for tests of what lies above it: it keeps count and fails on request.
import type { Death, Engine, MachineSpec, NetworkState, Pulse } from '../../../src/local-cloud/engine.ts';

export class FakeEngine implements Engine {
  readonly pulses = new Map<string, Pulse>();
  readonly booted: string[] = [];
  readonly specs: MachineSpec[] = [];
  applied: NetworkState | undefined;
  nextError: Error | undefined;
  /** While set, machines boot only when it resolves. */
  gate: Promise<void> = Promise.resolve();
  readonly #heard: Array<(id: string, death: Death) => void> = [];

  async up(): Promise<void> {}
  async down(): Promise<void> {
    this.pulses.clear();
  }
  async create(spec: MachineSpec, signal?: AbortSignal): Promise<void> {
    const { id } = spec;
    this.specs.push(spec);
    await this.gate;
    const error = this.nextError;
    this.nextError = undefined;
    if (error !== undefined) throw error;
    signal?.throwIfAborted();
    this.booted.push(id);
    this.pulses.set(id, 'well');
  }
  async start(id: string): Promise<void> {
    this.booted.push(id);
    this.pulses.set(id, 'well');
  }
  async stop(id: string): Promise<void> {
    this.pulses.set(id, 'dead');
  }
  async reboot(id: string): Promise<void> {
    await this.start(id);
  }
  async destroy(id: string): Promise<void> {
    this.pulses.delete(id);
  }
  async machines(): Promise<readonly string[]> {
    return [...this.pulses.keys()];
  }
  async pulse(id: string): Promise<Pulse> {
    return this.pulses.get(id) ?? 'dead';
  }
  onDeath(heard: (id: string, death: Death) => void): void {
    this.#heard.push(heard);
  }
  /** Ends a machine as the outside would. */
  kill(id: string, death: Death = 'killed'): void {
    this.pulses.set(id, 'dead');
    for (const heard of this.#heard) heard(id, death);
  }
  async console(id: string): Promise<string> {
    return `console of ${id}`;
  }
  async network(state: NetworkState): Promise<void> {
    this.applied = state;
  }
}
