// AWS's failures in one line: the call, its own code, and what to do next.
import { OwnTrouble, PoolError } from '../../pool/failure.ts';
import { LateAnswer, StrangeAnswer } from './answer-trouble.ts';

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
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ENODATA',
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

/** What came back is no HTTP, or no TLS where https was asked for: OpenSSL's codes, and those of Node's parser. */
const strangeSpeech = /^(EPROTO$|ERR_SSL_|HPE_)/;

/** What the agent for proxies says of one that ends a connection, or speaks no HTTP, before it has connected anybody. */
const proxyBrokeOff = /^(Proxy connection ended|(No|Invalid) header).*CONNECT response/;

interface SdkError extends Error {
  readonly code?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const isOfTheConnection = (code = ''): boolean =>
  unreachable.has(code) || brokenOff.has(code) || untrusted.has(code) || strangeSpeech.test(code);

/** An answer has a status, or a code of AWS's; without either nobody has answered. */
const isAnswer = ({ Code, $metadata }: Partial<SdkError>): boolean =>
  Code !== undefined || $metadata?.httpStatusCode !== undefined;

/** Has AWS itself refused, in words of its own? */
export const isRefusal = (error: unknown): boolean => Boolean((error as Partial<SdkError>).Code);

/** EC2's code for a failure, or the system's, or its name. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  if (error instanceof LateAnswer) return 'ETIMEDOUT';
  if (proxyBrokeOff.test(error.message)) return 'ECONNRESET';
  const { code, Code, name, $metadata } = error as SdkError;
  if (code !== undefined && isOfTheConnection(code)) return code;
  if (!isAnswer(error)) return code ?? name;
  // A proxy on the way may say in words of its own that EC2 does not answer.
  const isProxys = !Code && ($metadata?.httpStatusCode ?? 0) >= 500;
  return isProxys ? 'ServiceUnavailable' : Code || name || (code ?? '');
}

/** The code of the failure that `explain` has put into words. */
export const refusalCode = (error: unknown): string =>
  codeOf(error instanceof PoolError && error.cause !== undefined ? error.cause : error);

/** Is it the SDK's own word that its chain came to nothing? */
export const isWithoutCredentials = (error: unknown): boolean =>
  /^(Credentials|Token)ProviderError$/.test((error as Partial<SdkError>).name ?? '') ||
  /Could not load credentials/.test(String(error));

const noRegion = (message: string) => /Region is missing/.test(message);

const isSilence = (code: string, message: string) => unreachable.has(code) || /timed? ?out/i.test(message);

const nextFor = (endpoint: string | undefined, proxy: string | undefined): string =>
  proxy
    ? 'look at HTTPS_PROXY (or HTTP_PROXY) and NO_PROXY, then repeat the command'
    : endpoint
      ? 'is the local cloud up? (pool local up)'
      : 'check the network, then repeat the command';

const nextForStranger = (
  { name }: Service,
  endpoint: string | undefined,
  proxy: string | undefined,
): string =>
  endpoint && !proxy
    ? `check AWS_ENDPOINT_URL_${name} (or AWS_ENDPOINT_URL, or endpoint_url in ~/.aws/config)`
    : nextFor(endpoint, proxy);

/** The HTTP status of an answer that is none of EC2's: a proxy's, say, in front of an address that nobody has. */
const strangersAnswer = (error: unknown): number | undefined => {
  const { Code, $metadata } = error as Partial<SdkError>;
  return Code ? undefined : $metadata?.httpStatusCode;
};

const EC2: Service = { name: 'EC2', mends: {} };

/** Instances that a failure speaks of. */
export const idsIn = (error: unknown): readonly string[] => String(error).match(/i-[0-9a-f]+/g) ?? [];

/** Nobody has credentials for us; `why` is what is wrong with those that there are. */
export const noneAtAll = (cause: unknown, why?: string): PoolError =>
  new PoolError(
    `no AWS credentials: ${why ? `${why}; ` : ''}source ~/.pool_keys (npm run dev:setup writes it), or set aws_profile (AWS_PROFILE)`,
    { cause },
  );

/** What this machine may lack for a request, by the system's code. */
const ownMends: Readonly<Record<string, string>> = {
  EMFILE: 'let more files be open at once: ulimit -n',
  ENFILE: 'this machine has too many files open; end something',
  EACCES: 'a firewall or a policy of this machine forbids it',
  EPERM: 'a firewall or a policy of this machine forbids it',
  EADDRNOTAVAIL: 'this machine has no address, or no port left, for a connection; look at its network',
};

/** The whole of what a failure says, in one line; some of Node's have no message but a code. */
export const saidBy = (error: unknown): string =>
  (error instanceof Error ? error.message || codeOf(error) : String(error)).replace(/\s+/g, ' ').trim();

/** Neither a connection nor an answer failed: what did is this machine's own. */
function unasked({ name }: Service, call: string, code: string, cause: unknown): OwnTrouble {
  const mend = ownMends[code];
  const own = `${code}: ${saidBy(cause)}${mend ? `; ${mend}` : ''}`;
  return new OwnTrouble(`this machine could not ask ${name} for ${call}: ${own}`, { cause });
}

/** A failure, and whom it is about. */
interface Case {
  readonly call: string;
  readonly error: unknown;
  readonly code: string;
  readonly message: string;
  readonly service: Service;
  readonly endpoint: string | undefined;
  readonly proxy: string | undefined;
}

/** Something else than AWS has answered, perhaps in its name; `place` is where. */
function fromStranger(
  { call, error, code, service, endpoint, proxy }: Case,
  place: string,
): string | undefined {
  const stranger = `what answers at ${place} is not ${service.name}`;
  if (strangeSpeech.test(code))
    return `${stranger} (no ${code.startsWith('HPE_') ? 'HTTP' : 'TLS'}: ${code} to ${call}); ${nextForStranger(service, endpoint, proxy)}`;
  if (error instanceof StrangeAnswer)
    return `${stranger} (HTTP ${error.status} with ${error.message} to ${call}); ${nextForStranger(service, endpoint, proxy)}`;
  const status = strangersAnswer(error);
  if (status === 431)
    return `${service.name} at ${place} takes no request as big as ${call} (HTTP 431): the session token of these credentials is too long for it; log in again, or use other credentials`;
  if (status === 407 && proxy)
    return `the proxy ${proxy} wants a name and a password (HTTP 407 to ${call}); put them into HTTPS_PROXY (or HTTP_PROXY), as http://NAME:PASSWORD@HOST:PORT`;
  return status === undefined
    ? undefined
    : `${stranger} (HTTP ${status} to ${call}); ${nextFor(endpoint, proxy)}`;
}

/** The connection, or something else than AWS at its end; undefined for AWS's own answers and failures of this machine. */
function onTheWay(failure: Case): string | undefined {
  const { call, error, code, message, service, endpoint, proxy } = failure;
  const place = `${endpoint ?? 'its public address'}${proxy ? `, through the proxy ${proxy},` : ''}`;
  const next = nextFor(endpoint, proxy);
  if (untrusted.has(code))
    return `${service.name} at ${place} shows a certificate that is not trusted here (${code}); name the authority's file in NODE_EXTRA_CA_CERTS, and look at this machine's clock`;
  if (error instanceof LateAnswer && error.came)
    return `${service.name} at ${place} does not come to the end of its answer to ${call} (${error.came}); ${next}`;
  if (isSilence(code, message)) return `${service.name} at ${place} does not answer (${code}); ${next}`;
  if (brokenOff.has(code))
    return `${service.name} at ${place} broke off its answer to ${call} (${code}); ${next}`;
  return fromStranger(failure, place);
}

/** In characters: EC2 tells why somebody may not in some 2,000, which the person may have to decode. */
const MOST = 4_000;

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

function refusal({ call, code, message, service }: Case): string {
  const mend = mendFor(service, code, message);
  const said = `${cut(code, 200)}: ${cut(message, MOST)}`.replace(/\s+/g, ' ');
  return `${service.name} refused ${call}: ${said}${mend ? `; ${mend}` : ''}`;
}

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
  if (isWithoutCredentials(error)) return noneAtAll(error);
  if (noRegion(message))
    return new PoolError(
      'no AWS region: source ~/.pool_keys (npm run dev:setup writes it), or set region (AWS_REGION)',
      { code: 2, cause: error },
    );
  const failure = { call, error, code, message, service, endpoint, proxy };
  const text = onTheWay(failure);
  if (text === undefined && !isAnswer(error as Partial<SdkError>)) return unasked(service, call, code, error);
  return new PoolError(text ?? refusal(failure), { cause: error });
}

/** Runs a change whose refusal with this code means that it is made already. */
export const unless = async (code: string, send: () => Promise<unknown>): Promise<void> => {
  await send().catch((error) => {
    if (codeOf(error) !== code) throw error;
  });
};
