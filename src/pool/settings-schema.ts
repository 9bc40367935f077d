// What each key of the settings may hold, as the user writes it; the JSON Schema for editors is made from this.
import * as z from 'zod';
import { DURATION_FORMS, parseDuration, printDuration } from './duration.ts';
import { ADDRESS_OR_RANGE } from './ipv4.ts';
import { parseRule, RuleError } from './rules.ts';
import { MEANINGS, SETTING_KEYS } from './setting-keys.ts';
import type { SettingKey } from './settings.ts';
import { asText, asValue } from './written.ts';

const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  const error =
    most === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, at least ${least}`
      : `must be a whole number from ${least} to ${most}`;
  return z.preprocess(asValue, z.int({ error }).min(least, { error }).max(most, { error }));
};

/** Any text, as it stands in the file: a key pair may be called 0123. */
const anyText = (error?: string) => z.preprocess(asText, z.string(error === undefined ? {} : { error }));

const matching = (pattern: RegExp, expected: string) =>
  z.string({ error: `must be ${expected}` }).regex(pattern, { error: `must be ${expected}` });

const text = (pattern: RegExp, expected: string) => z.preprocess(asText, matching(pattern, expected));

/** One line of text without control characters, so that it can stand in a tag, a unit or a command. */
const line = (expected: string) => text(/^[^\p{Cc}]+$/u, expected);

const words = (expected: string, form = /^[^\s,]+$/) => {
  const word = matching(form, expected);
  return z
    .union([z.array(z.preprocess(asText, word)), anyText()], { error: `must be a list: ${expected} each` })
    .transform((value) =>
      typeof value === 'string' ? value.split(/[\s,]+/).filter((one) => one !== '') : value,
    )
    .pipe(z.array(word));
};

/** The same for what is one word as a rule, and at least one: the mistake is told of the whole. */
const oneOrMore = (expected: string, form: RegExp) => {
  const error = `must be ${expected}, or a list of them`;
  return z.union([z.array(anyText()), anyText()], { error }).transform((value, context) => {
    const list = typeof value === 'string' ? value.split(/[\s,]+/).filter((one) => one !== '') : value;
    if (list.length > 0 && list.every((one) => form.test(one))) return list;
    context.issues.push({ code: 'custom', message: error, input: value });
    return z.NEVER;
  });
};

/** systemd.unit(5), without the backslash of escaped names; a dash in front would be an option of systemctl. */
const UNIT_NAME = /^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*$/;

const HOUR = 3_600_000;

/** Milliseconds from any of the accepted forms, from `least` to `most` ms. */
const duration = (least: number, most = Number.POSITIVE_INFINITY) =>
  z.union([anyText(), z.number()], { error: `must be ${DURATION_FORMS}` }).transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== undefined && ms >= least && ms <= most) return ms;
    const range = ms !== undefined && ms > most ? `at most ${printDuration(most)}` : 'longer than nothing';
    const message = `must be ${ms === undefined ? DURATION_FORMS : range}`;
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  });

/** A list must hold as a whole, so a condition with `or` in it needs parentheses once it is joined. */
const oneText = (conditions: readonly string[]): string =>
  conditions.length === 1
    ? String(conditions[0])
    : conditions.map((one) => (/\bor\b/.test(one) ? `(${one})` : one)).join(' and ');

function ruleProblem(rule: string): string | undefined {
  try {
    // Plugins add metrics, and are not known yet: pool/settings-checks.ts looks at the names.
    parseRule(rule, 'any');
    return undefined;
  } catch (error) {
    if (error instanceof RuleError) return `is no rule: ${error.place}`;
    throw error;
  }
}

const rule = z
  .union([anyText(), z.array(anyText())], {
    error: 'must be a rule like "load > 0.8 for 30s", or a list of them',
  })
  .transform((value, context) => {
    const conditions = typeof value === 'string' ? [value] : value;
    const problem =
      conditions.length === 0
        ? ruleProblem('')
        : conditions.map(ruleProblem).find((one) => one !== undefined);
    if (problem === undefined) return oneText(conditions);
    context.issues.push({ code: 'custom', message: problem, input: value, params: { placed: true } });
    return z.NEVER;
  });

/** YAML takes null, ~ and nothing at all for the same. */
const NO_TEXT = ({ input }: { input?: unknown }): string =>
  input === null
    ? 'must be text, and nothing stands there (null in YAML); put the text into quotes, "" where it is empty'
    : 'must be text';

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What stands in the file, and not what YAML takes it for. */
const scalar = z
  .preprocess(asText, z.union([z.string(), z.number(), z.boolean()], { error: NO_TEXT }))
  .transform(String);

const app = z.strictObject(
  {
    source: line('a folder').describe('folder with the app, relative to this file'),
    command: line('a command on one line').describe('what systemd runs, in the release folder'),
    health: text(/^\/[\x21-\x7e]*$/, 'a path that starts with a slash')
      .default('/')
      .describe('path that answers 2xx when the app is well'),
    env: z
      .record(z.string().regex(ENV_NAME), scalar, {
        error: ({ code }) =>
          code === 'invalid_key'
            ? 'is no name for an environment variable'
            : 'must be a map of names to texts',
      })
      .default({}),
    install: z
      .array(anyText('must be a line of shell'), { error: 'must be a list of lines' })
      .default([])
      .describe('lines run by a shell before the app starts'),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be a map with source and command' : undefined) },
);

const failover = z.strictObject(
  {
    keepalive: duration(1).optional(),
    warntime: duration(1).optional(),
    deadtime: duration(1).optional(),
    initdead: duration(1).optional(),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'must be a map of keepalive, warntime, deadtime, initdead' : undefined,
  },
);

const price = z.preprocess(
  asValue,
  z.number({ error: 'must be a price in USD above 0' }).positive({ error: 'must be a price in USD above 0' }),
);

const TYPE = /^[a-z0-9-]+\.[a-z0-9-]+$/;

const prices = z.record(z.string().regex(TYPE), price, {
  error: ({ code }) =>
    code === 'invalid_key'
      ? 'is no instance type like t3.small'
      : 'must be a map of instance types to prices, like { t3.small: 0.0208 }',
});

const ADDRESS = /^(auto|none|(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4})$/;

const SSH_FROM = 'auto, none, or a list of IPv4 addresses and CIDRs like 198.51.100.0/24';

const sshFrom = z
  .union([z.array(anyText()), anyText()], { error: `must be ${SSH_FROM}` })
  .transform((value, context) => {
    if (value === 'auto' || value === 'none') return value;
    const list = typeof value === 'string' ? value.split(/[\s,]+/).filter((one) => one !== '') : value;
    if (list.length > 0 && list.every((one) => ADDRESS_OR_RANGE.test(one))) return list;
    context.issues.push({ code: 'custom', message: `must be ${SSH_FROM}`, input: value });
    return z.NEVER;
  });

/** One schema a key; the output is what Settings holds, but for defaults that depend on other keys. */
export const SCHEMAS = {
  name: text(/^[a-z][a-z0-9-]{0,39}$/, '1 to 40 of a-z, 0-9 and dash, starting with a letter'),
  minimum_instances: whole(1),
  maximum_instances: whole(1),
  polling_time: duration(1),
  expand_when: rule,
  contract_when: rule,
  interval_wait_time: duration(0),
  warm_up: duration(0),
  max_connections: whole(1),
  drain_limit: duration(1, HOUR),
  max_hourly_usd: price,
  prices,
  host_port: whole(1, 65_535),
  client_port: whole(1, 65_535),
  app,
  ami: text(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'an AMI id like ami-0123 or an alias like debian-12'),
  size: oneOrMore('an instance type like t3.small', TYPE),
  volume_size: whole(1, 16_384),
  spot: z.preprocess(asValue, z.boolean({ error: 'must be true or false' })),
  region: text(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region like us-east-1'),
  aws_profile: line('the name of a profile'),
  zones: words('a zone like us-east-1a'),
  subnets: words('a subnet id like subnet-0123'),
  keypair: line('the name of an EC2 key pair'),
  keypair_path: line('the path of a private key'),
  username: text(/^[a-z_][a-z0-9_-]*$/, 'a user name like admin'),
  public_ip: text(ADDRESS, 'auto, none or an IPv4 address'),
  ssh_from: sshFrom,
  shared_bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket'),
  shared_path: text(/^(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/, 'an absolute path like /data'),
  instance_profile: text(/^[A-Za-z0-9+=,.@_:/-]+$/, 'the name of an instance profile'),
  failover,
  services: words('a systemd service', UNIT_NAME),
  plugins: words('a module'),
  user_data: anyText('must be text'),
} as const satisfies Record<SettingKey, z.ZodType>;

/** The JSON Schema of pool.yml, for editors, as the text of its file. */
export function schemaText(): string {
  const keys = SETTING_KEYS.map((key) => [key, SCHEMAS[key].nullable().optional().describe(MEANINGS[key])]);
  const schema = z.toJSONSchema(z.strictObject(Object.fromEntries(keys)), { io: 'input' });
  const passedOver = { '^x-': { description: 'passed over: a place for anchors, as in docker compose' } };
  const whole = { ...schema, patternProperties: passedOver, title: 'pool.yml of PoolParty' };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
