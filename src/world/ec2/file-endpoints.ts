// Endpoints and the region that ~/.aws names, told as the environment would tell them: all that asks for one knows of them.
import { loadSharedConfigFiles } from '@smithy/core/config';
import { ENDPOINTS, endpointOf, isUrl, type Service } from '../../pool/endpoints.ts';
import { usageError } from '../../pool/failure.ts';
import { checkSharedFiles } from './shared-files.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SERVICES: readonly Service[] = ['EC2', 'S3', 'STS'];

/** A profile's values, and those of the section that its `services` names. */
interface Section {
  readonly profile: string;
  readonly own: Env;
  readonly services: Env;
}

/** Throws, with code 2, where the profile names a section that there is not. */
async function sectionOf(profile: string): Promise<Section> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const own = { ...credentialsFile[profile], ...configFile[profile] };
  const name = own['services'];
  const services = configFile[`services.${name}`];
  if (name && !services)
    throw usageError(
      `the AWS profile "${profile}" has services = ${name}, and ~/.aws/config has no [services ${name}]; write it, or take that line out`,
    );
  return { profile, own, services: services ?? {} };
}

function endpointIn({ profile, own, services }: Section, service: Service): string | undefined {
  const url = services[`${service.toLowerCase()}.endpoint_url`] || own['endpoint_url'];
  if (!url || isUrl(url)) return url;
  throw usageError(
    `endpoint_url of the AWS profile "${profile}" is ${JSON.stringify(url)}, and must be a URL that begins with http:// or https://; mend it in ~/.aws/config`,
  );
}

/** Where the environment names none, AWS's own place follows from the profile's, and so does whether a proxy leads there. */
function regionIn({ own }: Section, env: Env): Env {
  const { AWS_REGION: named, AWS_DEFAULT_REGION: usual } = env;
  return named || usual || !own['region'] ? {} : { AWS_REGION: own['region'] };
}

/** What AWS calls so: neither the environment's endpoints nor those of the files count. */
const ignoresAll = (env: Env, own: Env): boolean =>
  /^true$/i.test(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] || own['ignore_configured_endpoint_urls'] || '');

/**
 * The environment with the region of this profile, and its endpoints for services, where it names none itself. Throws, with
 * code 2, where the files cannot be read to an end or name what is no endpoint.
 */
export async function withFileEndpoints(
  env: NodeJS.ProcessEnv,
  asked: string | undefined,
): Promise<NodeJS.ProcessEnv> {
  checkSharedFiles(env);
  const section = await sectionOf(asked || env['AWS_PROFILE'] || 'default');
  if (ignoresAll(env, section.own))
    return { ...env, ...Object.fromEntries(ENDPOINTS.map((name) => [name, undefined])) };
  const found = SERVICES.flatMap((service) => {
    const url = endpointOf(service, env) ? undefined : endpointIn(section, service);
    return url ? [[`AWS_ENDPOINT_URL_${service}`, url]] : [];
  });
  return { ...env, ...regionIn(section, env), ...Object.fromEntries(found) };
}
