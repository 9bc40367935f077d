// What goes wrong in a simulated run, and when: a list that a seed makes, so that each of them can be left out.
import type { Luck } from './luck.ts';

/** Each with what it does; `which` chooses the node, `for` is how long it lasts in ms. */
const KINDS = {
  dies: 'an instance ends by itself',
  stops: 'an instance is stopped by somebody',
  hangs: 'nothing on a node moves any more',
  freezes: 'nothing on a node moves for a while; then it goes on',
  'ssh-hangs': 'the sshd of a node does not answer',
  'app-ill': 'the app of a node answers 500',
  'app-dies': 'the app of a node answers 500 for ever',
  'disk-full': 'a node cannot be configured',
  'cut-off': 'a node and the others do not reach each other',
  split: 'half of the nodes and the other half do not reach each other',
  'cut-from-ec2': 'a node does not reach EC2',
  throttle: 'EC2 refuses half of all calls for haste',
  'slow-ec2': 'calls of EC2 take long, some too long',
  'no-capacity': 'a zone has no instance to give',
  lag: 'DescribeInstances tells what was some seconds ago',
  forget: 'DescribeInstances leaves an instance out',
  'never-boots': 'the next instance runs, and its sshd never answers',
  'boots-slowly': 'the next instance takes minutes to boot',
  kill: 'the maintainer is killed',
  'kill-before-call': 'the maintainer is killed before its next change is heard',
  'kill-after-call': 'the maintainer is killed after its next change, before the answer',
  failover: 'somebody moves the master on purpose',
  'wall-clock': 'the wall clock of a node jumps',
  notice: 'EC2 announces the end of an instance',
  flood: 'more visitors come than HAProxy takes at once',
} as const;

export type FaultKind = keyof typeof KINDS;

export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
  readonly for: number;
  /** From 0 up to, and without, 1: which node, zone or instance, and how much. */
  readonly which: number;
}

/** Half of all last longer; ms. */
const MEDIAN_SPAN = 25_000;
/** EC2's descriptions are wrong for some seconds only. */
const LONGEST_LAG = 8_000;

/** Those that a seed chooses among. A kind that comes later is drawn after them, so that known seeds keep their course. */
const FIRST_KINDS = (Object.keys(KINDS) as FaultKind[]).filter((kind) => kind !== 'flood');

const floods = (luck: Luck, from: number, until: number): readonly Fault[] =>
  Array.from({ length: luck.whole(0, 1) }, () => ({
    at: Math.round(luck.between(from, until)),
    kind: 'flood',
    for: Math.round(luck.longTailed(MEDIAN_SPAN)),
    which: luck.between(0, 1),
  }));

/** Faults between `from` and `until`, in the order of their moments. */
export function faultsOf(luck: Luck, from: number, until: number): readonly Fault[] {
  const kinds = FIRST_KINDS;
  const made = Array.from({ length: luck.whole(3, 24) }, (): Fault => {
    const kind = kinds[luck.whole(0, kinds.length - 1)] ?? 'dies';
    const span = Math.round(luck.longTailed(MEDIAN_SPAN));
    const isBrief = kind === 'lag' || kind === 'forget';
    return {
      at: Math.round(luck.between(from, until)),
      kind,
      for: isBrief ? Math.round(luck.between(500, LONGEST_LAG)) : span,
      which: luck.between(0, 1),
    };
  });
  return [...made, ...floods(luck, from, until)].sort((a, b) => a.at - b.at);
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

export const tellFault = ({ at, kind, for: span }: Fault): string =>
  `${seconds(at)} s: ${kind}, ${seconds(span)} s: ${KINDS[kind]}`;
