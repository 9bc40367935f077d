// Faults come and go: each is checked against what there is, takes effect, and leaves no effect when it is cleared.
import { ACTIONS } from '../actions/index.ts';
import type { Cloud } from '../cloud.ts';
import { delayOf, formOf } from '../faults/decide.ts';
import type { Fault, Wanted } from '../faults/fault.ts';
import { KINDS } from '../faults/kinds.ts';
import { didYouMean } from '../faults/nearest.ts';
import { Mistake } from '../faults/read.ts';
import { instanceType } from '../model/instance-types.ts';
import type { Instance } from '../model/state.ts';

function checkAction({ action, kind }: Wanted): void {
  if (action === undefined) return;
  const all = [...ACTIONS.ec2.keys(), ...ACTIONS.sts.keys()];
  const names = kind === 'lag' ? all.filter((name) => name.startsWith('Describe')) : all;
  if (!names.includes(action))
    throw new Mistake(`there is no action "${action}" that ${kind} could strike${didYouMean(action, names)}`);
}

/** Throws a Mistake on an aim that this cloud does not have. */
function check(cloud: Cloud, wanted: Wanted): void {
  if (!Object.hasOwn(KINDS, wanted.kind)) throw new Mistake(`there is no fault "${wanted.kind}"`);
  checkAction(wanted);
  const { type, instance } = wanted;
  if (type !== undefined && instanceType(type) === undefined)
    throw new Mistake(`there is no instance type "${type}"`);
  if (instance === undefined) return;
  const living = Object.values(cloud.state.instances).filter((one) => one.state !== 'terminated');
  const ids = living.map(({ id }) => id);
  if (!ids.includes(instance))
    throw new Mistake(`there is no instance ${instance}${didYouMean(instance, ids)}`);
}

function nextId({ state }: Cloud): string {
  const numbers = state.faults.map(({ id }) => Number(id.slice(1)));
  return `f${Math.max(0, ...numbers) + 1}`;
}

const later = (cloud: Cloud, ms: number): string => new Date(cloud.now().getTime() + ms).toISOString();

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'instance-retirement': 'The instance is running on degraded hardware',
  'instance-stop': 'The instance is running on degraded hardware',
  'system-reboot': 'scheduled reboot',
};

function schedule(cloud: Cloud, instance: Instance, fault: Fault): void {
  const Code = formOf(fault) as NonNullable<Instance['events'][number]['Code']>;
  instance.events.push({
    InstanceEventId: `instance-event-${fault.id}`,
    Code,
    Description: DESCRIPTIONS[Code] ?? '',
    NotBefore: later(cloud, delayOf(fault)),
  });
}

/** What it does at once to the instance that it is aimed at. */
function takeEffect(cloud: Cloud, instance: Instance, fault: Fault): void {
  const time = later(cloud, delayOf(fault));
  if (fault.kind === 'spot-notice')
    instance.spotNotice = { action: formOf(fault) as 'terminate' | 'stop', time };
  if (fault.kind === 'retirement') schedule(cloud, instance, fault);
  if (fault.kind === 'ssh-refused') instance.refusedUntil = time;
}

function made(cloud: Cloud, wanted: Wanted): Fault {
  const { lasts, probability = 1, seed = 1, ...rest } = wanted;
  const base = { ...rest, id: nextId(cloud), since: cloud.now().toISOString() };
  // Aimed at one machine now, it is over when that one's sshd is open again.
  const isOnce = wanted.kind === 'ssh-refused' && wanted.instance !== undefined;
  const ends = isOnce ? (wanted.delay ?? KINDS[wanted.kind].delay?.[1]) : lasts;
  return {
    ...base,
    ...(ends === undefined ? {} : { until: later(cloud, ends) }),
    probability,
    seed,
    seen: 0,
    struck: 0,
  };
}

/** Puts faults to work, all of them or, where one makes no sense, none. */
export function addFaults(cloud: Cloud, wanted: readonly Wanted[]): readonly Fault[] {
  for (const one of wanted) check(cloud, one);
  const added = wanted.map((one) => {
    const fault = made(cloud, one);
    cloud.state.faults = [...cloud.state.faults, fault];
    const instance = cloud.state.instances[fault.instance ?? ''];
    if (instance !== undefined) takeEffect(cloud, instance, fault);
    return fault;
  });
  cloud.changed();
  return added;
}

const cancel = (event: Instance['events'][number]): void => {
  if (!event.Description?.startsWith('[')) event.Description = `[Canceled] ${event.Description}`;
};

/** Takes back what a fault has announced, or does to a machine. */
function undo(cloud: Cloud, fault: Fault): void {
  const isAimedAt = ({ id }: Instance): boolean => fault.instance === undefined || fault.instance === id;
  for (const instance of Object.values(cloud.state.instances).filter(isAimedAt)) {
    if (fault.kind === 'ssh-refused') delete instance.refusedUntil;
    if (fault.kind === 'spot-notice') delete instance.spotNotice;
    instance.events.filter((one) => one.InstanceEventId === `instance-event-${fault.id}`).forEach(cancel);
  }
}

/** Ends all faults, those of a kind, or one by its id. Throws a Mistake where a name fits none. */
export function clearFaults(cloud: Cloud, name?: string): readonly Fault[] {
  const { faults } = cloud.state;
  const cleared = faults.filter(({ id, kind }) => name === undefined || name === id || name === kind);
  if (name !== undefined && cleared.length === 0 && !Object.hasOwn(KINDS, name)) {
    const valid = [...faults.map(({ id }) => id), ...Object.keys(KINDS)];
    throw new Mistake(`there is no fault "${name}" to clear${didYouMean(name, valid)}`);
  }
  for (const fault of cleared) undo(cloud, fault);
  cloud.state.faults = faults.filter((one) => !cleared.includes(one));
  cloud.changed();
  return cleared;
}
