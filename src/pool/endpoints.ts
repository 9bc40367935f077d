// The endpoints that the environment names for AWS's services. The SDK is told them, and looks for none itself.
import { usageError } from './failure.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type Service = 'EC2' | 'S3' | 'STS';

/** Variables that a node needs to speak to the same cloud. */
export const ENDPOINTS = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_EC2',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_STS',
] as const;

/** Undefined: AWS's own. An empty variable counts as unset. */
export const endpointOf = (service: Service, env: Env): string | undefined =>
  env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'] || undefined;

/** For a client of the SDK: where it asks, which is AWS's own place unless `env` names another. */
export function endpointOption(service: Service, env: Env) {
  const endpoint = endpointOf(service, env);
  return { ignoreConfiguredEndpointUrls: true, ...(endpoint ? { endpoint } : {}) };
}

/** AWS's own place for a service, as far as it concerns a proxy. China has another domain (AWS: "Endpoints and ARNs for AWS in China"). */
const ownPlace = (service: Service, region: string): string =>
  `https://${service.toLowerCase()}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** Where requests to a service go, as far as it concerns a proxy. */
export const targetOf = (service: Service, region: string | undefined, env: Env): string =>
  endpointOf(service, env) ??
  ownPlace(service, region || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1');

export const isUrl = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** Throws, with code 2, where one of them is not a URL of a web server. */
export function checkEndpoints(env: Env): void {
  for (const name of ENDPOINTS) {
    const text = env[name];
    if (!text || isUrl(text)) continue;
    const meant = isUrl(`http://${text}`) && !text.includes('://') ? `http://${text}` : 'http://HOST:PORT';
    throw usageError(
      `${name} is ${JSON.stringify(text)}, and must be a URL that begins with http:// or https://; set it to one, as ${meant}, or unset it for AWS's own`,
    );
  }
}
