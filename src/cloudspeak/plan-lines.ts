// A plan for a person to read: steps, rules, files and price, a part each.
import { type BillLine, monthly } from '../plans/bill.ts';
import { isRotationAlone, type NodeChanges } from '../plans/file-changes.ts';
import { describeRule } from '../plans/group-rules.ts';
import type { Opening } from '../plans/openings.ts';
import type { Preview } from '../plans/preview.ts';

const WHO = {
  start: 'what pool start would do',
  maintain: 'what the next tick of pool maintain would do',
} as const;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function stepLines({ steps, because }: Preview): readonly string[] {
  if (steps.length === 0) return [`  ${because}`];
  return steps.map((step) => `  ${step.name}: ${step.because}`);
}

const ruleLine = (rule: Opening): string => `  ${describeRule(rule)}`;

/** Of a newcomer every file is new: their names are in the document. */
function fileLines(changes: NodeChanges): readonly string[] {
  const { node, id, files, release } = changes;
  const app = release === null ? '' : `, the app's release ${release.slice(0, 12)}`;
  if (id === null) return [`  ${node}: ${counted(files.length, 'file')}${app}`];
  const head = `  ${node}: ${isRotationAlone(changes) ? 'its rotation' : counted(files.length, 'file')}${app}`;
  return [head, ...files.map(fileLine)];
}

/** Of a file that only root may read no hash is told. */
const fileLine = ({ path, now, after }: NodeChanges['files'][number]): string =>
  after === null ? `    ${path}: differs` : `    ${path}: ${now === null ? 'new,' : `${now} ->`} ${after}`;

/** Five digits tell the cheapest hour; a month is told in cents. */
const hour = (usd: number | null): string => (usd === null ? '?' : usd.toFixed(5));
const month = (usd: number | null): string => (usd === null ? '?' : usd.toFixed(2));

const sum = (count: number, usd: number | null): number | null =>
  count === 0 ? 0 : usd === null ? null : count * usd;

const row = (what: string, now: string, then: string, each: string): string =>
  `  ${what.padEnd(36)}${now.padStart(12)}${then.padStart(12)}${each.padStart(14)}`;

const priceLine = ({ what, now, after, usd }: BillLine): string =>
  row(
    `${now === after ? now : `${now} -> ${after}`} × ${what}`,
    hour(sum(now, usd)),
    hour(sum(after, usd)),
    month(monthly(sum(after, usd))),
  );

const signed = (text: string): string => (text.startsWith('-') ? text : `+${text}`);

function priceLines({ price, region }: Preview): readonly string[] {
  const { lines, now, after, as_of, max_hourly_usd: limit } = price;
  const more = now === null || after === null ? null : after - now;
  const change =
    more === null ? 'unknown' : `${signed(hour(more))} an hour, ${signed(month(monthly(more)))} a month`;
  return [
    `Price in USD, on demand in ${region ?? 'an unknown region'}, table of ${as_of}; traffic and taxes come on top`,
    row('', 'an hour now', 'after it', 'a month then'),
    ...lines.map(priceLine),
    row('together', hour(now), hour(after), month(monthly(after))),
    `  difference: ${change}${limit === null ? '' : `; max_hourly_usd is ${limit}, for the instances alone`}`,
  ];
}

/** `saved`: the file that the plan was saved to. */
export function planLines(preview: Preview, saved: string | undefined): readonly string[] {
  const { pool, region, by, steps, files, rules, origin } = preview;
  return [
    `Plan for pool ${pool}${region === null ? '' : ` in ${region}`}: ${steps.length === 0 ? 'nothing is to be done' : WHO[by]}`,
    ...stepLines(preview),
    `Security group poolparty-${pool}${origin.group === null ? ', new' : ` (${origin.group})`}`,
    ...rules.map(ruleLine),
    ...(files.length === 0 ? ['Files: nothing differs'] : ['Files', ...files.flatMap(fileLines)]),
    ...priceLines(preview),
    saved === undefined
      ? 'Nothing was changed'
      : `Nothing was changed; pool start --plan ${saved} does this and nothing else`,
  ];
}
