// What must hold between keys, and between a rule and the metrics there are.
import { METRICS, parseRule, RuleError } from './rules.ts';
import type { SettingKey, Settings } from './settings.ts';

/** Where the value of a key stands, as an error shows it. */
type Where = (key: SettingKey) => string;

function limits(settings: Settings, where: Where): readonly string[] {
  const { minimum_instances: least, maximum_instances: most } = settings;
  if (least <= most) return [];
  return [
    `${where('minimum_instances')}: minimum_instances is ${least}, more than maximum_instances ${most} (${where('maximum_instances')}); raise the one or lower the other`,
  ];
}

function ports(settings: Settings, where: Where): readonly string[] {
  if (settings.host_port !== settings.client_port) return [];
  return [
    `${where('client_port')}: client_port ${settings.client_port} is taken by host_port (${where('host_port')}); HAProxy and the app need a port each`,
  ];
}

function timings(settings: Settings, where: Where): readonly string[] {
  const { keepalive, warntime, deadtime, initdead } = settings.failover;
  if (keepalive < warntime && warntime < deadtime && deadtime <= initdead) return [];
  return [
    `${where('failover')}: failover needs keepalive < warntime < deadtime <= initdead, not ${[keepalive, warntime, deadtime, initdead].map((ms) => `${ms}ms`).join(', ')}`,
  ];
}

/** With plugins any metric may exist; they are asked when they are loaded. */
function rule(key: 'expand_when' | 'contract_when', settings: Settings, where: Where): readonly string[] {
  try {
    parseRule(settings[key], settings.plugins.length > 0 ? undefined : METRICS);
    return [];
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return [`${where(key)}: ${key}: line ${error.line}, column ${error.column}: ${error.message}`];
  }
}

/** One line for each contradiction; none where all is well. */
export const checkTogether = (settings: Settings, where: Where): readonly string[] => [
  ...limits(settings, where),
  ...ports(settings, where),
  ...timings(settings, where),
  ...rule('expand_when', settings, where),
  ...rule('contract_when', settings, where),
];
