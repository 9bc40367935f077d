// Texts of templates/ filled in with values: an unknown placeholder is an error, everything else is left alone.
import Handlebars from 'handlebars';
import { usageError } from './failure.ts';

/** Every template that a node's files come from. A file of the same name in the user's `templates/` wins. */
export const TEMPLATE_NAMES = [
  'haproxy.cfg',
  'haproxy-alive.cfg',
  'haproxy.lua',
  'hosts',
  'poolparty-app.service',
  'poolparty-firewall.service',
  'firewall.nft',
  'poolparty-data.service',
  'data.sh',
  'cloud-init.cfg',
  'node.sh',
  'haproxy.sh',
  'keys.sh',
  'first-boot.sh',
  'state.sh',
  'lock.sh',
  'maintain.sh',
  'journal.sh',
  'configure.sh',
  'install-check.sh',
  'install.sh',
  'ha.cf',
  'haresources',
  'authkeys',
  'heartbeat-resource.sh',
  'heartbeat.conf',
  'heartbeat.sh',
  'poolparty-claim.service',
  'poolparty-take-over.service',
  'poolparty-maintain.service',
  'poolparty-watch.service',
  'poolparty-watch.timer',
  'watch.sh',
] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];
export type Templates = Readonly<Record<TemplateName, string>>;

/** Without the byte order mark and the CRLF of some editors, which a node's shell, HAProxy and systemd choke on. */
export const unixText = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

/** All templates, by the function that finds one (World's `files.template`). */
export async function readTemplates(read: (name: string) => Promise<string>): Promise<Templates> {
  const texts = await Promise.all(TEMPLATE_NAMES.map(async (name) => [name, await read(name)] as const));
  return Object.fromEntries(texts) as Record<TemplateName, string>;
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Strict mode says `"who" not defined in [object Object] - 3:7`. */
const reason = (error: unknown): string =>
  why(error).replace(/^"(.+)" not defined in .* - (\d+:\d+)$/s, 'unknown placeholder "$1" at $2');

type Template = ReturnType<typeof Handlebars.compile>;

/** Every node is rendered from the same texts, and compiling one costs more than filling it in. */
const compiled = new Map<string, Template>();

function compile(text: string): Template {
  const template = compiled.get(text) ?? Handlebars.compile(text, { strict: true, noEscape: true });
  compiled.set(text, template);
  return template;
}

/**
 * The template with its placeholders filled in, nothing escaped.
 * Throws code 2, naming the template and the placeholder, where a value is unknown or the syntax is wrong.
 */
export function render(
  templates: Templates,
  name: TemplateName,
  values: Readonly<Record<string, unknown>>,
): string {
  try {
    return compile(templates[name])(values);
  } catch (error) {
    throw usageError(`templates/${name}: ${reason(error)}; known are ${Object.keys(values).join(', ')}`);
  }
}
