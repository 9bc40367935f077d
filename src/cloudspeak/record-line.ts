// A record of the journal as one line for a person: when, by whom, what was decided or done, and why.
import type { ChalkInstance } from 'chalk';
import type { JournalRecord, Outcome } from '../pool/journal.ts';
import { nameIn, tellActs } from '../pool/told.ts';

const two = (count: number): string => String(count).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The reader's own time, as system logs have it: `Nov 23 02:14:05`. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  const day = `${MONTHS[at.getMonth()]} ${String(at.getDate()).padStart(2, ' ')}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const took = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Why a step was taken is known from the line on which it began. */
const stepOf = ({ step }: Outcome): string => step.replace(/: .*/s, '');

/** What happened, most important first; the reason where nothing did. */
function textOf({ acts, because, outcomes, steps, sight }: JournalRecord): string {
  const parts = [
    ...(acts.length > 0 ? [`${tellActs(acts, sight.nodes)}: ${because}`] : []),
    ...outcomes.filter(({ ok }) => !ok).map((one) => `${stepOf(one)} failed: ${one.why}`),
    ...steps,
    ...outcomes.filter(({ ok }) => ok).map((one) => `${stepOf(one)} took ${took(one.ms)}`),
  ];
  return (parts.length > 0 ? parts.join('; ') : because).replace(/\s+/g, ' ');
}

/** `terminal on HOST` may be as long as the rest; it stands in the record. */
const whoOf = ({ who, sight }: JournalRecord): string =>
  who.startsWith('terminal on ') ? 'terminal' : nameIn(sight.nodes, who);

/** Changes stand out, failures more so; what only tells that all is as it was stands back. */
function painted(record: JournalRecord, paint: ChalkInstance): ChalkInstance {
  if (record.outcomes.some(({ ok }) => !ok)) return paint.red;
  if (record.acts.length > 0) return paint.bold;
  return record.steps.length + record.outcomes.length === 0 ? paint.dim : paint;
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** At most `columns` wide, where a terminal has only so many; the whole of it is in `--json`. */
export function recordLine(record: JournalRecord, paint: ChalkInstance, columns?: number): string {
  const head = `${localTime(record.time)} ${whoOf(record).padEnd(6)} `;
  const text = cut(textOf(record), Math.max(20, (columns ?? Number.POSITIVE_INFINITY) - head.length));
  return `${paint.dim(head)}${painted(record, paint)(text)}`;
}
