// A program that runs on a simulated machine: it stands still while the machine does, and can be killed at any moment.
import type { Clock } from '../../world/world.ts';
import { EPOCH } from './account.ts';
import type { Machine } from './machine.ts';
import type { Appointment, Time } from './time.ts';

export class Program {
  readonly machine: Machine;
  isAlive = true;
  /** It is killed around its next call that changes something: before EC2 hears it, or before the answer comes. */
  doom: 'before' | 'after' | undefined;
  readonly #time: Time;

  constructor(machine: Machine, time: Time) {
    this.machine = machine;
    this.#time = time;
  }

  kill(): void {
    this.isAlive = false;
  }

  /** What is due while the machine stands still happens when it moves again; of what is killed nothing happens. */
  after(ms: number, work: () => void): Appointment {
    return this.#time.after(ms, () => this.#due(work));
  }

  #due(work: () => void): void {
    if (!this.isAlive) return;
    const left = this.machine.frozenUntil - this.#time.ms;
    if (left <= 0) work();
    else if (Number.isFinite(left)) this.after(left, work);
  }

  /** What has left the machine goes its way, whatever becomes of who sent it. */
  flight(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#time.after(ms, resolve);
    });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** The wall clock may be wrong; the monotonic one goes on while the machine stands still. */
  readonly clock: Clock = {
    now: () => new Date(EPOCH + this.#time.ms + this.machine.skew),
    monotonic: () => this.#time.ms,
    // A simulated program gets no signal: it is killed, and then nothing wakes it.
    sleep: (ms) => this.pause(ms),
    atMost: (ms, work) => this.#atMost(ms, work),
  };

  #atMost(ms: number, work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const due = this.after(ms, resolve);
      const end = (): void => {
        due.off = true;
        resolve();
      };
      work.then(end, end);
    });
  }
}
