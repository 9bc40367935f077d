// As much of IAM's evaluation as our policies use: allowed by some statement, or not at all.
import { readFile } from 'node:fs/promises';

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** The context keys of a request, `aws:ResourceTag/…` and so on. */
type Context = Readonly<Record<string, string | readonly string[]>>;

export const policies = JSON.parse(
  await readFile(new URL('../../../docs/iam-policy.json', import.meta.url), 'utf8'),
) as { readonly operator: Policy; readonly node: Policy };

export const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

const like = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

const operators: Readonly<Record<string, (asked: readonly string[], wanted: readonly string[]) => boolean>> =
  {
    StringEquals: (asked, wanted) => asked.length === 1 && wanted.includes(asked[0] ?? ''),
    StringLike: (asked, wanted) =>
      asked.length === 1 && wanted.some((pattern) => like(pattern, asked[0] ?? '')),
    'ForAllValues:StringEquals': (asked, wanted) => asked.every((value) => wanted.includes(value)),
  };

const holds = (condition: Condition, context: Context): boolean =>
  Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const judge = operators[operator];
      if (judge === undefined) throw new Error(`this test knows no ${operator}`);
      return judge(list(context[key] ?? []), list(wanted));
    }),
  );

/** May this be done to that resource? A call on several resources must be allowed on each. */
export const allows = (policy: Policy, action: string, resource: string, context: Context = {}): boolean =>
  policy.Statement.some(
    (statement) =>
      statement.Action.includes(action) &&
      list(statement.Resource).some((pattern) => like(pattern, resource)) &&
      holds(statement.Condition ?? {}, context),
  );
