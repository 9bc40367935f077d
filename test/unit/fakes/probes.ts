// What the doctor asks of an account, in memory; all well unless a test says otherwise.
import type { Verdict } from '../../../src/plans/doctor/account.ts';
import type { Identity } from '../../../src/world/doctor/identity.ts';
import type { Probes } from '../../../src/world/doctor/probes.ts';
import type { Subject } from '../../../src/world/doctor/subject.ts';
import type { FakeClock } from './clock.ts';

export class FakeProbes implements Probes {
  readonly #clock: FakeClock;
  /** EC2's clock less ours, ms; undefined: nobody answers. */
  ahead: number | undefined = 0;
  readonly denied = new Set<string>();
  subject: Subject | undefined;
  limit: number | undefined = 5;
  used = 0;
  ssh: string | undefined = 'OpenSSH_9.2p1';
  identity: () => Identity = () => ({
    account: '123456789012',
    arn: 'arn:aws:iam::123456789012:user/tester',
  });

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  endpoint = async (): Promise<string> => 'https://ec2.us-east-1.amazonaws.com/';
  greet = async (): Promise<Date> => {
    if (this.ahead === undefined) throw new Error('connect ECONNREFUSED');
    return new Date(this.#clock.now().getTime() + this.ahead);
  };
  whoAmI = async (): Promise<Identity> => this.identity();
  addressLimit = async (): Promise<number | undefined> => this.limit;
  addressesUsed = async (): Promise<number> => this.used;
  sshVersion = async (): Promise<string | undefined> => this.ssh;

  async mayCall(subject: Subject): Promise<ReadonlyMap<string, Verdict>> {
    this.subject = subject;
    const there: readonly (readonly [string, unknown])[] = [
      ['AllocateAddress', true],
      ['DescribeInstances', true],
      ['RunInstances', subject.launch && subject.groupId],
      ['TerminateInstances', subject.instanceId],
    ];
    const verdict = (call: string, about: unknown): Verdict =>
      !about ? 'unasked' : this.denied.has(call) ? 'denied' : 'allowed';
    return new Map(there.map(([call, about]) => [call, verdict(call, about)]));
  }
}
