// Requests through the proxy that the environment names. What speaks to one is loaded only where there is one.
import type { Agent, AgentOptions } from 'node:http';
import { isIP } from 'node:net';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { endpointOf, type Service, targetOf } from '../../pool/endpoints.ts';
import { proxyFor, shownProxy } from '../../pool/proxy.ts';
import { sourceTowards } from '../source-towards.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Of this machine itself, as the local cloud is: a proxy would look for it on its own. */
async function isOwn(target: string): Promise<boolean> {
  const host = new URL(target).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return host === 'localhost' || host.endsWith('.localhost');
  return (await sourceTowards(host).catch(() => '')) === host;
}

/** The proxy for a request to `target`; undefined where it goes straight there. Throws, with code 2, as `proxyFor` does. */
async function proxyOf(target: string, env: Env): Promise<URL | undefined> {
  const proxy = proxyFor(target, env);
  return proxy && !(await isOwn(target)) ? proxy : undefined;
}

/** An agent through the proxy for `target`; undefined where the request goes straight there. */
export async function agentFor(
  target: string,
  env: Env,
  options: AgentOptions = {},
): Promise<Agent | undefined> {
  const proxy = await proxyOf(target, env);
  if (proxy === undefined) return undefined;
  const { HttpProxyAgent, HttpsProxyAgent } = await import('./proxy-agents.ts');
  return new (target.startsWith('https:') ? HttpsProxyAgent : HttpProxyAgent)(proxy, options);
}

/**
 * Options of the SDK's request handler, with an agent through the proxy where there is one. `target`: where the client
 * sends its requests.
 */
export function throughProxy<T extends object>(target: string, env: Env, options: T): T {
  // Throws now, before anything is sent, where the variable names no proxy.
  if (proxyFor(target, env) === undefined) return options;
  const later = async () => {
    const agent = await agentFor(target, env, { keepAlive: true });
    return agent ? { ...options, httpAgent: agent, httpsAgent: agent } : options;
  };
  // The SDK's handler also takes a function that promises its options; the types of its clients do not say so.
  return later as unknown as T;
}

/** Where SSO gives credentials; its region makes no difference to who goes through a proxy. */
const SSO = 'https://portal.sso.us-east-1.amazonaws.com';

/** For a client of the SDK: its own chain of credentials, whose requests to SSO go through the proxy, too. */
export function credentialsThroughProxy(env: Env, options: object) {
  if (proxyFor(SSO, env) === undefined) return {};
  const clientConfig = { requestHandler: throughProxy(SSO, env, options) };
  const credentialDefaultProvider = (init: object) => defaultProvider({ ...init, clientConfig });
  return { credentialDefaultProvider };
}

/** Where a service is asked, for the person who is told that it does not answer. */
export interface Place {
  /** Undefined: AWS's own. */
  readonly endpoint: string | undefined;
  readonly proxy: string | undefined;
}

export async function placeOf(service: Service, region: string | undefined, env: Env): Promise<Place> {
  const proxy = await proxyOf(targetOf(service, region, env), env);
  return { endpoint: endpointOf(service, env), proxy: proxy && shownProxy(proxy) };
}
