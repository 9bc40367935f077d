// What EC2 says of an instance's end before it comes: a spot instance taken back, or a machine retired.
//
// AWS: "Spot Instance interruption notices" and "View scheduled events" in the EC2 user guide. A notice of the first
// kind comes two minutes before, so it is asked for every few seconds, on the instance itself: EC2's API tells only
// of the second kind.
import * as z from 'zod';

/** An end that is to come. */
export interface Notice {
  readonly why: 'spot' | 'scheduled';
  /** EC2's own word: `terminate`, `stop`, `hibernate`; `instance-retirement`, `instance-stop`. */
  readonly action: string;
  /** ISO 8601; undefined where EC2 does not say. */
  readonly at: string | undefined;
}

/** An event as the metadata and DescribeInstanceStatus tell of it. */
export interface ScheduledEvent {
  readonly code: string;
  readonly notBefore: string | Date | undefined;
  /** Whether it is still to come. */
  readonly isOpen: boolean;
}

/** Events after which the instance is gone or off; the others are over in a minute. */
const ENDS = ['instance-retirement', 'instance-stop'];

function iso(time: string | Date | undefined): string | undefined {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The first end among scheduled events. */
export function endAmong(events: readonly ScheduledEvent[]): Notice | 'none' {
  const ends = events
    .filter(({ code, isOpen }) => isOpen && ENDS.includes(code))
    .map(({ code, notBefore }) => ({ why: 'scheduled', action: code, at: iso(notBefore) }) as const);
  const soonest = [...ends].sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1));
  return soonest[0] ?? 'none';
}

const Spot = z.object({ action: z.string(), time: z.string().optional() });
const Events = z.array(
  z.object({ Code: z.string(), NotBefore: z.string().optional(), State: z.string().default('active') }),
);

function read<T>(shape: z.ZodType<T>, text: string): T | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function spotNotice(status: string, body: string): Notice | 'none' | undefined {
  if (status === '404') return 'none';
  const told = status === '200' ? read(Spot, body) : undefined;
  return told && { why: 'spot', action: told.action, at: iso(told.time) };
}

function scheduledNotice(status: string, body: string): Notice | 'none' | undefined {
  if (status === '404') return 'none';
  const told = status === '200' ? read(Events, body) : undefined;
  return (
    told &&
    endAmong(
      told.map(({ Code, NotBefore, State }) => ({
        code: Code,
        notBefore: NotBefore,
        isOpen: State === 'active',
      })),
    )
  );
}

/**
 * From the line `notice SPOT-BODY @STATUS EVENTS-BODY @STATUS` of src/pool/notice-script.ts. Undefined where it is
 * missing, or where one of the two was not told and the other announces nothing.
 */
export function parseNotice(text: string): Notice | 'none' | undefined {
  const answers = /^notice (.*?) ?@(\d{3}) (.*?) ?@(\d{3})$/m.exec(text);
  const [, spotBody = '', spotStatus = '', eventsBody = '', eventsStatus = ''] = answers ?? [];
  const [spot, scheduled] = [spotNotice(spotStatus, spotBody), scheduledNotice(eventsStatus, eventsBody)];
  return [spot, scheduled].find((one) => typeof one === 'object') ?? (spot && scheduled);
}
