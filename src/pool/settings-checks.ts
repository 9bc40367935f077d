// What must hold between keys, and between a rule and the metrics there are.
import { contradiction } from './contradiction.ts';
import { unfit } from './image-aliases.ts';
import { FIRST_UNPRIVILEGED, listenerOn } from './ports.ts';
import { ruleSense } from './rule-sense.ts';
import { parseRule, RuleError } from './rules.ts';
import type { SettingKey, Settings } from './settings.ts';
import { isSystemPath } from './shared-path.ts';
import { insteadOf } from './told-app.ts';

/** Where the value of a key, or one inside it, stands, as an error shows it. */
type Where = (key: SettingKey, ...inside: readonly string[]) => string;

/** The place of what the user said comes first; a default alone is nobody's mistake. */
function between(where: Where, keys: readonly [SettingKey, SettingKey], problem: string): readonly string[] {
  const places = keys.map((key) => where(key));
  const [first, other] = places[0] === 'default' ? [places[1], places[0]] : places;
  return [`${first}: ${problem} (the other: ${other})`];
}

function limits(settings: Settings, where: Where): readonly string[] {
  const { minimum_instances: least, maximum_instances: most } = settings;
  if (least <= most) return [];
  const problem = `minimum_instances ${least} is more than maximum_instances ${most}; raise the one or lower the other`;
  return between(where, ['minimum_instances', 'maximum_instances'], problem);
}

/** sshd would be opened to the world, or HAProxy or the app would find its port in use. */
function taken(key: 'host_port' | 'client_port', settings: Settings, where: Where): readonly string[] {
  const listener = listenerOn(settings[key]);
  if (listener === undefined) return [];
  const { [key]: usual } = { host_port: 80, client_port: 8001 };
  return [
    `${where(key)}: ${key} ${settings[key]} is the port of ${listener} on every node; choose another, like ${usual}`,
  ];
}

function samePort(settings: Settings, where: Where): readonly string[] {
  if (settings.host_port !== settings.client_port) return [];
  const problem = `host_port and client_port are both ${settings.host_port}; HAProxy and the app need a port each`;
  return between(where, ['client_port', 'host_port'], problem);
}

const ports = (settings: Settings, where: Where): readonly string[] => [
  ...taken('host_port', settings, where),
  ...taken('client_port', settings, where),
  ...samePort(settings, where),
];

/** Such a value would be overruled by what the node is told. */
const told = ({ app }: Settings, where: Where): readonly string[] =>
  Object.keys(app?.env ?? {}).flatMap((name) => {
    const instead = insteadOf(name);
    if (instead === undefined) return [];
    return [`${where('app', 'env', name)}: app.env.${name} is told to the app by PoolParty: ${instead}`];
  });

function timings(settings: Settings, where: Where): readonly string[] {
  const { keepalive, warntime, deadtime, initdead } = settings.failover;
  if (keepalive < warntime && warntime < deadtime && deadtime <= initdead) return [];
  return [
    `${where('failover')}: failover needs keepalive < warntime < deadtime <= initdead, not ${[keepalive, warntime, deadtime, initdead].map((ms) => `${ms}ms`).join(', ')}`,
  ];
}

/** The nodes mount the bucket with the role of their profile: without one there are no credentials for it. */
function bucket({ shared_bucket, instance_profile }: Settings, where: Where): readonly string[] {
  if (shared_bucket === undefined || instance_profile !== undefined) return [];
  const problem =
    'shared_bucket needs an instance_profile, whose role the nodes mount it with; set instance_profile too';
  return [`${where('shared_bucket')}: ${problem}`];
}

function mountPoint({ shared_path: path }: Settings, where: Where): readonly string[] {
  if (!isSystemPath(path)) return [];
  return [
    `${where('shared_path')}: shared_path ${path} belongs to the system; choose a place of its own, like /data`,
  ];
}

/** An image that no node can be made from, by any settings. */
function image({ ami }: Settings, where: Where): readonly string[] {
  const why = unfit(ami);
  return why === undefined ? [] : [`${where('ami')}: ami ${ami}: ${why}`];
}

/** The setting is known and nothing loads a plugin yet: whoever names one would wait for its metrics for ever. */
function plugins({ plugins: named }: Settings, where: Where): readonly string[] {
  if (named.length === 0) return [];
  return [`${where('plugins')}: plugins are not built yet, so none can be loaded; leave plugins out`];
}

function rule(key: 'expand_when' | 'contract_when', settings: Settings, where: Where): readonly string[] {
  try {
    const { problems } = ruleSense(parseRule(settings[key]));
    return problems.map((problem) => `${where(key)}: ${key}: ${problem}`);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return [`${where(key)}: ${key} is no rule: ${error.place}`];
  }
}

/**
 * Growing and shrinking at once helps nobody: between the two rules there must be a gap. Whoever sets one of them alone
 * need not think of the other's default: the maintainer takes no node that the first rule would ask for again at once.
 */
function gap(settings: Settings, where: Where): readonly string[] {
  if (where('expand_when') === 'default' || where('contract_when') === 'default') return [];
  const at = contradiction(parseRule(settings.expand_when), parseRule(settings.contract_when));
  if (at === undefined) return [];
  const problem = `expand_when and contract_when both hold at ${at}; leave a gap between them`;
  return between(where, ['expand_when', 'contract_when'], problem);
}

function rules(settings: Settings, where: Where): readonly string[] {
  const wrong = [...rule('expand_when', settings, where), ...rule('contract_when', settings, where)];
  return wrong.length > 0 ? wrong : gap(settings, where);
}

/** One line for each contradiction; none where all is well. */
export const checkTogether = (settings: Settings, where: Where): readonly string[] => [
  ...limits(settings, where),
  ...ports(settings, where),
  ...told(settings, where),
  ...timings(settings, where),
  ...bucket(settings, where),
  ...mountPoint(settings, where),
  ...image(settings, where),
  ...plugins(settings, where),
  ...rules(settings, where),
];

/** The app runs as a user of its own. Whoever gives it more has an own unit for it. */
function privileged({ client_port: port }: Settings, where: Where): readonly string[] {
  if (port >= FIRST_UNPRIVILEGED) return [];
  const problem = `client_port ${port} is below ${FIRST_UNPRIVILEGED}, which the app's user may not open`;
  return [
    `${where('client_port')}: ${problem}, unless your own templates/poolparty-app.service lets it; choose one like 8001`,
  ];
}

const countedBy = (
  key: 'expand_when' | 'contract_when',
  settings: Settings,
  where: Where,
): readonly string[] =>
  ruleSense(parseRule(settings[key])).notices.map((notice) => `${where(key)}: ${key}: ${notice}`);

/** What is no mistake and may not be meant; one line each. The settings must be without a contradiction. */
export const noticesTogether = (settings: Settings, where: Where): readonly string[] => [
  ...privileged(settings, where),
  ...countedBy('expand_when', settings, where),
  ...countedBy('contract_when', settings, where),
];
