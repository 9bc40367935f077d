// A plan that was saved: read strictly, and held against the world as it is now.
import * as z from 'zod';
import { usageError } from '../pool/failure.ts';
import { type Origin, PLAN_FORM, type Preview } from './preview.ts';

const text = z.string();

const origin = z.object({
  settings: z.record(text, text),
  image: text,
  subnets: z.array(text),
  group: text.nullable(),
  rules: z.array(text),
  address: text.nullable(),
  holder: text.nullable(),
  instances: z.array(text),
  release: text.nullable(),
  program: text,
}) satisfies z.ZodType<Origin>;

/** What of a saved plan is gone by; the rest is for people. */
const saved = z.object({
  form: z.literal(PLAN_FORM),
  poolparty: text,
  pool: text,
  region: text.nullable(),
  by: z.enum(['start', 'maintain']),
  steps: z.array(z.object({ do: text, name: text, because: text })),
  origin,
});

export type SavedPlan = z.infer<typeof saved>;

const again = 'make a new one with pool plan --save';

/** `label` is the file's name in errors. Throws with code 2 where the text is no plan of this form. */
export function readPlan(content: string, label: string): SavedPlan {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    throw usageError(`${label} is no plan: it is no JSON; ${again}`);
  }
  const form = (document as { readonly form?: unknown } | null)?.form;
  if (typeof form === 'number' && form !== PLAN_FORM)
    throw usageError(`${label} has form ${form}, and this PoolParty reads form ${PLAN_FORM}; ${again}`);
  const read = saved.safeParse(document);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw usageError(
    `${label} is no plan: ${issue?.path.join('.') || 'it'} is not what pool plan writes; ${again}`,
  );
}

const one = (what: string, then: string | null, now: string | null): readonly string[] =>
  then === now ? [] : [`${what}: ${then ?? 'none'} then, ${now ?? 'none'} now`];

const all = (what: string, then: readonly string[], now: readonly string[]): readonly string[] => [
  ...then.filter((item) => !now.includes(item)).map((item) => `${what}: ${item} then, not now`),
  ...now.filter((item) => !then.includes(item)).map((item) => `${what}: ${item} now, not then`),
];

const settings = (then: Origin['settings'], now: Origin['settings']): readonly string[] =>
  [...new Set([...Object.keys(then), ...Object.keys(now)])]
    .filter((key) => then[key] !== now[key])
    .map((key) => `settings: ${key} is another`);

const origins = (then: Origin, now: Origin): readonly string[] => [
  ...settings(then.settings, now.settings),
  ...one('image', then.image, now.image),
  ...all('subnet', then.subnets, now.subnets),
  ...one('security group', then.group, now.group),
  ...all('rule', then.rules, now.rules),
  ...one('address', then.address, now.address),
  ...one('its holder', then.holder, now.holder),
  ...all('instance', then.instances, now.instances),
  ...one('release', then.release, now.release),
  ...one('programs and templates', then.program, now.program),
];

const names = ({ steps }: { readonly steps: readonly { readonly name: string }[] }): readonly string[] =>
  steps.map(({ name }) => name);

/** What is otherwise than when the plan was made, a line each; none where it holds as it stands. */
function moved(then: SavedPlan, now: Preview): readonly string[] {
  const found = origins(then.origin, now.origin);
  return found.length > 0 ? found : all('step', names(then), names(now));
}

/** Throws, with code 2, where the plan is not this pool's, not this version's, or the world has moved since. */
export function checkPlan(then: SavedPlan, now: Preview, label: string): void {
  if (then.pool !== now.pool)
    throw usageError(`${label} is a plan of pool ${then.pool}, and this is pool ${now.pool}; ${again}`);
  if (then.region !== now.region)
    throw usageError(`${label} is a plan for ${then.region}, and this is ${now.region}; ${again}`);
  if (then.poolparty !== now.poolparty)
    throw usageError(
      `${label} was made by PoolParty ${then.poolparty}, and this is ${now.poolparty}; ${again}`,
    );
  const differences = moved(then, now);
  if (differences.length > 0)
    throw usageError(
      `nothing was touched, since the world has moved since ${label} was made; ${again}`,
      differences,
    );
  if (now.by === 'maintain')
    throw usageError(
      `the steps of ${label} are those of a maintainer; pool maintain --once carries them out`,
    );
}
