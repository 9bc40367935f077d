// Faults in plain words.
import { delayOf } from './decide.ts';
import type { Fault } from './fault.ts';
import { KIND_NAMES, KINDS } from './kinds.ts';

const seconds = (ms: number): string => `${ms / 1_000} s`;

function aim({ action, zone, type, market, instance }: Fault): string[] {
  return [action, zone && `zone ${zone}`, type, market, instance].filter((one) => one !== undefined);
}

function often({ probability, count, until, struck }: Fault): string[] {
  return [
    ...(probability < 1 ? [`probability ${probability}`] : []),
    ...(count === undefined ? [] : [`at most ${count} times`]),
    ...(until === undefined ? [] : [`until ${until.slice(11, 19)} UTC`]),
    ...(struck > 0 ? [`struck ${struck} times`] : []),
  ];
}

/** One line: its id, its kind, what it is aimed at, and how often it has struck. */
export function sayFault(fault: Fault): string {
  const { delay } = KINDS[fault.kind];
  const parts = [
    ...aim(fault),
    ...(delay === undefined ? [] : [`${delay[0]}: ${seconds(delayOf(fault))}`]),
    ...(fault.how === undefined ? [] : [fault.how]),
    ...often(fault),
  ];
  return `${fault.id}: ${[fault.kind, ...parts].join(', ')}`;
}

function sayKind(name: (typeof KIND_NAMES)[number]): string {
  const { meaning, takes, how, delay, example } = KINDS[name];
  const notes = [
    ...(delay === undefined ? [] : [`--delay: ${delay[0]} (${seconds(delay[1])})`]),
    ...(how === undefined ? [] : [`--how: ${how.join(', ')}`]),
  ];
  return [
    `  ${name}: ${meaning}`,
    `      ${takes.map((one) => `--${one}`).join(' ')}${notes.length > 0 ? `   ${notes.join('; ')}` : ''}`,
    `      pool local fault ${example}`,
  ].join('\n');
}

/** What there is to say to `fault help`. */
export const faultHelp = (): string =>
  `Usage: pool local fault KIND [options]     makes the local cloud misbehave, for real, until it is cleared
       pool local fault mix --seed N       the standard mix; the same seed decides the same
       pool local fault list               those at work
       pool local fault clear [id|kind]    ends all of them, one, or those of a kind

Kinds:
${KIND_NAMES.map(sayKind).join('\n')}

Options:
  --for 5m            how long it goes on
  --count 3           how often it strikes before it is over
  --probability 0.3   which part of its occasions it strikes (default: all)
  --seed 7            the same seed strikes the same occasions, counted from the first (default: 1)
  --json              one JSON document on stdout

Example:
  pool local fault throttle --action DescribeInstances --probability 0.3 --for 1m`;
