// Buckets: made, looked at, listed and removed; where they are, and whether they keep versions.
import {
  CreateBucket$,
  type CreateBucketConfiguration,
  CreateBucketConfiguration$,
  type CreateBucketRequest,
  DeleteBucket$,
  type DeleteBucketRequest,
  GetBucketLocation$,
  type GetBucketLocationRequest,
  GetBucketVersioning$,
  type GetBucketVersioningRequest,
  HeadBucket$,
  type HeadBucketRequest,
  ListBuckets$,
  type ListBucketsRequest,
  PutBucketVersioning$,
  type PutBucketVersioningRequest,
  type VersioningConfiguration,
  VersioningConfiguration$,
} from '@aws-sdk/client-s3';
import { ACCOUNT } from '../../model/ids.ts';
import { answerOf, documentIn } from '../bind.ts';
import { S3Error } from '../errors.ts';
import { action, type Call, documentOf, nowOf } from './action.ts';

const OLDEST = 'us-east-1';

/** The default region may not be named; any other must be, by the endpoint that is its own. */
function checkRegion(named: string, region: string): void {
  if (named === OLDEST) throw new S3Error('InvalidLocationConstraint');
  if (region === OLDEST || named === region) return;
  throw new S3Error(
    'IllegalLocationConstraintException',
    `The ${named || 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

async function wantedRegion(call: Call): Promise<string> {
  const bytes = await documentOf(call);
  const wish =
    bytes.length === 0
      ? {}
      : documentIn<CreateBucketConfiguration>(CreateBucketConfiguration$, bytes, 'CreateBucketConfiguration');
  const named: string = wish.LocationConstraint ?? '';
  if (!/^[a-zA-Z0-9-]{0,40}$/.test(named)) throw new S3Error('InvalidLocationConstraint');
  checkRegion(named, call.trust.region);
  return named || OLDEST;
}

export const createBucket = action<CreateBucketRequest>(CreateBucket$, async ({ Bucket = '' }, call) => {
  const region = await wantedRegion(call);
  const found = await call.store.find(Bucket);
  // The oldest region answers a second time as it did the first time.
  if (found && call.trust.region !== OLDEST) throw new S3Error('BucketAlreadyOwnedByYou');
  if (!found) await call.store.make(Bucket, region, nowOf(call));
  return answerOf(CreateBucket$, { Location: `/${Bucket}` });
});

export const headBucket = action<HeadBucketRequest>(HeadBucket$, async ({ Bucket = '' }, { store }) => {
  const { contents } = await store.get(Bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': contents.region }, body: undefined };
});

export const deleteBucket = action<DeleteBucketRequest>(DeleteBucket$, async ({ Bucket = '' }, { store }) => {
  await store.remove(Bucket);
  return answerOf(DeleteBucket$, {});
});

export const listBuckets = action<ListBucketsRequest>(
  ListBuckets$,
  async ({ Prefix = '', ...input }, { store }) => {
    const after = input.ContinuationToken ?? '';
    const all = (await store.all()).filter(({ name }) => name.startsWith(Prefix) && name > after);
    const max = Math.max(input.MaxBuckets ?? 10_000, 1);
    const page = all.slice(0, max);
    return answerOf(ListBuckets$, {
      Owner: { ID: ACCOUNT },
      Buckets: page.map(({ name, contents }) => ({
        Name: name,
        CreationDate: new Date(contents.created),
        ...(input.MaxBuckets === undefined ? {} : { BucketRegion: contents.region }),
      })),
      ...(all.length > max ? { ContinuationToken: page.at(-1)?.name } : {}),
    });
  },
);

export const getBucketLocation = action<GetBucketLocationRequest>(
  GetBucketLocation$,
  async ({ Bucket = '' }, { store }) => {
    const { region } = (await store.get(Bucket)).contents;
    // This one document of S3 has no element around the one it is about.
    const inner = region === OLDEST ? '' : region;
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</LocationConstraint>`;
    return { status: 200, headers: {}, body };
  },
);

export const getBucketVersioning = action<GetBucketVersioningRequest>(
  GetBucketVersioning$,
  async ({ Bucket = '' }, { store }) => {
    const { versioning } = (await store.get(Bucket)).contents;
    return answerOf(GetBucketVersioning$, versioning ? { Status: versioning } : {});
  },
);

export const putBucketVersioning = action<PutBucketVersioningRequest>(
  PutBucketVersioning$,
  async ({ Bucket = '' }, call) => {
    const bytes = await documentOf(call);
    const wish = documentIn<VersioningConfiguration>(
      VersioningConfiguration$,
      bytes,
      'VersioningConfiguration',
    );
    const status: string | undefined = wish.Status;
    if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML');
    const bucket = await call.store.get(Bucket);
    await bucket.change(() => [{ do: 'versioning', status }]);
    return answerOf(PutBucketVersioning$, {});
  },
);
