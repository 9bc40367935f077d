// The shared bucket through the AWS SDK. Loaded only where the settings name one.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { endpointOf, endpointOption, targetOf } from '../pool/endpoints.ts';
import type { Settings } from '../pool/settings.ts';
import { StrangeAnswer } from './ec2/answer-trouble.ts';
import { onlyAnswersOf } from './ec2/answers.ts';
import { codeOf, explain, type Service } from './ec2/errors.ts';
import { handlerOptions, type Limits, PATIENT } from './ec2/limits.ts';
import { ownCredentials } from './ec2/own-credentials.ts';
import { credentialsThroughProxy, placeOf, throughProxy } from './ec2/proxy.ts';
import type { BucketSight } from './world.ts';

type Outside = Readonly<Record<string, string | undefined>>;

export interface Buckets {
  look(name: string): Promise<BucketSight>;
  make(name: string): Promise<void>;
  put(bucket: string, key: string, text: string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** Keys that begin with the prefix and come after `after`, in their order. */
  list(bucket: string, prefix: string, after: string): Promise<readonly string[]>;
  get(bucket: string, key: string): Promise<string>;
}

/** A part of the journal has a megabyte, eight are read side by side, and a person's line may be slow. */
const LIMITS: Limits = { ...PATIENT, whole: 600_000 };

/** So many times as long as others a request may take whose text is on its way for most of that. */
const UPLOAD = 4;

const SERVICE: Service = {
  name: 'S3',
  mends: {
    AccessDenied:
      'allow s3:CreateBucket to these credentials, make the bucket yourself, or set shared_bucket to one that exists',
    BucketAlreadyExists: 'it belongs to another account; set shared_bucket to another name',
    InvalidBucketName: 'set shared_bucket to 3 to 63 of a-z, 0-9, dash and dot',
    NoSuchBucket: 'pool start makes it',
    TooManyBuckets: 'remove one, or set shared_bucket to one that exists',
  },
};

const statusOf = (error: unknown): number | undefined =>
  (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** HeadBucket answers without a body, so the status is all there is (AWS: API_HeadBucket). Undefined: that says too little. */
function sightOf(error: unknown): BucketSight | undefined {
  const status = statusOf(error);
  if (status === 404) return 'absent';
  if (status === 403) return 'forbidden';
  if (status === 301) return 'elsewhere';
  if (status === undefined || error instanceof StrangeAnswer) throw error;
  return undefined;
}

/** In a way whose refusal has words, as of a token whose time is over, and is repeated where S3 is only busy. */
async function askAgain(client: S3Client, bucket: string): Promise<BucketSight> {
  await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }));
  return 'ours';
}

type Credentials = S3ClientConfig['credentials'];

/** A client for each bucket. `credentials`: undefined for the SDK's own chain. */
function clientsOf(
  region: string | undefined,
  profile: string | undefined,
  env: Outside,
  credentials: Credentials,
  limits: Limits,
): (bucket: string) => S3Client {
  const isOwnServer = endpointOf('S3', env) !== undefined;
  const target = targetOf('S3', region, env);
  const own = credentials ? undefined : ownCredentials(profile, env);
  return (name) => {
    const client = new S3Client({
      ...endpointOption('S3', env),
      ...(region ? { region } : {}),
      ...(credentials ? { credentials } : {}),
      ...(own ? { logger: own.logger } : {}),
      ...(profile && !credentials ? { profile } : {}),
      // A certificate holds for one label before the endpoint's name; a server of one's own may know no names at all.
      forcePathStyle: isOwnServer || name.includes('.'),
      maxAttempts: limits.maxAttempts,
      requestHandler: throughProxy(target, env, handlerOptions(limits)),
      ...(credentials ? {} : credentialsThroughProxy(env, handlerOptions(limits))),
    });
    own?.guard(client);
    return onlyAnswersOf('S3', client, limits);
  };
}

/** S3 in the settings' region, or at AWS_ENDPOINT_URL_S3; what they leave open is the SDK's own. */
export function createBuckets(
  { region, aws_profile: profile }: Pick<Settings, 'region' | 'aws_profile'>,
  env: Outside,
  credentials?: Credentials,
  limits: Limits = LIMITS,
): Buckets {
  const endpoint = endpointOf('S3', env);
  const client = clientsOf(region, profile, env, credentials, limits);
  const call = async <T>(what: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      const { proxy } = await placeOf('S3', region, env);
      throw explain(what, error, endpoint, SERVICE, proxy);
    }
  };
  return {
    look: (name) =>
      call('HeadBucket', async () => {
        const found = client(name).send(new HeadBucketCommand({ Bucket: name }));
        return await found.then(
          () => 'ours' as const,
          (error: unknown) => sightOf(error) ?? askAgain(client(name), name),
        );
      }),
    make: (name) =>
      call('CreateBucket', async () => {
        // The SDK names the place itself, in every region but the one that may not be named.
        await client(name)
          .send(new CreateBucketCommand({ Bucket: name }))
          .catch((error: unknown) => {
            if (codeOf(error) !== 'BucketAlreadyOwnedByYou') throw error;
          });
      }),
    put: (bucket, key, text) =>
      call('PutObject', async () => {
        const ContentType = 'application/x-ndjson';
        const asked = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType });
        await client(bucket).send(asked, { requestTimeout: UPLOAD * limits.requestTimeout });
      }),
    remove: (bucket, key) =>
      call('DeleteObject', async () => {
        await client(bucket).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      }),
    list: (bucket, prefix, after) => call('ListObjects', () => listed(client(bucket), bucket, prefix, after)),
    get: (bucket, key) =>
      call('GetObject', async () => {
        const { Body } = await client(bucket).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await Body?.transformToString('utf8')) ?? '';
      }),
  };
}

/** S3 gives a thousand at once, in the order of their UTF-8 (AWS: ListObjectsV2). */
async function listed(
  client: S3Client,
  bucket: string,
  prefix: string,
  after: string,
): Promise<readonly string[]> {
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, StartAfter: after });
  const keys: string[] = [];
  for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  return keys;
}
