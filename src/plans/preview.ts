// A plan as it is shown and saved: what would be done and why, what it changes, what it costs, and what it was made from.
import { priceListOf } from '../pool/afford.ts';
import { hashOf } from '../pool/files.ts';
import { isLeaving } from '../pool/instance.ts';
import { PRICES_OF } from '../pool/prices.ts';
import { SETTING_KEYS } from '../pool/setting-keys.ts';
import type { Settings } from '../pool/settings.ts';
import { type Bill, billOf, launchedBy } from './bill.ts';
import { fileChanges, type NodeChanges } from './file-changes.ts';
import { describeRule } from './group-rules.ts';
import type { Opening } from './openings.ts';
import { describeStep, nameOf, type Plan, type Step } from './plan.ts';
import type { Seen } from './seen.ts';

/** The form of a saved plan; another form is another number. */
export const PLAN_FORM = 1;

/** Everything that the plan follows from: where all of it is the same, so is the plan. */
export interface Origin {
  /** For each setting the first digits of a hash: enough to see a change, too little to read a secret. */
  readonly settings: Readonly<Record<string, string>>;
  readonly image: string;
  readonly subnets: readonly string[];
  readonly group: string | null;
  /** What its security group is to let in, `tcp 22 from 198.51.100.7/32`. */
  readonly rules: readonly string[];
  readonly address: string | null;
  readonly holder: string | null;
  /** `i-1 running t3.small`, with `leaving` at its end where it is to go. */
  readonly instances: readonly string[];
  readonly release: string | null;
  /** PoolParty's own programs and templates, as nodes would get them. */
  readonly program: string;
}

interface PlannedStep {
  /** One word of plan.ts. */
  readonly do: Step['do'];
  /** The step without its reason, as it is compared. */
  readonly name: string;
  readonly because: string;
}

export interface Preview {
  readonly form: typeof PLAN_FORM;
  readonly poolparty: string;
  readonly pool: string;
  readonly region: string | null;
  readonly made_at: string;
  /** Who carries it out: `pool start`, or the next tick of `pool maintain`. */
  readonly by: 'start' | 'maintain';
  readonly because: string;
  readonly steps: readonly PlannedStep[];
  readonly rules: readonly Opening[];
  readonly files: readonly NodeChanges[];
  readonly price: Bill & { readonly as_of: string; readonly max_hourly_usd: number | null };
  readonly origin: Origin;
}

/** What a preview is made from, beside what is seen. */
export interface Planned {
  readonly seen: Seen;
  readonly plan: Plan;
  readonly by: Preview['by'];
  readonly because: string;
  readonly image: string;
  readonly group: string | undefined;
  /** All that the security group is to let in. */
  readonly rules: readonly Opening[];
  readonly version: string;
  readonly at: Date;
}

const short = (text: string): string => hashOf(text).slice(0, 8);

const settingsIn = (settings: Settings): Readonly<Record<string, string>> =>
  Object.fromEntries(SETTING_KEYS.map((key) => [key, short(JSON.stringify(settings[key] ?? null))]));

function originOf({ seen: { kit, pool, zones }, image, group, rules }: Planned): Origin {
  const { address, nodes } = pool;
  return {
    settings: settingsIn(kit.settings),
    image,
    subnets: zones.map(({ subnetId }) => subnetId),
    group: group ?? null,
    rules: rules.map(describeRule),
    address: address?.ip ?? null,
    holder: address?.holder ?? null,
    instances: nodes.map(
      (node) => `${node.id} ${node.state} ${node.type}${isLeaving(node) ? ' leaving' : ''}`,
    ),
    release: kit.release?.id ?? null,
    program: short(JSON.stringify([kit.program, kit.claim, kit.templates])),
  };
}

const plannedStep = (step: Step): PlannedStep => {
  const { because } = step;
  const text = describeStep(step);
  const id = 'node' in step || step.do === 'terminate' ? ` (${nameOf(step).replace(/^\S+ /, '')})` : '';
  return { do: step.do, name: `${text.slice(0, text.length - because.length - 2)}${id}`, because };
};

/** Only to look at a node changes nothing, and so is no part of a plan. */
const isChange = ({ do: word }: Step): boolean => word !== 'probe';

export function previewOf(planned: Planned): Preview {
  const { seen, plan, by, because, version, at } = planned;
  const { settings, environment } = seen.kit;
  return {
    form: PLAN_FORM,
    poolparty: version,
    pool: seen.pool.name,
    region: priceListOf(settings, environment).region ?? null,
    made_at: at.toISOString(),
    by,
    because,
    steps: plan.filter(isChange).map(plannedStep),
    rules: planned.rules,
    files: fileChanges(seen, plan, launchedBy(plan)),
    price: { ...billOf(seen, plan), as_of: PRICES_OF, max_hourly_usd: settings.max_hourly_usd ?? null },
    origin: originOf(planned),
  };
}
