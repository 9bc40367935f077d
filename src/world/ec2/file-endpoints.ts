// Endpoints that ~/.aws names for AWS's services, told as the environment would tell them: all that asks for one knows of them.
import { endpointOf, type Service } from '../../pool/endpoints.ts';
import { checkSharedFiles, sharedTexts } from './shared-files.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SERVICES: readonly Service[] = ['EC2', 'S3', 'STS'];

/** Values by `[HEADER] NAME`; those that stand farther in, below a name of their own, are `[HEADER] NAME.INNER`. */
function valuesIn(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let [header, outer] = ['', ''];
  for (const whole of text.split(/\r?\n/)) {
    const line = whole.split(/(?:^|\s)[;#]/)[0]?.trimEnd() ?? '';
    const [, indent, name = '', value = ''] = /^(\s*)([\w-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (line.startsWith('[')) [header, outer] = [line, ''];
    else if (indent) values.set(`${header} ${outer}.${name}`, value);
    else {
      outer = name;
      values.set(`${header} ${name}`, value);
    }
  }
  return values;
}

function endpointIn(
  values: ReadonlyMap<string, string>,
  header: string,
  service: Service,
): string | undefined {
  const services = values.get(`${header} services`);
  const own = services && values.get(`[services ${services}] ${service.toLowerCase()}.endpoint_url`);
  return own || values.get(`${header} endpoint_url`);
}

/**
 * The environment with the endpoints of this profile for those services for which it names none itself. Throws as
 * `checkSharedFiles`.
 */
export function withFileEndpoints(env: Env, asked: string | undefined): Env {
  if (/^true$/i.test(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? '')) return env;
  checkSharedFiles(env);
  const profile = asked || env['AWS_PROFILE'] || 'default';
  const headers = [`[profile ${profile}]`, `[${profile}]`];
  const all = sharedTexts(env).map(({ text }) => valuesIn(text));
  const found = SERVICES.flatMap((service) => {
    const urls = all.flatMap((values) => headers.map((header) => endpointIn(values, header, service)));
    const url = endpointOf(service, env) ? undefined : urls.find(Boolean);
    return url ? [[`AWS_ENDPOINT_URL_${service}`, url] as const] : [];
  });
  return found.length === 0 ? env : { ...env, ...Object.fromEntries(found) };
}
