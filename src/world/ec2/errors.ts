// AWS's failures in one line: the call, its own code, and what to do next.
import { PoolError } from '../../pool/failure.ts';

/** Who failed, and codes whose mend is known: its text follows the service's own message. */
export interface Service {
  readonly name: string;
  readonly mends: Readonly<Record<string, string>>;
}

/** The same for all services. */
const mends: Readonly<Record<string, string>> = {
  AuthFailure: 'check AWS_ACCESS_KEY_ID (or source ~/.pool_keys again)',
  SignatureDoesNotMatch: 'check AWS_SECRET_ACCESS_KEY (or source ~/.pool_keys again)',
  InvalidClientTokenId: 'check AWS_ACCESS_KEY_ID (or source ~/.pool_keys again)',
  UnauthorizedOperation: 'the policy of these credentials must allow this call',
  ExpiredToken: 'log in again, then repeat the command',
  ExpiredTokenException: 'log in again, then repeat the command',
  // EC2 says the same of credentials whose time is over and of a clock that is wrong.
  RequestExpired: "log in again, or set this machine's clock, then repeat the command",
  InsufficientInstanceCapacity: 'set size to a list of types, or zones to others, or try again later',
  InsufficientFreeAddressesInSubnet: 'set subnets to others, or end what is no longer needed in these',
  MaxSpotInstanceCountExceeded: 'ask AWS for a higher quota of spot instances, or set spot to false',
  VcpuLimitExceeded: 'ask AWS for a higher quota of vCPUs, or lower minimum_instances, or set a smaller size',
  InstanceLimitExceeded: 'ask AWS for a higher limit, or lower minimum_instances',
  AddressLimitExceeded: 'release an address, or set public_ip to one of your own',
  'InvalidKeyPair.NotFound': 'run npm run dev:setup, or set keypair to one that exists',
  'InvalidAMIID.Malformed': 'set ami to one of this region, or an alias like debian-12',
  'AuthFailure.ServiceLinkedRoleCreationNotPermitted':
    'let an administrator run aws iam create-service-linked-role --aws-service-name spot.amazonaws.com once, or set spot to false',
  OptInRequired: 'enable the region, or subscribe to the image, in the AWS console',
  'InvalidAMIID.NotFound': 'set ami to one of this region',
  OperationNotPermitted:
    'end its protection (aws ec2 modify-instance-attribute --no-disable-api-termination --instance-id ID)',
  IdempotentParameterMismatch: 'someone else launches for this pool right now; repeat the command',
};

/** Some codes stand for many mistakes: what the message speaks of tells which. */
const mendsByWord: readonly (readonly [RegExp, string])[] = [
  [
    /iamInstanceProfile/,
    'set instance_profile to one that there is in IAM; it takes some seconds to be known',
  ],
];

const mendFor = (service: Service, code: string, message: string): string | undefined =>
  service.mends[code] ?? mends[code] ?? mendsByWord.find(([word]) => word.test(message))?.[1];

/** The connection itself failed: nobody heard the request. */
const unreachable = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'TimeoutError',
]);

/** The connection ended in the middle of the request or of its answer: nobody knows whether it was carried out. */
const brokenOff = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The other end shows a certificate that this machine does not trust: a proxy that looks into what it passes on, mostly. */
const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
]);

interface SdkError extends Error {
  readonly code?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const isOfTheConnection = (code = ''): boolean =>
  unreachable.has(code) || brokenOff.has(code) || untrusted.has(code);

/** EC2's code for a failure, or the system's, or its name. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  const { code, Code, name, $metadata } = error as SdkError;
  if (code !== undefined && isOfTheConnection(code)) return code;
  // A proxy on the way may say in words of its own that EC2 does not answer.
  const isProxys = Code === undefined && ($metadata?.httpStatusCode ?? 0) >= 500;
  return isProxys ? 'ServiceUnavailable' : (Code ?? name ?? code);
}

/** The code of the failure that `explain` has put into words. */
export const refusalCode = (error: unknown): string =>
  codeOf(error instanceof PoolError && error.cause !== undefined ? error.cause : error);

const noCredentials = (code: string, message: string) =>
  code === 'CredentialsProviderError' || /Could not load credentials/.test(message);

const noRegion = (message: string) => /Region is missing/.test(message);

const isSilence = (code: string, message: string) => unreachable.has(code) || /timed? ?out/i.test(message);

const nextFor = (endpoint: string | undefined, proxy: string | undefined): string =>
  proxy
    ? 'look at HTTPS_PROXY (or HTTP_PROXY) and NO_PROXY, then repeat the command'
    : endpoint
      ? 'is the local cloud up? (pool local up)'
      : 'check the network, then repeat the command';

/** The HTTP status of an answer that is none of EC2's: a proxy's, say, in front of an address that nobody has. */
const strangersAnswer = (error: unknown): number | undefined => {
  const { Code, $metadata } = error as Partial<SdkError>;
  return Code === undefined ? $metadata?.httpStatusCode : undefined;
};

const EC2: Service = { name: 'EC2', mends: {} };

/** Instances that a failure speaks of. */
export const idsIn = (error: unknown): readonly string[] => String(error).match(/i-[0-9a-f]+/g) ?? [];

/** What failed, why, what next. `endpoint` is the URL asked, where it is not AWS's own; `proxy` the one on the way. */
export function explain(
  call: string,
  error: unknown,
  endpoint: string | undefined,
  service = EC2,
  proxy?: string,
): PoolError {
  if (error instanceof PoolError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const fail = (text: string) => new PoolError(text, { cause: error });
  if (noCredentials(code, message))
    return fail(
      'no AWS credentials: source ~/.pool_keys (npm run dev:setup writes it), or set aws_profile (AWS_PROFILE)',
    );
  if (noRegion(message))
    return new PoolError(
      'no AWS region: source ~/.pool_keys (npm run dev:setup writes it), or set region (AWS_REGION)',
      { code: 2, cause: error },
    );
  const place = `${endpoint ?? 'its public address'}${proxy ? `, through the proxy ${proxy},` : ''}`;
  const next = nextFor(endpoint, proxy);
  if (untrusted.has(code))
    return fail(
      `${service.name} at ${place} shows a certificate that is not trusted here (${code}); name the authority's file in NODE_EXTRA_CA_CERTS, and look at this machine's clock`,
    );
  if (isSilence(code, message)) return fail(`${service.name} at ${place} does not answer (${code}); ${next}`);
  if (brokenOff.has(code))
    return fail(`${service.name} at ${place} broke off its answer to ${call} (${code}); ${next}`);
  const status = strangersAnswer(error);
  if (status !== undefined)
    return fail(`what answers at ${place} is not ${service.name} (HTTP ${status} to ${call}); ${next}`);
  const mend = mendFor(service, code, message);
  return fail(
    `${service.name} refused ${call}: ${code}: ${message.replace(/\s+/g, ' ')}${mend ? `; ${mend}` : ''}`,
  );
}

/** Runs a change whose refusal with this code means that it is made already. */
export const unless = async (code: string, send: () => Promise<unknown>): Promise<void> => {
  await send().catch((error) => {
    if (codeOf(error) !== code) throw error;
  });
};
