// A plan is a list of records: it can be printed, compared, stored and replayed.
import type { Node } from '../pool/instance.ts';
import type { Address } from '../pool/pool.ts';
import { describeRule, type FoundRule } from './group-rules.ts';
import type { Opening } from './openings.ts';

export type Step =
  | { readonly do: 'make-group'; readonly because: string }
  | { readonly do: 'open-group'; readonly rules: readonly Opening[]; readonly because: string }
  | { readonly do: 'close-group'; readonly rules: readonly FoundRule[]; readonly because: string }
  | { readonly do: 'make-bucket'; readonly bucket: string; readonly because: string }
  | { readonly do: 'make-address'; readonly because: string }
  | {
      readonly do: 'launch';
      readonly count: number;
      readonly subnetId: string;
      readonly zone: string;
      readonly because: string;
    }
  | {
      readonly do: 'give-address' | 'hand-over' | 'hold-lock' | 'move-address' | 'start-maintain';
      readonly node: Node;
      readonly because: string;
    }
  | {
      readonly do: 'configure';
      readonly node: Node;
      readonly members: readonly Node[];
      readonly because: string;
    }
  | {
      readonly do: 'rotate';
      readonly node: Node;
      readonly members: readonly Node[];
      /** Only its servers change: all else of its haproxy.cfg has to wait for its turn. */
      readonly keeps?: boolean;
      readonly because: string;
    }
  | { readonly do: 'probe'; readonly node: Node; readonly because: string }
  | {
      readonly do: 'tag';
      readonly node: Node;
      readonly tags: Readonly<Record<string, string>>;
      readonly because: string;
    }
  | { readonly do: 'leave'; readonly node: Node; readonly because: string }
  | {
      readonly do: 'replace';
      readonly node: Node;
      readonly subnetId: string;
      readonly zone: string;
      readonly because: string;
    }
  | { readonly do: 'protect'; readonly nodes: readonly Node[]; readonly because: string }
  | { readonly do: 'terminate'; readonly nodes: readonly Node[]; readonly because: string }
  | { readonly do: 'forbid'; readonly because: string }
  | { readonly do: 'permit'; readonly because: string }
  | { readonly do: 'release-address'; readonly because: string }
  | { readonly do: 'release-spare'; readonly address: Address; readonly because: string }
  | { readonly do: 'delete-group'; readonly because: string };

export type Plan = readonly Step[];

/** What the step is about, in a person's words. */
const subject = (step: Step): string => {
  switch (step.do) {
    case 'launch':
      return `${step.count} in ${step.zone}`;
    case 'open-group':
    case 'close-group':
      return step.rules.map(describeRule).join(', ');
    case 'make-bucket':
      return step.bucket;
    case 'give-address':
    case 'hand-over':
    case 'hold-lock':
    case 'move-address':
    case 'start-maintain':
    case 'configure':
    case 'rotate':
    case 'probe':
    case 'tag':
    case 'leave':
    case 'replace':
      return step.node.name;
    case 'release-spare':
      return step.address.ip;
    case 'terminate':
      return step.nodes.map((node) => node.name).join(', ');
    default:
      return '';
  }
};

/** One line for one step, as `--dry-run` prints it. */
export const describeStep = (step: Step): string =>
  `${`${step.do} ${subject(step)}`.trimEnd()}: ${step.because}`;

/** Two steps with the same name are the same piece of work: the second waits until the first has ended. */
export function nameOf(step: Step): string {
  // Both write a node's haproxy.cfg, and what is known of it afterwards.
  if (step.do === 'configure' || step.do === 'rotate') return `change ${step.node.id}`;
  if ('node' in step) return `${step.do} ${step.node.id}`;
  if (step.do === 'terminate') return `${step.do} ${step.nodes.map(({ id }) => id).join(' ')}`;
  if (step.do === 'release-spare') return `${step.do} ${step.address.ip}`;
  return step.do === 'launch' ? `launch ${step.zone}` : step.do;
}
