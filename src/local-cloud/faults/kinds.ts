// The kinds of faults: what each does, where it strikes, and which options it takes.
import type { At, Kind } from './fault.ts';

export type Option =
  | 'action'
  | 'zone'
  | 'type'
  | 'market'
  | 'instance'
  | 'delay'
  | 'how'
  | 'for'
  | 'count'
  | 'probability'
  | 'seed';

export interface KindOf {
  readonly meaning: string;
  /** Undefined: it is there all the time, and waits for no occasion. */
  readonly at?: At;
  readonly takes: readonly Option[];
  /** It makes no sense without an instance. */
  readonly needsInstance?: true;
  /** What `--delay` says, and its default in ms. */
  readonly delay?: readonly [meaning: string, ms: number];
  /** What `--how` may be; the first is the default. */
  readonly how?: readonly string[];
  readonly example: string;
}

const OFTEN: readonly Option[] = ['for', 'count', 'probability', 'seed'];

export const KINDS: Readonly<Record<Kind, KindOf>> = {
  throttle: {
    meaning: 'calls of the API are refused with RequestLimitExceeded (503)',
    at: 'call',
    takes: ['action', ...OFTEN],
    example: 'throttle --action DescribeInstances --probability 0.3 --for 1m',
  },
  error: {
    meaning: 'calls of the API fail with InternalError (500) or Unavailable (503), and nothing is done',
    at: 'call',
    takes: ['action', 'how', ...OFTEN],
    how: ['either', 'internal', 'unavailable'],
    example: 'error --probability 0.1',
  },
  cut: {
    meaning: 'connections of the API are cut: before the call is carried out, or after it, in mid-answer',
    at: 'call',
    takes: ['action', 'how', ...OFTEN],
    how: ['either', 'before', 'after'],
    example: 'cut --action RunInstances --how after --count 1',
  },
  capacity: {
    meaning:
      'launches are refused with InsufficientInstanceCapacity, in a zone, of a type, in a market, or all',
    at: 'launch',
    takes: ['zone', 'type', 'market', ...OFTEN],
    example: 'capacity --zone us-east-1a --type t3.small --market spot --for 5m',
  },
  'unknown-ids': {
    meaning: 'instances, groups and addresses are not found for a while after their creation',
    takes: ['delay', 'for'],
    delay: ['for so long', 3_000],
    example: 'unknown-ids --delay 3s',
  },
  lag: {
    meaning: 'Describe… shows what was so some time ago',
    at: 'read',
    takes: ['action', 'delay', ...OFTEN],
    delay: ['so long ago', 3_000],
    example: 'lag --delay 3s --probability 0.5',
  },
  'slow-boot': {
    meaning: 'new machines stay pending for longer',
    at: 'boot',
    takes: ['zone', 'type', 'delay', ...OFTEN],
    delay: ['by so much', 30_000],
    example: 'slow-boot --delay 30s --probability 0.5',
  },
  'no-boot': {
    meaning: 'new machines read running, but their boot never ends and no sshd comes',
    at: 'boot',
    takes: ['zone', 'type', ...OFTEN],
    example: 'no-boot --count 1',
  },
  'ssh-refused': {
    meaning: 'the port of sshd is refused, then opens: on a machine now, or on new ones once they run',
    at: 'boot',
    takes: ['instance', 'zone', 'type', 'delay', ...OFTEN],
    delay: ['after so long', 20_000],
    example: 'ssh-refused --delay 20s --count 2',
  },
  'slow-address': {
    meaning: 'an elastic address reads associated, but leads to its machine only later',
    at: 'association',
    takes: ['delay', ...OFTEN],
    delay: ['so much later', 10_000],
    example: 'slow-address --delay 10s',
  },
  'no-metadata': {
    meaning: 'the metadata service answers 503, or not at all',
    at: 'metadata',
    takes: ['instance', 'how', ...OFTEN],
    how: ['error', 'silence'],
    example: 'no-metadata --instance i-0123456789abcdef0 --how silence --for 30s',
  },
  blackhole: {
    meaning: 'every packet from and to a machine is dropped, without a word',
    takes: ['instance', 'for'],
    needsInstance: true,
    example: 'blackhole --instance i-0123456789abcdef0 --for 1m',
  },
  'spot-notice': {
    meaning: 'a machine finds a notice of its end in its metadata, and then really ends',
    takes: ['instance', 'delay', 'how'],
    needsInstance: true,
    delay: ['so soon', 120_000],
    how: ['terminate', 'stop'],
    example: 'spot-notice --instance i-0123456789abcdef0 --delay 2m',
  },
  retirement: {
    meaning: 'an event is scheduled for a machine, shown by EC2 and in its metadata, and then really happens',
    takes: ['instance', 'delay', 'how'],
    needsInstance: true,
    delay: ['so soon', 120_000],
    how: ['instance-retirement', 'instance-stop', 'system-reboot'],
    example: 'retirement --instance i-0123456789abcdef0 --delay 10m',
  },
};

export const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];
