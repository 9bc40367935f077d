// Makes a fault happen in a simulated world, and ends it when its time is over.
import type { InstanceId } from '../../pool/instance.ts';
import { EPOCH, SUBNETS } from './account.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Machine } from './machine.ts';
import { mayAnnounce, mayLose, nodes, type Struck } from './survivors.ts';

type Strike = (on: Struck, fault: Fault) => void;

const pick = <T>(from: readonly T[], which: number): T | undefined => from[Math.floor(which * from.length)];

const chosen = (on: Struck, { which }: Fault): Machine | undefined => pick(nodes(on), which);

/** How much else hangs on a fault's number, from 0 to 1: the same for the same fault. */
const amount = ({ which }: Fault): number => (which * 997) % 1;

const maintainer = ({ services }: Struck) =>
  [...services.values()].find(({ maintaining }) => maintaining?.isAlive)?.maintaining;

/** What is left of a fault's time before calm. */
const span = ({ time, calmAt }: Struck, fault: Fault): number =>
  Math.max(0, Math.min(fault.for, calmAt - time.ms));

/** Others see of a machine at once that something about it changed; and again at the end. */
function ail(on: Struck, fault: Fault, machine: Machine, begin: (until: number) => void): void {
  const ms = span(on, fault);
  machine.changedAt = on.time.ms;
  begin(on.time.ms + ms);
  on.time.after(ms, () => {
    machine.changedAt = on.time.ms;
  });
}

const die = (on: Struck, machine: Machine | undefined, how: (id: InstanceId) => void): void => {
  if (machine === undefined || !mayLose(on, machine)) return;
  on.court.died(machine.id);
  how(machine.id);
};

function part(on: Struck, fault: Fault, leaves: readonly Machine[]): void {
  const island = 1 + Math.floor(fault.at);
  for (const one of nodes(on)) one.changedAt = on.time.ms;
  for (const one of leaves) one.island = island;
  on.time.after(span(on, fault), () => {
    for (const one of on.park.machines.values()) {
      if (one.island !== island) continue;
      one.island = 0;
      one.changedAt = on.time.ms;
    }
  });
}

const onNode =
  (begin: (machine: Machine, until: number, on: Struck, fault: Fault) => void): Strike =>
  (on, fault) => {
    const machine = chosen(on, fault);
    if (machine) ail(on, fault, machine, (until) => begin(machine, until, on, fault));
  };

/** Of EC2 itself, for a while. */
const weather =
  (begin: (on: Struck, fault: Fault) => () => void): Strike =>
  (on, fault) => {
    const end = begin(on, fault);
    on.time.after(span(on, fault), end);
  };

const STRIKES: Readonly<Record<FaultKind, Strike>> = {
  dies: (on, fault) =>
    die(on, chosen(on, fault), (id) => on.account.end(id, 'Server.InternalError: it broke')),
  stops: (on, fault) => die(on, chosen(on, fault), (id) => on.account.alter(id, { state: 'stopped' })),
  hangs: (on, fault) =>
    die(on, chosen(on, fault), (id) => {
      const machine = on.park.machine(id);
      machine.changedAt = on.time.ms;
      machine.frozenUntil = Number.POSITIVE_INFINITY;
    }),
  freezes: onNode((machine, until) => {
    machine.frozenUntil = Math.max(machine.frozenUntil, until);
  }),
  // Its sshd is all that is seen of it: for the HAProxies of others nothing changes.
  'ssh-hangs': (on, fault) => {
    const machine = chosen(on, fault);
    if (machine) machine.sshHungUntil = on.time.ms + span(on, fault);
  },
  'app-ill': onNode((machine, until) => {
    machine.appIllUntil = until;
  }),
  // Where half of the apps are dead the app itself is taken for wrong, and nobody is replaced.
  'app-dies': (on, fault) => {
    if (nodes(on).some(({ appIllUntil }) => appIllUntil === Number.POSITIVE_INFINITY)) return;
    die(on, chosen(on, fault), (id) => {
      const machine = on.park.machine(id);
      machine.changedAt = on.time.ms;
      machine.appIllUntil = Number.POSITIVE_INFINITY;
    });
  },
  'disk-full': (on, fault) => {
    const machine = chosen(on, fault);
    if (machine === undefined) return;
    machine.isFaulty = true;
    on.time.after(span(on, fault), () => {
      machine.isFaulty = false;
    });
  },
  'cut-off': (on, fault) =>
    part(
      on,
      fault,
      nodes(on).filter((one) => one === chosen(on, fault)),
    ),
  split: (on, fault) =>
    part(
      on,
      fault,
      nodes(on).filter((_, at) => at % 2 === (fault.which < 0.5 ? 0 : 1)),
    ),
  'cut-from-ec2': (on, fault) => {
    const machine = chosen(on, fault);
    if (machine) machine.cutFromEc2Until = on.time.ms + span(on, fault);
  },
  throttle: weather(({ weather }) => {
    weather.throttled = 0.5;
    return () => {
      weather.throttled = 0;
    };
  }),
  'slow-ec2': weather(({ weather }, fault) => {
    weather.slowness = 1 + 60 * amount(fault);
    return () => {
      weather.slowness = 1;
    };
  }),
  'no-capacity': weather(({ account }, { which }) => {
    const zones = which < 0.4 ? SUBNETS : SUBNETS.slice(0, Math.ceil(which * 2));
    for (const { zone } of zones) account.exhausted.add(zone);
    return () => account.exhausted.clear();
  }),
  lag: weather(({ weather }, fault) => {
    weather.lag = fault.for;
    return () => {
      weather.lag = 0;
    };
  }),
  forget: weather((on, fault) => {
    const id = chosen(on, fault)?.id ?? '';
    on.weather.forgotten.add(id);
    return () => on.weather.forgotten.delete(id);
  }),
  'never-boots': ({ boots }) => void boots.push('never'),
  'boots-slowly': ({ boots }) => void boots.push('slowly'),
  kill: (on) => maintainer(on)?.kill(),
  'kill-before-call': (on) => doom(on, 'before'),
  'kill-after-call': (on) => doom(on, 'after'),
  failover: (on, fault) => {
    const machine = chosen(on, fault);
    if (machine?.manifest) on.services.get(machine.id)?.claim(true);
  },
  flood: (on, fault) => {
    const { holder } = on.park;
    if (holder) holder.floodedUntil = on.time.ms + span(on, fault);
  },
  'wall-clock': (on, fault) => {
    const machine = chosen(on, fault);
    if (machine) machine.skew = (amount(fault) - 0.5) * 2 * 3_600_000;
  },
  notice: (on, fault) => {
    const machine = chosen(on, fault);
    if (machine === undefined || !mayLose(on, machine) || !mayAnnounce(on, machine)) return;
    const at = new Date(EPOCH + on.time.ms + 120_000).toISOString();
    machine.notice = JSON.stringify({ action: 'terminate', time: at });
    on.time.after(120_000, () => {
      on.court.died(machine.id);
      on.account.end(machine.id, 'Server.SpotInstanceTermination');
    });
  },
};

function doom(on: Struck, when: 'before' | 'after'): void {
  const one = maintainer(on);
  if (one) one.doom = when;
}

export function strike(on: Struck, fault: Fault): void {
  on.tell(`FAULT ${fault.kind} (${(fault.for / 1_000).toFixed(1)} s) ${chosen(on, fault)?.id ?? ''}`);
  STRIKES[fault.kind](on, fault);
}
