// The part of the settings that the size of a pool goes by, with its rules read.

import type { PolicySettings } from '../pool/journal.ts';
import { type Comparison, comparisonsOf, METRICS, parseRule, type Rule } from '../pool/rules.ts';

/** Durations in ms. */
export interface Policy {
  readonly minimum: number;
  readonly maximum: number;
  readonly expand: Rule;
  readonly contract: Rule;
  /** Every comparison of both rules, those of `expand` first. */
  readonly comparisons: readonly Comparison[];
  readonly pollingTime: number;
  readonly warmUp: number;
  readonly rest: number;
  readonly maxConnections: number;
  /** US dollars an hour that all instances together may cost; undefined: no limit. */
  readonly maxUsd: number | undefined;
}

/** What no settings can say, since an empty rule is refused there: it never holds. */
const NEVER: Rule = { kind: 'any', rules: [] };

/** Throws RuleError where a rule cannot be read; settings that were loaded have been checked. */
export function policyOf(settings: PolicySettings): Policy {
  const metrics = settings.plugins.length > 0 ? ('any' as const) : METRICS;
  const ruleOf = (text: string): Rule => (text === '' ? NEVER : parseRule(text, metrics));
  const [expand, contract] = [ruleOf(settings.expand_when), ruleOf(settings.contract_when)];
  return {
    minimum: settings.minimum_instances,
    maximum: settings.maximum_instances,
    expand,
    contract,
    comparisons: [...comparisonsOf(expand), ...comparisonsOf(contract)],
    pollingTime: settings.polling_time,
    warmUp: settings.warm_up,
    rest: settings.interval_wait_time,
    maxConnections: settings.max_connections,
    maxUsd: settings.max_hourly_usd,
  };
}

/** The same pool held between two sizes, whatever its rules say: `pool grow` and `pool shrink`. */
export const heldBetween = (settings: PolicySettings, minimum: number, maximum: number): PolicySettings => ({
  ...settings,
  minimum_instances: minimum,
  maximum_instances: maximum,
  expand_when: '',
  contract_when: '',
});
